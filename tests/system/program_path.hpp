#pragma once

#include <string>

namespace smarttrade::test {

/// The built smarttraded.
std::string program_path();

} // namespace smarttrade::test
