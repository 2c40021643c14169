#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace smarttrade::test {

/// A folder that goes when the test ends.
class temp_folder {
public:
    temp_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "smarttraded_test_XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    temp_folder(const temp_folder&) = delete;
    temp_folder& operator=(const temp_folder&) = delete;
    ~temp_folder() { std::filesystem::remove_all(path_); }

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + '/' + name; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream{file(name), std::ios::binary} << text;
        return file(name);
    }

private:
    std::string path_;
};

} // namespace smarttrade::test
