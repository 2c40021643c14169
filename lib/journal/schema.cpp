#include "journal/schema.hpp"

#include <fmt/format.h>

#include "journal/journal.hpp"

namespace smarttrade::journal {

namespace {

// SQLite's result codes.
constexpr int damaged = 11;
constexpr int full_disk = 13;
constexpr int no_database = 26;

// `create_attempt` is for people with the sqlite3 shell: what became of each create we meant to send.
constexpr std::string_view tables = R"(
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

/// Damage is looked for at once: found later, in the middle of trading, it could hide a create that was sent.
store::database open_sound(const std::string& path) {
    store::database db{path, store::durability::full};
    auto version = db.prepare("PRAGMA user_version");
    version.step();
    const auto found = version.integer(0);
    version.reset();
    if (found > schema_version)
        throw unusable{
            fmt::format("{}: written by a newer version (schema {}, this one knows {}): start that version again, "
                        "or move the state directory away",
                        path, found, schema_version)};
    auto check = db.prepare("PRAGMA quick_check(1)");
    if (check.step() && check.text(0) != "ok") throw store::store_error{damaged, check.text(0)};
    check.reset();
    if (found == 0) {
        store::transaction all{db};
        db.execute(tables);
        db.execute(fmt::format("PRAGMA user_version={}", schema_version));
        all.commit();
    }
    make_durable(db);
    return db;
}

} // namespace

store::database open_database(const std::string& path) {
    try {
        return open_sound(path);
    } catch (const store::store_error& failed) {
        if (failed.code() != damaged && failed.code() != no_database) throw;
        throw unusable{fmt::format("{}: {}: move it away or restore a backup", path,
                                   failed.code() == damaged ? "the database is damaged" : "file is not a database")};
    }
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

store::statement select_facts(store::database& db) {
    return db.prepare("SELECT at, kind, account, name, revision, nonce, trade_id, outcome, http_status, body, text "
                      "FROM event ORDER BY seq");
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

} // namespace smarttrade::journal
