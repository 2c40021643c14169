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
CREATE TABLE IF NOT EXISTS restraint(
    owner TEXT NOT NULL, kind INTEGER NOT NULL, match TEXT NOT NULL, until_ns INTEGER NOT NULL,
    length_ns INTEGER NOT NULL, PRIMARY KEY(owner, kind, match)) WITHOUT ROWID;
)";

/// Nobody of that file counts as one that never sent.
constexpr auto begun_anew = "INSERT OR REPLACE INTO origin VALUES('', '')";

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
    store::statement keep = file.prepare("INSERT INTO restraint VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET "
                                         "until_ns = max(until_ns, excluded.until_ns), length_ns = excluded.length_ns");
    store::statement outlive = file.prepare("DELETE FROM restraint WHERE owner = ?1 AND until_ns < ?2");

    void write(const std::string& owner, const held_slot& slot) {
        take.bind(1, owner).bind(2, slot.id.value).bind(3, slot.request);
        if (slot.settled_at)
            take.bind(4, to_ns(*slot.settled_at));
        else
            take.bind(4, nullptr);
        take.step();
    }
    void write(const std::string& owner, const restraint& what) {
        keep.bind(1, owner).bind(2, static_cast<std::int64_t>(what.kind)).bind(3, what.match);
        keep.bind(4, to_ns(what.until)).bind(5, what.length.count()).step();
    }
    /// For the few words that power loss must not take: that this key has sent before, and penalties, which outlast a
    /// window.
    void sync() { file.execute("PRAGMA wal_checkpoint(PASSIVE)"); }
    void clear(const std::string& owner) {
        for (const auto* sql : {"DELETE FROM slot WHERE owner = ?1", "DELETE FROM restraint WHERE owner = ?1"}) {
            auto wipe = file.prepare(sql);
            wipe.bind(1, owner).step();
        }
    }
};

namespace {

/// Whether the file is at fault, and not the disk: 1 another layout, 11 and 26 not a sound database.
bool is_unsound(const store::store_error& why) { return why.code() == 1 || why.code() == 11 || why.code() == 26; }

} // namespace

sqlite_slot_store::sqlite_slot_store(std::string path, std::string owner, std::string boot_id)
    : owner_{std::move(owner)}, boot_id_{std::move(boot_id)} {
    try {
        tables_ = std::make_unique<tables>(path);
        return;
    } catch (const store::store_error& why) {
        if (!is_unsound(why)) return; // what it holds may be read again later
    }
    store::remove_database(path);
    written([&] { tables_ = std::make_unique<tables>(path); });
    if (tables_ && !written([&] { tables_->file.execute(begun_anew); })) tables_.reset();
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
        auto kept = tables_->file.prepare("SELECT kind, match, until_ns, length_ns FROM restraint WHERE owner = ?1");
        kept.bind(1, owner_);
        while (kept.step()) {
            const nanoseconds length{kept.integer(3)};
            found.memory.restraints.push_back({static_cast<restraint_kind>(kept.integer(0)), kept.text(1),
                                               same_boot ? from_ns(kept.integer(2)) : now + length, length});
        }
        auto lost = tables_->file.prepare("SELECT 1 FROM origin WHERE owner = ''");
        const bool never_sent = !known && !lost.step();
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
               tables_->outlive.bind(1, owner_).bind(2, to_ns(forget_before)).step();
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

bool sqlite_slot_store::keep(const restraint& what) {
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
               for (const auto& one : all.restraints) tables_->write(owner_, one);
               whole.commit();
               tables_->sync();
           });
}

} // namespace smarttrade::client
