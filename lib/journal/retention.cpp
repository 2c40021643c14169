#include "journal/retention.hpp"

#include "journal/schema.hpp"
#include "trade/status.hpp"

namespace smarttrade::journal {

namespace {

constexpr int trades_a_piece = 40;
constexpr int rows_a_piece = 100;

/// SQLite tells how many rows the last statement touched.
std::int64_t touched(store::database& db) {
    auto count = db.prepare("SELECT changes()");
    count.step();
    return count.integer(0);
}

} // namespace

pruned retention::prune(base::utc_time now) {
    pruned done;
    if (version_of(db_) < 2) return done;
    store::transaction whole{db_};
    if (name_.empty()) done.rows = prune_plans();
    auto trades = db_.prepare("SELECT DISTINCT account, name, revision FROM event WHERE kind = 'observed' "
                              "AND (account, name, revision) > (?1, ?2, ?3) ORDER BY account, name, revision LIMIT ?4");
    trades.bind(1, account_).bind(2, name_).bind(3, revision_).bind(4, std::int64_t{trades_a_piece});
    done.more = true;
    int looked_at = 0;
    while (done.rows < rows_a_piece && trades.step()) {
        const auto account = trades.integer(0), revision = trades.integer(2);
        const auto name = trades.text(1);
        const auto rows = prune_trade(account, name, revision, now);
        done.rows += rows;
        ++looked_at;
        if (rows >= rows_a_piece) break; // there may be more of it
        account_ = account, name_ = name, revision_ = revision;
    }
    if (looked_at < trades_a_piece && done.rows < rows_a_piece) {
        account_ = revision_ = 0, name_.clear();
        done.more = false;
    }
    trades.reset();
    whole.commit();
    // Else the log of many pieces would be written back in one go, before somebody's answer.
    if (done.rows > 0) db_.execute("PRAGMA wal_checkpoint(PASSIVE)");
    return done;
}

std::int64_t retention::prune_plans() {
    auto empty =
        db_.prepare("UPDATE event SET body = NULL WHERE kind = 'plans' AND body IS NOT NULL AND seq <= (SELECT "
                    "seq FROM event WHERE kind = 'plans' ORDER BY seq DESC LIMIT 1 OFFSET ?1)");
    empty.bind(1, std::int64_t{plan_sets_kept}).step();
    return touched(db_);
}

std::int64_t retention::prune_trade(std::int64_t account, const std::string& name, std::int64_t revision,
                                    base::utc_time now) {
    auto newest =
        db_.prepare("SELECT seq, at, CASE WHEN json_valid(text) THEN json_extract(text, '$.status.type') END "
                    "FROM event WHERE seq = (SELECT max(seq) FROM event WHERE kind = 'observed' AND account = "
                    "?1 AND name = ?2 AND revision = ?3)");
    newest.bind(1, account).bind(2, name).bind(3, revision).step();
    const auto seq = newest.integer(0);
    const auto at = base::parse_utc(newest.text(1));
    const auto status = base::parse_name<trade::trade_status>(newest.text(2));
    newest.reset();
    if (!at || *at > now - forget_after || !status || !trade::is_final(*status)) return 0;
    return remove(account, name, revision, seq);
}

std::int64_t retention::remove(std::int64_t account, const std::string& name, std::int64_t revision,
                               std::int64_t newest) {
    auto gone = db_.prepare(
        "DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE kind = 'observed' AND account = ?1 AND name = ?2 "
        "AND revision = ?3 AND seq < ?4 UNION SELECT r.seq FROM event own JOIN event r ON r.nonce = own.nonce AND "
        "r.kind "
        "= 'request' WHERE own.name = ?2 AND own.account = ?1 AND own.revision = ?3 AND own.kind IN ('intent', "
        "'write') "
        "LIMIT ?5) AND seq < (SELECT max(seq) FROM event)");
    gone.bind(1, account).bind(2, name).bind(3, revision).bind(4, newest).bind(5, std::int64_t{rows_a_piece}).step();
    return touched(db_);
}

} // namespace smarttrade::journal
