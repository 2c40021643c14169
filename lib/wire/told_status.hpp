#pragma once

#include "trade/status.hpp"
#include "wire/field_access.hpp"
#include "wire/json_writer.hpp"

namespace smarttrade::wire {

/// A status object of api.md E.1: {type, basic_type, title, error}. Only `type` and `error` are read.
template <class Status> trade::told_status<Status> read_status(json_value from) {
    json_members in{from};
    const auto word = in["type"].text();
    return trade::told_status<Status>::parse(word, text_or_empty(in["error"]));
}

/// Titles of api.md F.1 and F.2; empty for a word we do not know.
std::string_view title_of(trade::trade_status status);
std::string_view title_of(trade::order_status status);

template <class Status> void write_status(json_writer& to, const trade::told_status<Status>& told) {
    const auto title = title_of(told.type);
    to.object([&] {
        to.member("type", told.text());
        to.member("basic_type", told.text());
        to.member("title", title.empty() ? told.text() : title);
        if (!told.error().empty()) to.member("error", told.error());
    });
}

} // namespace smarttrade::wire
