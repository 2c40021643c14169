#include "yaml/parse.hpp"

#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "yaml/source_text.hpp"
#include "yaml/tree_builder.hpp"

namespace smarttrade::yaml {

namespace {

/// yaml-cpp reports an alias to nowhere and its own guard against nesting as syntax errors with words of its own.
std::string words_for(const std::string& message) {
    if (message == "bad file") return fmt::format("values nested more than {} deep, expected fewer", nesting_max);
    if (message.starts_with("the referenced anchor"))
        return "an alias (*), expected none: write the value where it is meant";
    return fmt::format("{}, expected YAML", message);
}

base::diagnostic syntax_error(const YAML::Exception& e, const source_text& source, const std::string& file) {
    base::diagnostic told{position({}, file), base::severity::error, {}, words_for(e.msg), {}};
    if (e.mark.is_null()) return told;
    told.at = position(source.place_of(e.mark.line, e.mark.column), file);
    if (const auto tab = source.indenting_tab(e.mark.line)) {
        told.at = position(*tab, file);
        told.message = "a tab before a key or entry, expected spaces";
    }
    return told;
}

} // namespace

base::text_position position(place at, const std::string& file) { return {file, at.line, at.column}; }

document parse(std::string_view text, const std::string& file) {
    document result;
    const auto refused = [&](place at, std::string message) {
        result.diagnostics.push_back({position(at, file), base::severity::error, {}, std::move(message), {}});
        return result;
    };
    if (text.size() > text_bytes_max)
        return refused({}, fmt::format("the text has {} bytes, expected at most {}", text.size(), text_bytes_max));
    const source_text source{text};
    if (auto fault = source.first_fault()) return refused(fault->at, std::move(fault->message));

    tree_builder builder{source, file};
    try {
        std::istringstream stream{std::string{source.text()}};
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {}
        result.root = builder.take_root();
    } catch (const YAML::Exception& e) {
        builder.diagnostics().push_back(syntax_error(e, source, file));
    } catch (const reading_stopped&) {
        // The reason is among the diagnostics.
    }
    result.diagnostics = std::move(builder.diagnostics());
    return result;
}

} // namespace smarttrade::yaml
