#include "golden/narrator.hpp"

#include <doctest/doctest.h>

#include "service/life_lines.hpp"
#include "support/events_page.hpp"

namespace smarttrade::golden {

void narrator::write(const service::log_event& what) {
    const auto& kind = service::kind_of(what.what);
    if (kind.level < settings_.log.level) return;
    CHECK(test::undocumented(std::string{kind.word}, what.fields) == "");
    told_.push_back({machine_->clock().utc_now(), what});
}

void narrator::started() {
    has_stopped_ = false;
    write(service::started_line(settings_, version, service::writes::allowed));
}

asio::awaitable<void> narrator::attend(service::assembly& daemon) {
    return service::tell_ready(daemon, machine_->clock(), *this, [] {});
}

client::api_key narrator::key() {
    return {base::secret{key_}, wire::signer::with_hmac(base::secret{sim::venue::secret})};
}

void narrator::stopping() { write(service::stopping_line()); }

void narrator::stopped() {
    write(service::stopped_line());
    has_stopped_ = true;
}

} // namespace smarttrade::golden
