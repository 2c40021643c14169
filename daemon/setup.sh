# Sourced by daemon/demo and tests/run: what a fresh Debian 12 machine lacks, and the build.

build_packages=(g++ cmake ninja-build pkg-config libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev
    libyaml-cpp-dev libsqlite3-dev libsystemd-dev libcli11-dev libfmt-dev)

# ensure_packages NAME...: as root installs what is missing; else says what is missing and how to get it.
ensure_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "These packages are missing: ${missing[*]}" >&2
        echo "Install them with: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What one checkout has compiled, another takes out of ccache, where there is one: paths within a checkout are told from its root.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# build_in FOLDER TARGET CMAKE_OPTION...: configures and builds one folder under build/.
build_in() {
    local folder=$1 target=$2
    shift 2
    cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" >/dev/null
    cmake --build "$folder" --target "$target"
}
