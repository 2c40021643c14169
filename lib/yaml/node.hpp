#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::yaml {

/// A place in the text, 1-based; columns count characters.
struct place {
    int line = 1;
    int column = 1;
    friend bool operator==(const place&, const place&) = default;
};

struct member;

/// A value of the text. Scalars stay the text they were written as: `010` is not 8, `yes` is not true.
struct node {
    enum class kind { null, scalar, list, map };

    kind type = kind::null;
    std::string text;    ///< scalar, without its quotes
    bool quoted = false; ///< written in quotes or as a block of text
    bool is_verbatim = false; ///< stands in the text, from its first character or quote on, as it is read
    bool is_cut = false; ///< a ` #2` follows that looks like more of it, but is a comment
    place at;            ///< of its first character; an empty value stands at its key
    std::vector<node> items;
    std::vector<member> members; ///< in the order of the text; names are unique

    bool is_null() const { return type == kind::null; }
    bool is_scalar() const { return type == kind::scalar; }
    bool is_list() const { return type == kind::list; }
    bool is_map() const { return type == kind::map; }
    const member* find(std::string_view name) const;
};

struct member {
    std::string key;
    place key_at;
    node value;
};

} // namespace smarttrade::yaml
