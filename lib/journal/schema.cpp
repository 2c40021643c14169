#include "journal/schema.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "journal/unusable.hpp"
#include "store/plain_file.hpp"

namespace smarttrade::journal {

namespace {

// SQLite's result codes.
constexpr int damaged = 11;
constexpr int full_disk = 13;
constexpr int no_database = 26;

// `create_attempt` is for people with the sqlite3 shell: what became of each create we meant to send.
constexpr std::string_view version_1 = R"(
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    account INTEGER,
    name TEXT,
    revision INTEGER,
    nonce TEXT,
    trade_id INTEGER,
    outcome TEXT,
    http_status INTEGER,
    body TEXT,
    text TEXT
);
CREATE INDEX event_by_trade ON event (account, name, revision);
CREATE INDEX event_by_nonce ON event (nonce) WHERE nonce IS NOT NULL;
CREATE VIEW create_attempt AS
    SELECT i.account, i.name, i.revision, i.nonce, i.at AS intent_at, r.at AS request_at, r.text AS request,
           o.at AS outcome_at, o.outcome, o.http_status, b.trade_id, b.text AS evidence
    FROM event i
    LEFT JOIN event r ON r.nonce = i.nonce AND r.kind = 'request'
    LEFT JOIN event o ON o.nonce = i.nonce AND o.kind = 'outcome'
    LEFT JOIN event b ON b.nonce = i.nonce AND b.kind = 'bound'
    WHERE i.kind = 'intent';
)";

// The partial indexes cost only the rows they hold. `event_by_trade` was of no use without knowing the account.
constexpr std::string_view version_2 = R"(
DROP INDEX event_by_trade;
CREATE INDEX event_by_name ON event (name, account, revision) WHERE name IS NOT NULL;
CREATE INDEX observed_by_trade ON event (account, name, revision) WHERE kind = 'observed';
CREATE INDEX plans_in_order ON event (seq) WHERE kind = 'plans';
CREATE INDEX confirmed_by_text ON event (text) WHERE kind = 'confirmed';
CREATE TABLE origin (id TEXT NOT NULL);
INSERT INTO origin VALUES (lower(hex(randomblob(8))));
CREATE TABLE restored (number INTEGER PRIMARY KEY, at TEXT NOT NULL, found_seq INTEGER NOT NULL, seen TEXT NOT NULL);
CREATE VIEW write_attempt AS
    SELECT w.account, w.name, w.revision, w.trade_id, w.nonce, w.text AS action, w.at AS intent_at,
           r.at AS request_at, r.text AS request, o.at AS outcome_at, o.outcome, o.http_status, o.text AS message,
           s.at AS settled_at, s.outcome AS settled, s.text AS evidence
    FROM event w
    LEFT JOIN event r ON r.nonce = w.nonce AND r.kind = 'request'
    LEFT JOIN event o ON o.nonce = w.nonce AND o.kind = 'written'
    LEFT JOIN event s ON s.nonce = w.nonce AND s.kind = 'settled'
    WHERE w.kind = 'write';
)";

constexpr std::array steps{version_1, version_2};
static_assert(steps.size() == schema_version);

void bind_optional(store::statement& into, int parameter, const std::string& text) {
    if (text.empty())
        into.bind(parameter, nullptr);
    else
        into.bind(parameter, text);
}

/// A process killed between writing to the log file and syncing it leaves facts that we read though power loss would
/// still take them. A full disk does not keep us from starting: it takes nothing new either that could be acknowledged.
void make_durable(store::database& db) {
    try {
        db.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (const store::store_error& failed) {
        if (failed.code() != full_disk) throw;
    }
}

std::string backup_name(const std::string& path, std::int64_t version) { return fmt::format("{}.v{}", path, version); }

/// One that is there was made by a migration that did not end, or belongs to a file that was put back since: what we
/// hold now is newer than either.
void back_up(store::database& db, const std::string& path, std::int64_t version) {
    const auto copy = backup_name(path, version);
    for (const auto* suffix : {"", "-journal"}) store::plain_file::remove(copy + suffix);
    try {
        db.copy_to(copy);
    } catch (const store::store_error&) {
        for (const auto* suffix : {"", "-journal"}) store::plain_file::remove(copy + suffix);
        throw;
    }
}

void take_steps(store::database& db, std::int64_t from) {
    for (auto version = from; version < schema_version; ++version) {
        store::transaction whole{db};
        db.execute(steps[static_cast<std::size_t>(version)]);
        db.execute(fmt::format("PRAGMA user_version={}", version + 1));
        whole.commit();
    }
}

void migrate(store::database& db, const std::string& path, std::int64_t from) {
    try {
        if (from > 0 && from < schema_version) back_up(db, path, from);
        take_steps(db, from);
    } catch (const store::store_error& failed) {
        if (failed.code() != full_disk || version_of(db) == 0) throw;
    }
}

void refuse_newer(const std::string& path, std::int64_t found) {
    if (found <= schema_version) return;
    const auto copy = backup_name(path, schema_version);
    const bool kept = store::plain_file::exists(copy);
    throw unusable{
        fmt::format("{}: written by a newer version (schema {}, this one knows {}): start that version again, "
                    "or {}",
                    path, found, schema_version,
                    kept ? fmt::format("put {} in its place, which knows nothing of what was done since: look "
                                       "at the account first",
                                       copy)
                         : std::string{"move the state directory away"})};
}

/// Damage is looked for at once: found later, in the middle of trading, it could hide a create that was sent.
store::database open_sound(const std::string& path) {
    store::read_ahead(path);
    store::database db{path, store::durability::full};
    const auto found = version_of(db);
    refuse_newer(path, found);
    auto check = db.prepare("PRAGMA quick_check(1)");
    if (check.step() && check.text(0) != "ok") throw store::store_error{damaged, check.text(0)};
    check.reset();
    migrate(db, path, found);
    make_durable(db);
    return db;
}

template <class Open> store::database open_or_tell(const std::string& path, Open open) {
    try {
        return open(path);
    } catch (const store::store_error& failed) {
        if (failed.code() != damaged && failed.code() != no_database) throw;
        throw unusable{fmt::format("{}: {}: move it away or restore a backup", path,
                                   failed.code() == damaged ? "the database is damaged" : "file is not a database")};
    }
}

constexpr std::string_view whole_columns =
    "at, kind, account, name, revision, nonce, trade_id, outcome, http_status, body, text, seq";
constexpr std::string_view fold_columns =
    "at, kind, account, name, revision, nonce, trade_id, outcome, http_status, "
    "CASE kind WHEN 'request' THEN NULL ELSE body END, "
    "CASE WHEN kind = 'observed' AND seq NOT IN (SELECT max(seq) FROM event WHERE kind = 'observed' "
    "GROUP BY account, name, revision) THEN NULL ELSE text END, seq";

} // namespace

store::database open_database(const std::string& path) { return open_or_tell(path, open_sound); }

store::database open_for_reading(const std::string& path) {
    return open_or_tell(path, [](const std::string& file) {
        auto db = store::database::for_reading(file);
        refuse_newer(file, version_of(db));
        if (version_of(db) == 0) throw unusable{fmt::format("{}: not a journal", file)};
        return db;
    });
}

std::int64_t version_of(store::database& db) {
    auto version = db.prepare("PRAGMA user_version");
    version.step();
    return version.integer(0);
}

std::string layout_of(store::database& db) {
    auto rows = db.prepare("SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL "
                           "AND name NOT LIKE 'sqlite_%' ORDER BY type, name");
    std::string all;
    while (rows.step()) all += rows.text(0) + '\n';
    return all;
}

std::string expected_layout(std::int64_t version) {
    store::database pattern{":memory:", store::durability::normal};
    for (std::int64_t step = 0; step < version; ++step) pattern.execute(steps[static_cast<std::size_t>(step)]);
    return layout_of(pattern);
}

store::statement prepare_insert(store::database& db) {
    return db.prepare(
        "INSERT INTO event (at, kind, account, name, revision, nonce, trade_id, outcome, http_status, body, "
        "text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
}

void bind_fact(store::statement& into, const reconcile::fact& what) {
    into.bind(1, base::format_utc(what.at)).bind(2, base::name_of(what.kind));
    into.bind(3, nullptr).bind(5, nullptr).bind(7, nullptr).bind(8, nullptr).bind(9, nullptr);
    if (what.identity.account.value != 0) into.bind(3, what.identity.account.value);
    bind_optional(into, 4, what.identity.name);
    if (!what.identity.name.empty()) into.bind(5, std::int64_t{what.identity.revision});
    bind_optional(into, 6, what.nonce);
    if (what.trade_id) into.bind(7, what.trade_id->value);
    if (what.ended) into.bind(8, base::name_of(*what.ended));
    if (what.http_status != 0) into.bind(9, std::int64_t{what.http_status});
    bind_optional(into, 10, what.body);
    bind_optional(into, 11, what.text);
}

store::statement select_facts(store::database& db, extent how) {
    return db.prepare(
        fmt::format("SELECT {} FROM event ORDER BY seq", how == extent::whole ? whole_columns : fold_columns));
}

store::statement select_facts_of(store::database& db, const std::string& name) {
    auto rows = db.prepare(fmt::format("SELECT {} FROM event WHERE name = ?1 OR kind IN ('plans', 'halted', 'resumed', "
                                       "'confirmed') OR nonce IN (SELECT nonce FROM event WHERE name = ?1 AND nonce IS "
                                       "NOT NULL) ORDER BY seq",
                                       whole_columns));
    rows.bind(1, name);
    return rows;
}

reconcile::fact read_fact(const store::statement& row) {
    reconcile::fact what;
    const auto at = base::parse_utc(row.text(0));
    const auto kind = base::parse_name<reconcile::fact_kind>(row.text(1));
    if (!at || !kind)
        throw unusable{fmt::format("the journal holds an event that is not understood: '{}'", row.text(1))};
    what.at = *at;
    what.kind = *kind;
    what.identity.account.value = row.integer(2);
    what.identity.name = row.text(3);
    if (!row.is_null(4)) what.identity.revision = static_cast<int>(row.integer(4));
    what.nonce = row.text(5);
    if (!row.is_null(6)) what.trade_id = trade::smart_trade_id{row.integer(6)};
    if (!row.is_null(7)) what.ended = base::parse_name<trade::outcome>(row.text(7));
    what.http_status = static_cast<int>(row.integer(8));
    what.body = row.text(9);
    what.text = row.text(10);
    return what;
}

std::int64_t sequence_of(const store::statement& row) { return row.integer(11); }

} // namespace smarttrade::journal
