#include <algorithm>

#include <boost/url/ipv4_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "config/parts.hpp"
#include "config/settings.hpp"
#include "trade/tag.hpp"
#include "yaml/known_keys.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::config {

namespace {

using namespace std::chrono_literals;

/// As http::is_loopback, but of hosts as a URL spells them.
bool is_loopback(std::string_view host) {
    const auto v4 = boost::urls::parse_ipv4_address(host);
    return host == "localhost" || host == "[::1]" || (v4 && v4->is_loopback());
}

/// Empty: nothing is wrong with it.
std::string_view fault_of_url(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    const bool has_wrong_port = url && url->has_port() && url->port_number() == 0; // 65536 and more are 0, too
    // Boost.URL 1.81 reads 127.0.0.1.evil.com as the host 127.0.0.1 and a path.
    const bool has_wrong_path = url && !url->encoded_path().empty() && !url->encoded_path().starts_with('/');
    if (!url || url->encoded_host().empty() || has_wrong_port || has_wrong_path)
        return "an address like https://api.3commas.io/public/api";
    if (url->has_userinfo() || url->has_query() || url->has_fragment()) return "an address without user, ? and #";
    if (url->scheme() == "https") return {};
    if (url->scheme() == "http" && is_loopback({url->encoded_host().data(), url->encoded_host().size()})) return {};
    return "https:// (http:// is for loopback only)";
}

void read_api(const section& root, settings& out) {
    const auto api = root.group("api", {"base_url", "timeout", "ca_file", "max_connections"});
    api.read("base_url", out.api.base_url);
    if (const auto expected = fault_of_url(out.api.base_url); !expected.empty())
        api.error(api.place_of("base_url"),
                  fmt::format("base_url {}, expected {}", yaml::shown(out.api.base_url), expected));
    while (out.api.base_url.ends_with('/')) out.api.base_url.pop_back();
    api.read("timeout", out.api.timeout, 1ms);
    api.read("ca_file", out.api.ca_file);
    api.read_count("max_connections", out.api.max_connections, 1, 1000);
}

void read_instance(const section& root, settings& out) {
    root.require("instance", "a name of 1 to 12 letters a-z and digits");
    root.read("instance", out.instance);
    if (!out.instance.empty() && !trade::is_instance_name(out.instance))
        root.error(root.place_of("instance"),
                   fmt::format("instance {}, expected 1 to 12 letters a-z and digits", yaml::shown(out.instance)));
}

void read_plans(const section& root, settings& out) {
    const auto plans = root.group("plans", {"paths", "watch", "settle"});
    plans.read("paths", out.plans.paths);
    if (out.plans.paths.empty())
        plans.error(plans.place_of("paths"), "paths is empty, expected at least one file or directory");
    plans.read("watch", out.plans.watch);
    plans.read("settle", out.plans.settle, 0ms);
}

/// The listener shows money to everybody who reaches it, so it stays on this machine (design.md 9).
void read_admin(const section& root, settings& out) {
    const auto admin = root.group("admin", {"listen", "socket", "operators"});
    admin.read("listen", out.admin.listen);
    const std::string_view listen = out.admin.listen;
    const auto colon = listen.rfind(':');
    const auto port = colon == std::string_view::npos ? std::string_view{} : listen.substr(colon + 1);
    const bool is_port = !port.empty() && port.size() <= 5
                         && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })
                         && std::stoi(std::string{port}) <= 65535;
    if (!listen.empty() && (!is_port || !is_loopback(listen.substr(0, colon))))
        admin.error(admin.place_of("listen"), fmt::format("listen {}, expected a loopback address and a port, like "
                                                          "127.0.0.1:9464",
                                                          yaml::shown(listen)));
    admin.read("socket", out.admin.socket);
    admin.read("operators", out.admin.operators);
}

void read_rest(const section& root, settings& out) {
    root.read("state_dir", out.state_dir);
    const auto reconcile = root.group("reconcile", {"interval", "settle", "resend"});
    reconcile.read("interval", out.reconcile.interval, 10ms);
    reconcile.read("settle", out.reconcile.settle, 0ms);
    reconcile.read_word("resend", out.reconcile.resend);
    const auto log = root.group("log", {"level", "format"});
    log.read_word("level", out.log.level);
    log.read_word("format", out.log.format);
    const auto alert = root.group("alert", {"exec"});
    if (alert.is_present()) alert.require("exec", "the program to run");
    alert.read("exec", out.alert_exec);
}

} // namespace

read_result read(std::string_view text, const std::string& file) {
    auto document = yaml::parse(text, file);
    problems told{file, std::move(document.diagnostics)};
    settings out;
    if (document.root) {
        const auto* root_map = document.root->is_null() ? nullptr : &*document.root;
        const section root{root_map,
                           "the file",
                           {},
                           told,
                           {"api", "instance", "accounts", "credentials", "plans", "state_dir", "reconcile",
                            "rate_limits", "guardrails", "admin", "log", "alert", "paper"}};
        const auto* limits = root_map ? root_map->find("rate_limits") : nullptr;
        read_api(root, out);
        read_instance(root, out);
        read_paper(root, out);
        read_accounts(root, out);
        read_plans(root, out);
        read_rate_limits(root, limits ? &limits->value : nullptr, out);
        read_guardrails(root, out);
        read_admin(root, out);
        read_rest(root, out);
    }
    base::sort_by_place(told.all);
    read_result result;
    if (!base::has_errors(told.all)) result.value = std::move(out);
    result.diagnostics = std::move(told.all);
    return result;
}

} // namespace smarttrade::config
