#include "yaml/parse.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "yaml/known_keys.hpp"
#include "yaml/source_text.hpp"
#include "yaml/tree_builder.hpp"

namespace smarttrade::yaml {

namespace {

/// yaml-cpp reports an alias to nowhere and its own guard against nesting as syntax errors with words of its own.
std::string words_for(const std::string& message) {
    if (message == "bad file") return fmt::format("values nested more than {} deep, expected fewer", nesting_max);
    if (message.starts_with("the referenced anchor"))
        return "an alias (*), expected none: write the value where it is meant";
    if (message == "end of map not found" || message == "end of sequence not found")
        return "this line does not begin where those of its group do, expected the same indentation";
    if (message == "end of map flow not found") return "a { before this is not closed, expected its }";
    if (message == "end of sequence flow not found") return "a [ before this is not closed, expected its ]";
    if (message.starts_with("unknown escape character")) // followed by one byte, perhaps of several
        return "a \\ in double quotes that begins no escape of YAML, expected single quotes";
    return fmt::format("{}, expected YAML", shown(message));
}

/// A value that begins with a sign of YAML's own.
std::string words_for_sign(std::string_view rest) {
    const auto word = rest.substr(0, rest.find_first_of(" ,]}\r\n"));
    if (word.starts_with('%') && word.size() > 1)
        return fmt::format("{} begins with %, expected it behind the number: {}%", shown(word), shown(word.substr(1)));
    return fmt::format("'{}' cannot begin a value, expected quotes around it", rest.substr(0, 1));
}

struct slip {
    int column = 0; ///< in bytes, from 0
    std::string message;
};

/// `pair:USDT_BTC` on a line of its own.
std::optional<slip> key_without_space(std::string_view line) {
    const auto start = line.find_first_not_of(" -");
    const auto colon = start == std::string_view::npos ? start : line.find(':', start);
    if (colon == std::string_view::npos || colon == start || colon + 1 >= line.size() || line[colon + 1] == ' ')
        return std::nullopt;
    const auto key = line.substr(start, colon - start);
    const bool is_key = std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!is_key) return std::nullopt;

    return slip{static_cast<int>(start), fmt::format("{0}:{1} without a space behind the colon, expected {0}: {1}",
                                                     shown(key), shown(line.substr(colon + 1)))};
}

base::diagnostic syntax_error(const YAML::Exception& e, const source_text& source, const std::string& file) {
    base::diagnostic told{position({}, file), base::severity::error, {}, words_for(e.msg), {}};
    if (e.mark.is_null()) return told;
    told.at = position(source.place_of(e.mark.line, e.mark.column), file);
    if (e.msg == "unknown token") told.message = words_for_sign(source.rest_from(e.mark.line, e.mark.column));
    if (e.msg == "illegal map value")
        for (const int line : {e.mark.line, e.mark.line - 1})
            if (const auto slip = key_without_space(source.line(line))) {
                told.at = position(source.place_of(line, slip->column), file);
                told.message = slip->message;
                return told;
            }
    if (const auto tab = source.indenting_tab(e.mark.line)) {
        told.at = position(*tab, file);
        told.message = "a tab before a key or entry, expected spaces";
    }
    return told;
}

} // namespace

base::text_position position(place at, const std::string& file) { return {file, at.line, at.column}; }

document parse(std::string_view text, const std::string& file, const member_sink* sink) {
    document result;
    const auto refused = [&](place at, std::string message) {
        result.diagnostics.push_back({position(at, file), base::severity::error, {}, std::move(message), {}});
        return result;
    };
    if (text.size() > text_bytes_max)
        return refused({}, fmt::format("the text has {} bytes, expected at most {}", text.size(), text_bytes_max));
    const source_text source{text};
    if (auto fault = source.first_fault()) return refused(fault->at, std::move(fault->message));

    tree_builder builder{source, file, sink};
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
