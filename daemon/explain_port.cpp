#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/with_deadline.hpp"
#include "service/explanation.hpp"
#include "service/state_dir.hpp"
#include "service_port.hpp"

namespace smarttrade::daemon {

namespace {

/// What loop and thread share: whoever asked may be gone long before the disk answers.
struct inquiry {
    explicit inquiry(asio::any_io_executor loop) : answered{std::move(loop), async::mono_time::max()} {}
    asio::steady_timer answered;
    bool is_answered = false; ///< of the loop
    std::stop_source stop;
    service::told_story told;
    std::exception_ptr failure;
};

struct stop_when_left {
    explicit stop_when_left(std::shared_ptr<inquiry> from) : asked{std::move(from)} {}
    stop_when_left(const stop_when_left&) = delete;
    stop_when_left& operator=(const stop_when_left&) = delete;
    ~stop_when_left() { asked->stop.request_stop(); }
    std::shared_ptr<inquiry> asked;
};

} // namespace

asio::awaitable<service::told_story> service_port::explain(std::string name, std::string account) {
    const auto loop = co_await asio::this_coro::executor;
    const auto file = service::journal_file_in(service::choose_state_dir(settings_.state_dir));
    std::optional<trade::account_id> only;
    const auto found = std::ranges::find(settings_.accounts, account, &config::account::name);
    if (found != settings_.accounts.end()) only = found->id;
    const auto mine = std::make_shared<inquiry>(loop);
    const stop_when_left here{mine};
    asio::post(journal_reader_, [mine, loop, file, only, name] {
        try {
            const service::reading_bounds bounds{mine->stop.get_token(), service::seen_by_daemon_max};
            mine->told = service::as_told(name, service::explanation_from(file, name, only, bounds));
        } catch (...) {
            mine->failure = std::current_exception();
        }
        asio::post(loop, [mine] {
            mine->is_answered = true;
            mine->answered.cancel();
        });
    });
    co_await mine->answered.async_wait(async::nothrow);
    if (!mine->is_answered) throw boost::system::system_error{asio::error::operation_aborted};
    if (mine->failure) std::rethrow_exception(mine->failure);
    co_return std::move(mine->told);
}

} // namespace smarttrade::daemon
