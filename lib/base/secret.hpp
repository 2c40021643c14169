#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smarttrade::base {

/// Bytes that nobody may print: an API key, its secret, a private key. There is no `<<`, no format and no comparison;
/// reveal() is the one way to them, for whoever signs or sends. Each copy is wiped when it goes, a moved-from one at
/// once. The bytes stand in one block of memory of their own, so that none are left behind where a string grew.
/// What is sent (the API key, a signature) is in the request's own text besides, which is not wiped.
class secret {
public:
    secret() = default;
    explicit secret(std::string_view bytes);
    /// Takes what was read in parts: the block is made once and wiped like any other.
    static secret with_room(std::size_t size);
    secret(const secret& other);
    secret(secret&& other) noexcept;
    secret& operator=(secret other) noexcept;
    ~secret();

    std::string_view reveal() const { return {bytes_, size_}; }
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    char* writable() { return bytes_; } ///< size() bytes, to be filled by a read
    void shorten(std::size_t size);     ///< wipes what is cut off. Asserted: not longer than size()

private:
    char* bytes_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

} // namespace smarttrade::base
