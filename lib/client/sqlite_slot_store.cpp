#include "client/sqlite_slot_store.hpp"

#include "store/database.hpp"

namespace smarttrade::client {

using std::chrono::nanoseconds;

namespace {

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS origin(owner TEXT PRIMARY KEY, boot TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slot(
    owner TEXT NOT NULL, id INTEGER NOT NULL, request TEXT NOT NULL,
    settled_ns INTEGER, -- on the steady clock of the boot; null: in flight
    PRIMARY KEY(owner, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS silence(
    owner TEXT NOT NULL, match TEXT NOT NULL, until_ns INTEGER NOT NULL, length_ns INTEGER NOT NULL,
    PRIMARY KEY(owner, match)) WITHOUT ROWID;
)";

std::int64_t to_ns(mono_time at) { return nanoseconds{at.time_since_epoch()}.count(); }
mono_time from_ns(std::int64_t ns) { return mono_time{nanoseconds{ns}}; }

} // namespace

/// The open file and the statements of everyday writes.
struct sqlite_slot_store::tables {
    explicit tables(const std::string& path) : file{opened(path)} {}
    static store::database opened(const std::string& path) {
        store::database made{path, store::durability::normal};
        made.execute(schema);
        return made;
    }

    store::database file;
    store::statement take = file.prepare("INSERT OR REPLACE INTO slot VALUES(?1, ?2, ?3, ?4)");
    store::statement prune = file.prepare("DELETE FROM slot WHERE owner = ?1 AND settled_ns < ?2");
    store::statement settle = file.prepare("UPDATE slot SET settled_ns = ?3 WHERE owner = ?1 AND id = ?2");
    store::statement forget = file.prepare("DELETE FROM slot WHERE owner = ?1 AND id = ?2");
    store::statement keep = file.prepare("INSERT INTO silence VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                                         "until_ns = max(until_ns, excluded.until_ns), length_ns = excluded.length_ns");

    void write(const std::string& owner, const held_slot& slot) {
        take.bind(1, owner).bind(2, slot.id.value).bind(3, slot.request);
        if (slot.settled_at)
            take.bind(4, to_ns(*slot.settled_at));
        else
            take.bind(4, nullptr);
        take.step();
    }
    void write(const std::string& owner, const silence& what) {
        keep.bind(1, owner).bind(2, what.match).bind(3, to_ns(what.until)).bind(4, nanoseconds{what.length}.count());
        keep.step();
    }
    /// For the few words that power loss must not take: that this key has sent before, and penalties, which outlast a
    /// window.
    void sync() { file.execute("PRAGMA wal_checkpoint(PASSIVE)"); }
    void clear(const std::string& owner) {
        for (const auto* sql : {"DELETE FROM slot WHERE owner = ?1", "DELETE FROM silence WHERE owner = ?1"}) {
            auto wipe = file.prepare(sql);
            wipe.bind(1, owner).step();
        }
    }
};

sqlite_slot_store::sqlite_slot_store(std::string path, std::string owner, std::string boot_id)
    : owner_{std::move(owner)}, boot_id_{std::move(boot_id)} {
    try {
        tables_ = std::make_unique<tables>(path);
        return;
    } catch (const store::store_error&) {
        was_unreadable_ = true;
    }
    store::remove_database(path);
    written([&] { tables_ = std::make_unique<tables>(path); });
}

sqlite_slot_store::~sqlite_slot_store() = default;

/// Whether the write went through.
template <class Write> bool sqlite_slot_store::written(Write write) {
    try {
        write();
        return true;
    } catch (const store::store_error&) {
        return false;
    }
}

left_behind sqlite_slot_store::load(mono_time now) {
    left_behind found;
    found.how = left_behind::trust::doubtful;
    if (!tables_) return found;
    const bool read = written([&] {
        auto origin = tables_->file.prepare("SELECT boot FROM origin WHERE owner = ?1");
        const bool known = origin.bind(1, owner_).step();
        const bool same_boot = known && !boot_id_.empty() && origin.text(0) == boot_id_;
        auto slots = tables_->file.prepare("SELECT id, request, settled_ns FROM slot WHERE owner = ?1");
        slots.bind(1, owner_);
        while (slots.step()) {
            auto& slot = found.memory.slots.emplace_back();
            slot.id.value = slots.integer(0);
            slot.request = slots.text(1);
            if (!slots.is_null(2)) slot.settled_at = from_ns(slots.integer(2));
        }
        auto silences = tables_->file.prepare("SELECT match, until_ns, length_ns FROM silence WHERE owner = ?1");
        silences.bind(1, owner_);
        while (silences.step()) {
            const nanoseconds length{silences.integer(2)};
            found.memory.silences.push_back(
                {silences.text(0), same_boot ? from_ns(silences.integer(1)) : now + length, length});
        }
        const bool never_sent = !known && !was_unreadable_;
        if (same_boot || never_sent) found.how = left_behind::trust::exact;
    });
    if (!read) found = {left_behind::trust::doubtful, {}};
    if (found.how == left_behind::trust::doubtful) found.memory.slots.clear(); // their times mean nothing here
    return found;
}

bool sqlite_slot_store::take(const held_slot& slot, mono_time forget_before) {
    return tables_ && written([&] {
               store::transaction whole{tables_->file};
               tables_->prune.bind(1, owner_).bind(2, to_ns(forget_before)).step();
               tables_->write(owner_, slot);
               whole.commit();
           });
}

bool sqlite_slot_store::settle(ticket id, mono_time settled_at) {
    return tables_
           && written([&] { tables_->settle.bind(1, owner_).bind(2, id.value).bind(3, to_ns(settled_at)).step(); });
}

bool sqlite_slot_store::forget(ticket id) {
    return tables_ && written([&] { tables_->forget.bind(1, owner_).bind(2, id.value).step(); });
}

bool sqlite_slot_store::keep(const silence& what) {
    return tables_ && written([&] {
               tables_->write(owner_, what);
               tables_->sync();
           });
}

bool sqlite_slot_store::replace(const limiter_memory& all) {
    return tables_ && written([&] {
               store::transaction whole{tables_->file};
               tables_->clear(owner_);
               auto origin = tables_->file.prepare("INSERT OR REPLACE INTO origin VALUES(?1, ?2)");
               origin.bind(1, owner_).bind(2, boot_id_).step();
               for (const auto& slot : all.slots) tables_->write(owner_, slot);
               for (const auto& one : all.silences) tables_->write(owner_, one);
               whole.commit();
               tables_->sync();
           });
}

} // namespace smarttrade::client
