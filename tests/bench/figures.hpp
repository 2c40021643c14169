#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

/// How a measuring program tells its figures: a line of JSON each, next to the goal.
namespace smarttrade::bench {

inline void tell(const std::string& figure, const char* unit, double value, double goal) {
    std::printf("{\"figure\":\"%s\",\"%s\":%.2f,\"goal\":%g,\"met\":%s}\n", figure.c_str(), unit, value, goal,
                value <= goal ? "true" : "false");
}

inline double median(std::vector<double> all) {
    std::ranges::sort(all);
    return all[all.size() / 2];
}

[[noreturn]] inline void give_up(const std::string& why) {
    std::fprintf(stderr, "given up: %s\n", why.c_str());
    std::fflush(stdout);
    ::_exit(1);
}

/// In a child, so that no figure rides on the memory of another.
template <class Work> bool apart(const Work& work) {
    const auto child = ::fork();
    if (child == 0) {
        try {
            work();
        } catch (const std::exception& failure) {
            give_up(failure.what());
        }
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status == 0;
}

} // namespace smarttrade::bench
