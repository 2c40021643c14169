#pragma once

#include <string_view>
#include <vector>

#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// Reads one document: `read_one(root)` gives a reading.
template <class ReadOne> auto read_document(std::string_view json, const ReadOne& read_one) -> decltype(read_one({})) {
    const auto document = json_document::parse(json);
    if (!document) return document.error();
    return read_one(document->root());
}

/// Reads a bare JSON array. One unreadable item makes the whole unreadable.
template <class Item, class ReadOne>
reading<std::vector<Item>> read_list(json_value from, const char* what, const ReadOne& read_one) {
    if (!from.is_list()) return unreadable{std::string{"expected a list of "} + what};
    std::vector<Item> all;
    all.reserve(from.count());
    for (const auto item : from) {
        reading<Item> read = read_one(item);
        if (!read) return read.error();
        all.push_back(*std::move(read));
    }
    return all;
}

} // namespace smarttrade::wire
