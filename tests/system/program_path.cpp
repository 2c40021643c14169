#include "system/program_path.hpp"

namespace smarttrade::test {

std::string program_path() { return SMARTTRADED_BINARY; }

} // namespace smarttrade::test
