// Reads the sources of lib/, daemon/ and tests/ and says, as file:line, where they break the rules of the house.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tidy/read_text.hpp"
#include "tidy/source_rules.hpp"

namespace fs = std::filesystem;
using namespace smarttrade::tidy;

namespace {

/// All but the samples, which break the rules on purpose.
std::vector<fs::path> sources_of(const fs::path& root) {
    std::vector<fs::path> found;
    for (const auto* top : {"lib", "daemon", "tests"})
        for (fs::recursive_directory_iterator at{root / top}, end; at != end; ++at) {
            if (at->path().filename() == "samples") at.disable_recursion_pending();
            if (at->path().extension() == ".cpp" || at->path().extension() == ".hpp")
                found.push_back(fs::relative(at->path(), root));
        }
    std::ranges::sort(found);
    return found;
}

std::vector<std::string> names_in(const fs::path& root) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{root}) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

} // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "usage: check_sources FOLDER\n";
        return 64;
    }
    const fs::path root{words[1]};
    std::size_t breaches = 0;
    for (const auto& found : check_top_level(names_in(root), read_text(root / ".gitignore"))) {
        std::cout << found.message << '\n';
        ++breaches;
    }
    const auto sources = sources_of(root);
    for (const auto& source : sources) {
        for (const auto& found : check({source.string(), read_text(root / source)})) {
            std::cout << source.string() << ':' << found.line << ": " << found.message << '\n';
            ++breaches;
        }
    }
    std::cout << sources.size() << " files, " << breaches << " breaches\n";
    return breaches == 0 && !sources.empty() ? 0 : 1;
}
