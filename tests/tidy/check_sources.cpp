// Reads the sources of lib/ and daemon/ and says, as file:line, where they break the rules of the house.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tidy/source_rules.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> sources_of(const fs::path& root) {
    std::vector<fs::path> found;
    for (const auto* top : {"lib", "daemon"})
        for (const auto& entry : fs::recursive_directory_iterator{root / top})
            if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
                found.push_back(fs::relative(entry.path(), root));
    std::ranges::sort(found);
    return found;
}

std::string room_of(const fs::path& source) {
    auto part = source.begin();
    return *part == "lib" ? (++part)->string() : part->string();
}

} // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "usage: check_sources FOLDER\n";
        return 64;
    }
    const fs::path root{words[1]};
    std::size_t breaches = 0;
    const auto sources = sources_of(root);
    for (const auto& source : sources) {
        std::ifstream file{root / source};
        std::ostringstream text;
        text << file.rdbuf();
        for (const auto& found : smarttrade::tidy::check(room_of(source), text.str())) {
            std::cout << source.string() << ':' << found.line << ": " << found.message << '\n';
            ++breaches;
        }
    }
    std::cout << sources.size() << " files, " << breaches << " breaches\n";
    return breaches == 0 && !sources.empty() ? 0 : 1;
}
