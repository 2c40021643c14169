#include "wire/json.hpp"

#include "wire/json_writer.hpp"

namespace smarttrade::wire {

using trade::field_tree;

namespace {

field_tree to_tree(json_value from) {
    if (from.is_scalar()) return field_tree::scalar(std::string{from.text()});
    field_tree made;
    if (from.is_list()) {
        made = field_tree::list();
        for (const auto item : from) made.items.push_back(to_tree(item));
    } else if (from.is_map()) {
        made = field_tree::map();
        for (const auto member : from) made.set(member.key(), to_tree(member));
    }
    return made;
}

void write(json_writer& to, const field_tree& tree) {
    switch (tree.type) {
    case field_tree::kind::null: to.put(nullptr); break;
    case field_tree::kind::scalar: to.put(tree.text); break;
    case field_tree::kind::list: to.list(tree.items, [&](const field_tree& item) { write(to, item); }); break;
    case field_tree::kind::map:
        to.object([&] {
            for (const auto& [name, value] : tree.members) {
                to.key(name);
                write(to, value);
            }
        });
        break;
    }
}

} // namespace

reading<field_tree> parse_json(std::string_view text) {
    const auto document = json_document::parse(text);
    if (!document) return document.error();
    return to_tree(document->root());
}

std::string write_json(const field_tree& tree) {
    json_writer to;
    write(to, tree);
    return to.take();
}

} // namespace smarttrade::wire
