#include "sim/story.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::sim {

namespace {

using enum incident;

milliseconds between(base::prng& draw, milliseconds low, milliseconds high) {
    return low + milliseconds{draw.below(static_cast<std::uint64_t>((high - low).count()) + 1)};
}

constexpr milliseconds second{1000}, minute{60'000};

/// How often each comes up, of all; those that are rare would hide the others if they were not.
struct weight {
    incident what;
    unsigned of;
};
constexpr std::array weights{weight{drop_request, 8},   weight{lose_reply, 14},
                             weight{commit_late, 12},   weight{slow_request, 8},
                             weight{slow_reply, 6},     weight{gateway_error, 10},
                             weight{garble_reply, 5},   weight{api_down, 6},
                             weight{throttle, 3},       weight{ban, 1},
                             weight{share_key, 2},      weight{stale_list, 12},
                             weight{empty_list, 4},     weight{page_shift, 12},
                             weight{forget, 3},         weight{refuse_key, 2},
                             weight{kill, 24},          weight{lose_power, 12},
                             weight{terminate, 6},      weight{suspend, 4},
                             weight{step_clock, 4},     weight{disk_full, 5},
                             weight{disk_error, 4},     weight{cancel_by_hand, 5},
                             weight{create_by_hand, 3}, weight{look_alike, 4},
                             weight{edit_by_hand, 14},  weight{order, 10},
                             weight{halt, 4},           weight{confirm, 5},
                             weight{fill_first, 6},     weight{lose_state, 2}};

incident draw_kind(base::prng& draw) {
    unsigned all = 0;
    for (const auto& each : weights) all += each.of;
    auto left = draw.below(all);
    for (const auto& each : weights) {
        if (left < each.of) return each.what;
        left -= each.of;
    }
    return drop_request;
}

/// Faults of the network hit writes more often than chance would have it: there the money is.
target draw_target(base::prng& draw) {
    constexpr std::array likely{target::write, target::write, target::write, target::any, target::list, target::read};
    return likely.at(draw.below(likely.size()));
}

happening draw_one(base::prng& draw) {
    happening made;
    made.what = draw_kind(draw);
    made.at = between(draw, milliseconds{0}, storm);
    made.of = draw_target(draw);
    switch (made.what) {
    case commit_late: made.length = between(draw, milliseconds{10}, commit_max); break;
    case slow_request: made.length = between(draw, second, 15 * second + commit_max); break;
    case slow_reply: made.length = between(draw, second, 40 * second); break;
    case gateway_error: made.n = std::array{500, 502, 504}.at(draw.below(3)); break;
    case api_down: made.length = between(draw, second, 4 * minute); break;
    case share_key: made.n = 30 + static_cast<int>(draw.below(120)); break;
    case stale_list: made.length = between(draw, milliseconds{100}, lag_max); break;
    case refuse_key: made.length = between(draw, second, 3 * minute); break;
    case kill:
    case lose_power:
        made.n = static_cast<int>(draw.below(60));
        made.length = made.what == kill ? second : between(draw, 5 * second, minute);
        break;
    case suspend: made.length = between(draw, second, 10 * minute); break;
    case step_clock: made.length = between(draw, -120 * minute, 120 * minute); break;
    case disk_full:
    case disk_error: made.length = between(draw, milliseconds{50}, 2 * minute); break;
    case cancel_by_hand: made.n = static_cast<int>(draw.below(8)); break;
    case look_alike: made.n = static_cast<int>(draw.below(5 * 4)); break;
    case edit_by_hand:
    case order: made.n = static_cast<int>(draw.below(8 * 6)); break;
    case halt: made.length = between(draw, second, 4 * minute); break;
    case fill_first: made.n = static_cast<int>(draw.below(2)); break;
    default: break;
    }
    return made;
}

/// What is worst right after something else: a list from before an end, a process that dies or is stopped while its
/// request is on its way, a disk that refuses the outcome, power that fails on top of a kill, an outage when something
/// is to be looked for, a halt in the middle of an edit, a cancel that meets a fill.
void follow_up(base::prng& draw, std::vector<happening>& story) {
    for (std::size_t i = 0, all = story.size(); i < all; ++i) {
        const auto first = story[i];
        if (draw.below(2) == 0) continue;
        const auto add = [&](incident what, milliseconds later, milliseconds length, std::uint64_t n = 0) {
            story.push_back({what, first.at + later, {}, length, static_cast<int>(n)});
        };
        const bool is_write = first.of == target::write;
        switch (first.what) {
        case cancel_by_hand: add(stale_list, between(draw, second, 15 * second), lag_max); break;
        case lose_reply:
            if (!is_write) break;
            if (draw.below(2) == 0) {
                add(api_down, between(draw, second / 5, 3 * second), between(draw, 40 * second, 2 * minute));
            } else { // what it made has ended before anybody saw it
                add(step_clock, -second, between(draw, -120 * minute, 120 * minute));
                add(cancel_by_hand, between(draw, second / 5, 2 * second), {}, newest);
            }
            break;
        case slow_reply:
            if (is_write) add(disk_full, between(draw, second / 10, second), between(draw, 20 * second, minute));
            break;
        case slow_request:
        case commit_late:
            if (!is_write) break;
            if (const auto n = 1 + draw.below(12); n % 3 == 0 && first.what == slow_request)
                story[i].n = 1;
            else
                add(kill, second / 10, second, n);
            break;
        case edit_plans:
            if (draw.below(2) == 0) {
                if (draw.below(2) == 0)
                    add(halt, between(draw, second / 20, 3 * second), between(draw, second, minute));
            } else if (draw.below(2)
                       == 0) { // what is written but not synced is read by the next process, and gone again
                add(kill, {}, second, draw.below(12));
                add(lose_power, second + second / 100, 5 * second, draw.below(40));
            }
            break;
        case order:
            if (first.n / 8 == 0) add(fill_first, {}, {}, draw.below(2));
            break;
        default: break;
        }
    }
}

/// A disk that fails is worst for a process that is killed before it works again: of what that could not write, the
/// next one hears nothing.
void forget_by_disk(base::prng& draw, std::vector<happening>& story) {
    for (std::size_t i = 0, all = story.size(); i < all; ++i) {
        const auto trouble = story[i];
        if ((trouble.what != disk_full && trouble.what != disk_error) || draw.below(2) == 0) continue;
        const auto end = trouble.at + trouble.length;
        story.push_back({kill,
                         end - std::min(trouble.length, between(draw, milliseconds{1}, second)),
                         {},
                         2 * second,
                         static_cast<int>(draw.below(3))});
    }
}

} // namespace

std::vector<happening> draw_story(base::prng& draw, int sets, bool outside_model) {
    std::vector<happening> story;
    for (int n = 1; n < sets; ++n)
        story.push_back({edit_plans, between(draw, second, storm), {}, milliseconds{draw.below(4) != 0 ? 1 : 0}, n});
    const auto count = 1 + draw.below(8);
    for (std::uint64_t i = 0; i < count; ++i) story.push_back(draw_one(draw));
    // The first seconds are the busiest, and those after an edit: then trades are created.
    const auto edits = static_cast<std::uint64_t>(sets - 1);
    for (auto& each : story) {
        if (each.what == edit_plans || draw.below(3) == 0) continue;
        const auto edit = draw.below(2 * edits + 2);
        if (edit < edits)
            each.at = story[edit].at + between(draw, milliseconds{0}, 4 * second);
        else
            each.at = between(draw, milliseconds{0}, 30 * second);
    }
    if (outside_model) story.push_back({duplicate, between(draw, milliseconds{0}, 20 * second), target::write, {}, 0});
    // Troubles come in company: a lost reply and then an outage is worse than either.
    const auto alone = story.size();
    for (auto i = static_cast<std::size_t>(edits); i < alone; ++i) {
        if (draw.below(2) == 0) continue;
        auto next = draw_one(draw);
        next.at = story[i].at + between(draw, milliseconds{0}, draw.below(2) == 0 ? second / 2 : 20 * second);
        story.push_back(next);
    }
    forget_by_disk(draw, story);
    follow_up(draw, story);
    if (draw.below(12) == 0) {
        const auto copied = between(draw, second, storm / 2);
        story.push_back({back_up, copied, {}, {}, 0});
        story.push_back({restore, copied + between(draw, second, storm / 2), {}, {}, 0});
    }
    std::ranges::stable_sort(story, {}, &happening::at);
    return story;
}

namespace {

std::string span(milliseconds of) {
    return of.count() % 1000 == 0 ? fmt::format("{} s", of.count() / 1000) : fmt::format("{} ms", of.count());
}

std::string words(const happening& what) {
    static constexpr std::array<std::string_view, 4> requests{"request", "write", "listing", "GET of a trade"};
    const auto request = requests.at(static_cast<std::size_t>(what.of));
    const auto length = span(what.length);
    switch (what.what) {
    case drop_request: return fmt::format("the next {} is dropped before the exchange reads it", request);
    case lose_reply: return fmt::format("the reply to the next {} is lost after it was executed", request);
    case commit_late: return fmt::format("the next {}: connection closed, executed {} later", request, length);
    case slow_request:
        return fmt::format("the next {} takes {} to arrive{}", request, length,
                           what.n == 0 ? "" : ", and the daemon is stopped meanwhile");
    case slow_reply: return fmt::format("the next {} is executed, its answer takes {}", request, length);
    case gateway_error: return fmt::format("the next {} is executed and answered {}", request, what.n);
    case garble_reply: return fmt::format("the next {} is executed, its answer is cut in the middle", request);
    case api_down: return fmt::format("connections are refused for {}", length);
    case duplicate: return "the next write is executed twice";
    case throttle: return fmt::format("the next {} is answered 429", request);
    case ban: return fmt::format("the next {} is answered 418", request);
    case share_key: return fmt::format("somebody else sends {} requests with our key", what.n);
    case stale_list: return fmt::format("the next listing is {} old", length);
    case empty_list: return "the next listing is empty";
    case page_shift: return "the next second page of a listing skips a row";
    case forget: return "the next GET of a trade answers that there is none";
    case refuse_key: return fmt::format("the key is refused for {}", length);
    case kill: return fmt::format("kill -9 at operation {} from now", what.n);
    case lose_power: return fmt::format("the power fails at operation {} from now, for {}", what.n, length);
    case terminate: return "SIGTERM, and a new start";
    case suspend: return fmt::format("the machine is suspended for {}", length);
    case step_clock: return fmt::format("the wall clock jumps by {}", length);
    case disk_full: return fmt::format("the disk is full for {}", length);
    case disk_error: return fmt::format("the disk fails for {}", length);
    case edit_plans:
        return fmt::format("the plans become set {}{}", what.n, what.length.count() ? ", and the daemon is told" : "");
    case cancel_by_hand:
        return what.n == newest ? "our newest live trade is cancelled in the app"
                                : fmt::format("live trade {} of ours is cancelled in the app", what.n);
    case create_by_hand: return "somebody creates a trade of his own";
    case look_alike: return fmt::format("a bot creates a trade like ours, t{} (kind {})", 1 + what.n / 5, what.n % 5);
    case edit_by_hand:
        return fmt::format("live trade {} of ours is edited in the app (kind {})", what.n % 8, what.n / 8);
    case order: return fmt::format("the operator orders live trade {} of ours (word {})", what.n % 8, what.n / 8);
    case halt: return fmt::format("the operator halts the daemon for {}", length);
    case confirm: return "the operator confirms every hold";
    case fill_first:
        return fmt::format("the next {} meets an entry that was just filled",
                           what.n == 0 ? "cancel" : "GET of a trade");
    case lose_state: return "the daemon is killed, and its state directory is gone";
    case back_up: return "the journal is copied";
    case restore: return "the daemon is killed, and the copy is put in the place of its journal";
    }
    return {};
}

} // namespace

std::string tell_time(milliseconds since_start) {
    const auto s = since_start.count() / 1000;
    return fmt::format("{:02}:{:02}:{:02}.{:03}", s / 3600, s / 60 % 60, s % 60, since_start.count() % 1000);
}

std::string tell(const happening& what) { return fmt::format("{} {}", tell_time(what.at), words(what)); }

} // namespace smarttrade::sim
