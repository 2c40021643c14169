#include "client/slot_store.hpp"

#include <fstream>

namespace smarttrade::client {

std::string read_boot_id() {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    std::getline(file, id);
    return id;
}

} // namespace smarttrade::client
