#include "support/in_project.hpp"

namespace smarttrade::test {

std::string in_project(std::string_view path) { return SMARTTRADED_SOURCE_DIR "/" + std::string{path}; }

} // namespace smarttrade::test
