#include <algorithm>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "config/parts.hpp"
#include "yaml/known_keys.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::config {

namespace {

/// Never shows what stands there: it may be the secret itself.
void refuse_secret(const section& credential, std::string_view key) {
    credential.error(credential.place_of(key),
                     fmt::format("{} in the file itself, expected {{credential: NAME}} or {{file: PATH}}", key));
}

secret_source read_secret(const section& credential, const yaml::node& map, std::string_view key) {
    secret_source source;
    const auto* member = map.find(key);
    if (!member) return source;
    source.at = yaml::position(member->key_at, credential.told().file);
    if (!member->value.is_map()) {
        refuse_secret(credential, key);
        return source;
    }
    const auto group = credential.group(key, {"credential", "file"});
    if (group.has("credential") == group.has("file")) {
        credential.error(member->key_at, fmt::format("{}, expected either credential or file in it", key));
        return source;
    }
    source.from = group.has("file") ? secret_source::kind::file : secret_source::kind::credential;
    group.read(group.has("file") ? "file" : "credential", source.name);
    const bool is_path = source.name.find('/') != std::string::npos || source.name.starts_with('.');
    if (source.from == secret_source::kind::credential && is_path)
        credential.error(group.place_of("credential"), "a credential's name holds no path, expected file for a path");
    return source;
}

/// The entries below `key`, each of which will be compared with all others.
std::span<const yaml::member> few_entries(const section& root, std::string_view key) {
    constexpr std::size_t entries_max = 1000;
    const auto entries = root.entries(key);
    if (entries.size() <= entries_max) return entries;
    root.error(entries[entries_max].key_at, fmt::format("more than {} {}, expected fewer", entries_max, key));
    return entries.first(entries_max);
}

void read_credentials(const section& root, settings& out) {
    for (const auto& member : few_entries(root, "credentials")) {
        const section group{
            &member.value, member.key, member.key_at, root.told(), {"api_key", "secret", "rsa_private_key"}};
        if (!group.is_present()) continue;
        credential read;
        read.name = member.key;
        group.require("api_key", "{credential: NAME} or {file: PATH}");
        read.api_key = read_secret(group, member.value, "api_key");
        read.rsa = group.has("rsa_private_key");
        if (group.has("secret") == read.rsa)
            group.error(member.key_at, fmt::format("credentials {}, expected either secret or rsa_private_key in it",
                                                   yaml::shown(member.key)));
        read.secret = read_secret(group, member.value, read.rsa ? "rsa_private_key" : "secret");
        out.credentials.push_back(std::move(read));
    }
}

/// The credential an account is served with: the one it names, else the only one.
std::string credential_of(const section& account, const std::string& name, const settings& out) {
    std::string wanted;
    account.read("credentials", wanted);
    std::vector<std::string_view> known;
    for (const auto& c : out.credentials) known.push_back(c.name);
    if (wanted.empty()) {
        if (known.size() == 1) return std::string{known[0]};
        account.error(account.at(),
                      fmt::format("missing key 'credentials' in {}, expected {}", yaml::shown(name),
                                  known.empty() ? "credentials in this file, or paper" : yaml::one_of(known)));
        return {};
    }
    if (std::ranges::find(known, wanted) != known.end()) return wanted;
    const auto near = base::nearest_word(wanted, known);
    account.error(account.place_of("credentials"),
                  fmt::format("credentials {}, expected a name below credentials{}", yaml::shown(wanted),
                              near ? fmt::format(", did you mean '{}'?", yaml::shown(*near)) : ""));
    return {};
}

bool is_account_name(std::string_view text) {
    return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view{"_.-"}.find(c) != std::string_view::npos;
    });
}

void read_account(const section& root, const yaml::member& member, settings& out) {
    const section group{&member.value, member.key, member.key_at, root.told(), {"id", "mode", "credentials"}};
    if (!is_account_name(member.key))
        group.error(member.key_at,
                    fmt::format("account {}, expected a name of letters, digits, _ . -", yaml::shown(member.key)));
    account read;
    read.name = member.key;
    read.at = yaml::position(member.key_at, root.told().file);
    group.require("id", "the account's id at 3Commas");
    group.require("mode", "real or paper");
    group.read_count("id", read.id.value, 1, INT64_MAX);
    if (out.paper) read.mode = trade::account_mode::paper; // where the word is none, which is told
    group.read_word("mode", read.mode);
    if (out.paper && read.mode == trade::account_mode::real)
        group.error(group.place_of("mode"), "mode real beside paper, expected paper");
    if (!out.paper) read.credentials = credential_of(group, member.key, out);
    const auto twin = std::ranges::find_if(out.accounts, [&](const account& a) { return a.id == read.id; });
    if (read.id.value != 0 && twin != out.accounts.end())
        group.error(group.place_of("id"), fmt::format("id {} is that of account {} too, expected an id of its own",
                                                      read.id.value, yaml::shown(twin->name)));
    out.accounts.push_back(std::move(read));
}

} // namespace

void read_accounts(const section& root, settings& out) {
    read_credentials(root, out);
    root.require("accounts", "at least one account");
    const auto accounts = few_entries(root, "accounts");
    if (root.has("accounts") && accounts.empty())
        root.error(root.place_of("accounts"), "accounts is empty, expected at least one account");
    for (const auto& member : accounts) read_account(root, member, out);
}

} // namespace smarttrade::config
