#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <boost/system/system_error.hpp>

#include "ask.hpp"
#include "command.hpp"
#include "examples.hpp"
#include "journal/journal.hpp"
#include "load_config.hpp"
#include "service/key_lock.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"
#include "usage.hpp"

using namespace smarttrade;

namespace {

int complain(const std::string& trouble, int code) {
    std::fprintf(stderr, "smarttraded: %s\n", trouble.c_str());
    return code;
}

/// What was being done and why it failed, without the code and the source line that Boost adds for developers.
std::string plain_text(const boost::system::system_error& trouble) {
    std::string text = trouble.what();
    const auto raw = trouble.code().what();
    if (const auto at = text.find(raw); at != std::string::npos) text.replace(at, raw.size(), trouble.code().message());
    return text;
}

/// Only a daemon is told to come back later (systemd does that for it).
int complain_busy(const service::state_dir_busy& trouble, const CLI::App& app) {
    const bool asked_it = app.got_subcommand("status") || app.got_subcommand("plan") || app.got_subcommand("import");
    const auto* next = asked_it ? ", but does not answer" : "; to look at it: smarttraded status";
    return complain(std::string{trouble.what()} + next, app.got_subcommand("run") ? daemon::exit_busy : 1);
}

int run(int argc, char** argv) {
    CLI::App app{"Trades as code: makes a 3Commas account match YAML plans."};
    app.set_version_flag("--version", "smarttraded " SMARTTRADED_VERSION);
    app.require_subcommand(1);
    app.fallthrough(); // -c may stand before or after the subcommand
    daemon::common_options common;
    auto* config = app.add_option("-c,--config", common.config_file, "configuration file")->capture_default_str();
    config->each([&common](const std::string&) { common.config_given = true; });
    int exit_code = 0;
    daemon::add_run_command(app, common, exit_code);
    daemon::add_apply_command(app, common, exit_code);
    daemon::add_check_command(app, common, exit_code);
    daemon::add_plan_command(app, common, exit_code);
    daemon::add_status_command(app, common, exit_code);
    daemon::add_explain_command(app, common, exit_code);
    daemon::add_doctor_command(app, common, exit_code);
    daemon::add_journal_command(app, common, exit_code);
    daemon::add_control_commands(app, common, exit_code);
    daemon::add_import_command(app, common, exit_code);
    daemon::add_paper_command(app, exit_code);
    daemon::add_examples(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return daemon::complain_usage(wrong, app, argc, argv);
    } catch (const service::state_dir_busy& trouble) {
        return complain_busy(trouble, app);
    } catch (const daemon::permission_denied& trouble) {
        return complain(std::string{trouble.what()} + ": sudo " + daemon::typed(argc, argv), 1);
    } catch (const service::key_busy& trouble) {
        return complain(trouble.what(), app.got_subcommand("run") ? daemon::exit_busy : 1);
    }
    return exit_code;
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // a peer that has gone is an error code, not a death
    service::hide_memory();
    try {
        return run(argc, argv);
    } catch (const daemon::config_invalid& invalid) {
        std::fputs(invalid.what(), stderr); // rendered lines, each with its own place
        return daemon::exit_config;
    } catch (const service::secret_unusable& trouble) {
        return complain(trouble.what(), daemon::exit_config);
    } catch (const service::path_unusable& trouble) {
        return complain(trouble.what(), daemon::exit_config);
    } catch (const journal::unusable& trouble) {
        return complain(trouble.what(), daemon::exit_config);
    } catch (const boost::system::system_error& trouble) {
        return complain(plain_text(trouble), 1);
    } catch (const std::exception& trouble) {
        return complain(trouble.what(), 1);
    }
}
