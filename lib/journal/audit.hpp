#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace smarttrade::journal {

/// Something that a journal written by us cannot say.
struct finding {
    std::int64_t seq = 0; ///< of the event; 0: of the file as a whole
    std::string text;
};

/// Takes the events of a journal, oldest first, and tells contradictions among them: an outcome without an intent, two
/// trades of one create, one trade bound to two names.
class audit {
public:
    void take(const entry& one);
    std::vector<finding> end(); ///< what was found, in order; a journal without its first event is a finding

private:
    /// What becomes of one nonce.
    struct attempt {
        reconcile::fact_kind begun{}; ///< intent or write
        bool ended = false;
        bool accepted = false;
    };
    void first(const entry& one);
    void begin(const entry& one);
    void follow(const entry& one, reconcile::fact_kind begun_by);
    void end_attempt(const entry& one, reconcile::fact_kind begun_by);
    void bind(const entry& one);
    void complain(const entry& one, std::string text);

    std::int64_t newest_ = 0;
    std::map<std::string, attempt> attempts_; ///< by nonce
    std::map<trade::smart_trade_id, trade::trade_identity> owners_;
    std::set<trade::trade_identity> renamed_; ///< may take over a trade that was bound to another name
    std::vector<finding> found_;
};

/// All that can be wrong with a journal or a backup of one: the database, its schema, its binding, its events. Never
/// throws for what it finds in the file; store::store_error if it cannot be read at all.
struct verdict {
    std::vector<finding> findings;
    std::size_t events = 0;
    std::string binding;
};
verdict verify(const std::string& path);

} // namespace smarttrade::journal
