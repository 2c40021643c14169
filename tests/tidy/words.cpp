#include <algorithm>
#include <array>

#include "tidy/rules.hpp"
#include "tidy/source_text.hpp"

namespace smarttrade::tidy {

namespace {

struct reason {
    std::string_view text;
    bool real_time; ///< a test whose subject is real time may do it
};
constexpr reason time_is_passed{"time comes from async::time_source", true};
constexpr reason never_sleeps{"a thread never sleeps", true};
constexpr reason random_is_passed{"randomness is passed in", false};
constexpr reason has_group{"a task belongs to a task_group", false};

/// `home`: where the word may stand, as the beginning of a path; empty: nowhere.
struct homed_word {
    std::string_view word, home;
    const reason& why;
};
constexpr std::array homed_words{
    homed_word{"steady_clock::now", "lib/async/", time_is_passed},
    homed_word{"system_clock::now", "lib/async/", time_is_passed},
    homed_word{"high_resolution_clock", "", time_is_passed},
    homed_word{"clock::now", "", time_is_passed}, // a clock by another name
    homed_word{"gettimeofday", "", time_is_passed},
    homed_word{"clock_gettime", "", time_is_passed},
    homed_word{"std::time", "", time_is_passed},
    homed_word{"time(nullptr)", "", time_is_passed},
    homed_word{"time(NULL)", "", time_is_passed},
    homed_word{"expires_after(", "", time_is_passed}, // a timer by the ambient clock
    homed_word{"sleep_for", "", never_sleeps},
    homed_word{"this_thread::sleep_until", "", never_sleeps},
    homed_word{"sleep(", "", never_sleeps},
    homed_word{"usleep", "", never_sleeps},
    homed_word{"nanosleep", "", never_sleeps},
    homed_word{"clock_nanosleep", "", never_sleeps},
    homed_word{"random_device", "", random_is_passed},
    homed_word{"rand()", "", random_is_passed},
    homed_word{"srand", "", random_is_passed},
    homed_word{"mt19937", "", random_is_passed}, // base::prng, which gives the same numbers everywhere
    homed_word{"mt19937_64", "", random_is_passed},
    homed_word{"default_random_engine", "", random_is_passed},
    homed_word{"getrandom", "", random_is_passed},
    homed_word{"arc4random", "", random_is_passed},
    homed_word{"RAND_bytes", "lib/service/submitter.cpp", random_is_passed}, // service::random_nonces
    homed_word{"detached", "", has_group},
};

/// Tests in which real time passes, and why it must.
struct real_time_home {
    std::string_view path, why;
};
constexpr std::array real_time_homes{
    real_time_home{"tests/system/", "other processes run at their own pace; all one can do is look again"},
    real_time_home{"tests/bench/", "how long something really takes is the question"},
};

bool is_real_time(std::string_view path) {
    return std::ranges::any_of(real_time_homes, [&](const auto& home) { return path.starts_with(home.path); });
}

} // namespace

void check_words(const source_file& file, std::string_view code, std::vector<breach>& out) {
    for (const auto& [word, home, why] : homed_words) {
        if (!home.empty() && file.path.starts_with(home)) continue;
        if (why.real_time && is_real_time(file.path)) continue;
        for (const auto at : places_of(code, word))
            out.push_back({line_of(code, at), std::string{word}, std::string{word} + ": " + std::string{why.text}});
    }
}

void name_word_rules(std::vector<std::string>& out) {
    for (const auto& each : homed_words) out.emplace_back(each.word);
}

} // namespace smarttrade::tidy
