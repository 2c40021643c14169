#include "base/secret.hpp"

#include <cstring>
#include <utility>

#include "base/assert.hpp"

namespace smarttrade::base {

secret secret::with_room(std::size_t size) {
    secret made;
    if (size == 0) return made;
    made.bytes_ = new char[size]{};
    made.size_ = made.room_ = size;
    return made;
}

secret::secret(std::string_view bytes) : secret{with_room(bytes.size())} {
    if (!bytes.empty()) std::memcpy(bytes_, bytes.data(), bytes.size());
}

secret::secret(const secret& other) : secret{other.reveal()} {}

secret::secret(secret&& other) noexcept
    : bytes_{std::exchange(other.bytes_, nullptr)}, size_{std::exchange(other.size_, 0)}, room_{std::exchange(
                                                                                              other.room_, 0)} {}

secret& secret::operator=(secret other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(room_, other.room_);
    return *this;
}

secret::~secret() {
    if (bytes_) ::explicit_bzero(bytes_, room_);
    delete[] bytes_;
}

void secret::shorten(std::size_t size) {
    SMARTTRADE_ASSERT(size <= size_);
    if (bytes_) ::explicit_bzero(bytes_ + size, size_ - size);
    size_ = size;
}

} // namespace smarttrade::base
