#pragma once

#include <memory>
#include <string>

#include "client/slot_store.hpp"

namespace smarttrade::client {

/// limiter.db (design.md 6): it survives kill -9, and after power loss, which means another boot, only
/// penalties and that there were requests are believed.
/// Never throws: a file that is no sound database is begun anew, and then every key in it is doubtful; without a file
/// (the disk fails) every call says false.
class sqlite_slot_store final : public slot_store {
public:
    /// `owner`: the API key's name, since several limiters share the file. `boot_id`: read_boot_id(); empty counts as
    /// another boot.
    sqlite_slot_store(std::string path, std::string owner, std::string boot_id);
    ~sqlite_slot_store() override;

    left_behind load(mono_time now) override;
    bool take(const held_slot& slot, mono_time forget_before) override;
    bool settle(ticket id, mono_time settled_at) override;
    bool forget(ticket id) override;
    bool keep(const restraint& what) override;
    bool replace(const limiter_memory& all) override;

private:
    struct tables;
    template <class Write> bool written(Write write);

    std::string owner_;
    std::string boot_id_;
    std::unique_ptr<tables> tables_; ///< absent: the file cannot be used
};

} // namespace smarttrade::client
