#pragma once

#include <string>
#include <string_view>

namespace smarttrade::test {

/// Where a file of this checkout lies: `config/demo.yaml`; nothing: its root.
std::string in_project(std::string_view path);

} // namespace smarttrade::test
