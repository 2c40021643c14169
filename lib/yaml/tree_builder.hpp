#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"
#include "yaml/parse.hpp"
#include "yaml/source_text.hpp"

namespace smarttrade::yaml {

/// Thrown out of yaml-cpp's parser when going on would cost too much or make no sense; the reason is a diagnostic.
struct reading_stopped {};

/// Makes the tree from yaml-cpp's events and refuses what must not stand in a plan.
class tree_builder final : public YAML::EventHandler {
public:
    tree_builder(const source_text& source, const std::string& file, const member_sink* sink)
        : source_{source}, file_{file}, sink_{sink} {}

    node take_root() { return std::move(root_); }
    std::vector<base::diagnostic>& diagnostics() { return diagnostics_; }
    void refuse(place at, std::string message);

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

private:
    /// A list or map that is not complete yet.
    struct open_node {
        node value;
        bool awaits_key = false;                 ///< a map between two members
        bool is_key = false;                     ///< stands where a name belongs; it was refused
        bool drops_value = false;                ///< of a member whose key was refused
        std::map<std::string, place> key_places; ///< of a map with many members, or with some that a sink took
    };

    place place_of(const YAML::Mark& mark) const { return source_.place_of(mark.line, mark.column); }
    bool awaits_key() const { return !open_.empty() && open_.back().awaits_key; }
    void open(node::kind type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void close();
    void add(node value);
    void add_key(std::string key, place at);
    std::optional<place> earlier_place(open_node& of, const std::string& key, place at) const;
    void hand_over(open_node& from);
    void refuse_key(place at, std::string message);
    void refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void count_node();

    const source_text& source_;
    const std::string& file_;
    const member_sink* sink_;
    node root_;
    std::vector<open_node> open_;
    std::vector<base::diagnostic> diagnostics_;
    std::size_t documents_ = 0;
    std::size_t nodes_ = 0;
};

} // namespace smarttrade::yaml
