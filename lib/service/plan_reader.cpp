#include "service/plan_reader.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <system_error>
#include <thread>
#include <vector>

namespace smarttrade::service {

namespace {

constexpr std::size_t worth_a_thread = 256U << 10U; ///< bytes, some 20 ms

struct task {
    const source_file* source = nullptr;
    plan::plan_file_ptr file;
};

std::size_t threads_for(const std::vector<task>& tasks) {
    std::size_t bytes = 0;
    for (const auto& each : tasks) bytes += each.source->text.size();
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    return std::min({cores, tasks.size(), bytes / worth_a_thread + 1});
}

/// Reading is pure: it does not matter which thread reads what.
void read_all(std::vector<task>& tasks) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (auto i = next++; i < tasks.size(); i = next++)
            tasks[i].file = plan::read(tasks[i].source->text, tasks[i].source->name);
    };
    std::vector<std::future<void>> others;
    try {
        while (others.size() + 1 < threads_for(tasks)) others.push_back(std::async(std::launch::async, work));
    } catch (const std::system_error&) {
        // No more threads are to be had: those there are read all the same.
    }
    work();
    for (auto& other : others) other.get();
}

} // namespace

plan::plan_set plan_reader::judge(const source_reading& sources, const plan::surroundings& around) {
    std::map<std::string, read_file> known;
    std::vector<task> tasks;
    for (const auto& source : sources.files) {
        auto& entry = known[source.name];
        entry.text_hash = full_hash(source.text);
        const auto before = files_.find(source.name);
        if (before != files_.end() && before->second.text_hash == entry.text_hash)
            entry.file = before->second.file;
        else
            tasks.push_back({&source, {}});
    }
    read_all(tasks);
    for (auto& each : tasks) known[each.source->name].file = std::move(each.file);
    files_ = std::move(known);
    std::vector<plan::plan_file_ptr> files;
    for (const auto& source : sources.files) files.push_back(files_[source.name].file);
    auto set = plan::merge(files, around);
    set.diagnostics.insert(set.diagnostics.end(), sources.errors.begin(), sources.errors.end());
    base::sort_by_place(set.diagnostics);
    return set;
}

} // namespace smarttrade::service
