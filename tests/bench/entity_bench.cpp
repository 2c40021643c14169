// Prints what reading and writing entities costs, in microseconds of CPU: the best of several rounds, because the
// machine's other work only ever adds. The input is a page of 100 trades like E2 of api.md E.4, about 3 KB each.
#include <ctime>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "wire/entity.hpp"
#include "support/in_project.hpp"

namespace {

using namespace smarttrade;

double cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

template <class Work> double best_us(int repeats, const Work& work) {
    constexpr int rounds = 9;
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto start = cpu_us();
        for (int i = 0; i < repeats; ++i) work();
        best = std::min(best, (cpu_us() - start) / repeats);
    }
    return best;
}

std::string example() {
    std::ifstream file{test::in_project("tests/wire/entities/e2.json")};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

int main() {
    constexpr int trades = 100;
    const auto one = example();
    std::string page = "[" + one;
    for (int i = 1; i < trades; ++i) page += "," + one;
    page += "]";
    const auto read = wire::read_smart_trades(page).value();
    std::size_t sum = 0; // so that no work is left out
    std::printf("page of %d trades, %zu bytes\n", trades, page.size());
    std::printf("parse page    %8.1f us\n",
                best_us(50, [&] { sum += wire::json_document::parse(page).value().root().count(); }));
    std::printf("read page     %8.1f us\n", best_us(50, [&] { sum += wire::read_smart_trades(page).value().size(); }));
    std::printf("read entity   %8.2f us\n",
                best_us(5000, [&] { sum += wire::read_smart_trade(one).value().take_profit.size(); }));
    std::printf("write page    %8.1f us\n", best_us(50, [&] { sum += wire::write_smart_trades(read).size(); }));
    std::printf("write entity  %8.2f us\n", best_us(5000, [&] { sum += wire::write_smart_trade(read[0]).size(); }));
    return sum == 0 ? 1 : 0;
}
