#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "command.hpp"
#include "journal/journal.hpp"
#include "load_config.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"

using namespace smarttrade;

namespace {

/// Secrets live in this process: no core file, no reading of its memory by others.
void forbid_core_dumps() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

int complain(const std::exception& trouble, int code) {
    std::fprintf(stderr, "smarttraded: %s\n", trouble.what());
    return code;
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
    daemon::add_status_command(app, common, exit_code);
    daemon::add_paper_command(app, exit_code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : daemon::exit_usage;
    }
    return exit_code;
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // a peer that has gone is an error code, not a death
    forbid_core_dumps();
    try {
        return run(argc, argv);
    } catch (const daemon::config_invalid& invalid) {
        std::fputs(invalid.what(), stderr); // rendered lines, each with its own place
        return daemon::exit_config;
    } catch (const service::secret_unusable& trouble) {
        return complain(trouble, daemon::exit_config);
    } catch (const journal::unusable& trouble) {
        return complain(trouble, daemon::exit_config);
    } catch (const service::state_dir_busy& trouble) {
        return complain(trouble, daemon::exit_busy);
    } catch (const std::exception& trouble) {
        return complain(trouble, 1);
    }
}
