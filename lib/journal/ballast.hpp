#pragma once

#include <cstddef>
#include <string>

namespace smarttrade::journal {

/// Room on the disk that is given up when there is none left (F23): a file of real blocks, of bytes that no file system
/// makes smaller. What it frees is for facts that must not be lost; whoever else writes takes it back first.
class ballast {
public:
    /// `bytes` 0: none, and it counts as there. Takes over a file left by another run.
    ballast(std::string path, std::size_t bytes);

    bool is_there() const { return there_; }
    /// Makes it unless it is there. Throws store::store_error: 13 while there is no room, and then no part of it stays.
    void take();
    void give_up(); ///< its room is free once this returns. An I/O error is left to the write that follows to tell.

private:
    std::string path_;
    std::size_t bytes_;
    bool there_ = false;
};

} // namespace smarttrade::journal
