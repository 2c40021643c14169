#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "config/settings.hpp"
#include "sim/invariants.hpp"
#include "sim/machine.hpp"
#include "sim/network.hpp"
#include "sim/plan_sets.hpp"
#include "sim/story.hpp"
#include "sim/venue.hpp"

namespace smarttrade::sim {

/// What a world came to.
struct outcome {
    std::optional<violation> broken;
    std::size_t requests = 0;
    int kills = 0;
    std::chrono::nanoseconds lasted{};
    std::map<incident, int> hits; ///< by kind: those that found what they were for
};

/// What a seed stands for, before anything happens: configuration, plans, market and the story.
struct script {
    explicit script(std::uint64_t seed);

    std::uint64_t seed = 0;
    config::settings settings;
    paper_server::options exchange;
    std::vector<plan_set> plans;
    bool outside_model = false;
    bool operator_confirms = true;         ///< lets every hold go in the end; else they stay
    std::set<std::string> protected_names; ///< in every set that has them
    int crowd = 0;                         ///< trades of others that were there before: a listing has two pages
    std::vector<happening> story;
};

/// Whether a world tells what happens, on standard output.
enum class voice { silent, aloud };

/// Lives through the script with `story` in place of its own. The same arguments give the same log, byte for byte.
outcome play(const script& of, const std::vector<happening>& story, voice how);

} // namespace smarttrade::sim
