#include "system/exchange_process.hpp"

#include <sys/stat.h>

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "async/system_time.hpp"
#include "http/client.hpp"
#include "system/program_path.hpp"
#include "wire/api_request.hpp"
#include "wire/entity.hpp"
#include "wire/signature.hpp"

namespace smarttrade::test {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace json = boost::json;

constexpr auto answer_max = 20s;
constexpr int start_attempts = 20; ///< a connection of the daemon may sit on the port for a moment
constexpr auto start_pause = 50ms;

} // namespace

exchange_process::exchange_process(const temp_folder& dir, std::vector<std::string> flags)
    : command_{program_path(),
               "paper",
               "--key",
               "key:secret",
               "--account",
               "1:paper_trading",
               "--account",
               "2:binance_futures",
               "--balance",
               "1:USDT=1000000",
               "--balance",
               "1:BTC=100",
               "--balance",
               "2:USDT=1000000",
               "--price",
               "USDT_BTC=9700",
               "--state",
               dir.file("paper.db")} {
    command_.insert(command_.end(), flags.begin(), flags.end());
    start();
}

void exchange_process::kill() {
    process_->signal(SIGKILL);
    process_->wait();
}

void exchange_process::start() {
    auto command = command_;
    command.insert(command.end(), {"--listen", "127.0.0.1:" + port_});
    std::string line;
    for (int attempt = 0; attempt < start_attempts; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(start_pause);
        process_.emplace(command);
        line = process_->read_line().value_or("");
        const std::string before = "listening http://127.0.0.1:";
        if (!line.starts_with(before)) continue;
        port_ = line.substr(before.size());
        return;
    }
    throw std::runtime_error{"the exchange does not start: " + line};
}

http::response exchange_process::ask(http::request what) const {
    asio::io_context ctx{1};
    async::system_time time;
    http::client_options where;
    where.where = http::parse_base_url("http://127.0.0.1:" + port_).value();
    const auto client = http::make_client(ctx.get_executor(), time, where);
    http::response reply;
    std::exception_ptr failure;
    auto asking = [&]() -> asio::awaitable<void> {
        auto sent = co_await client->send(std::move(what), time.now() + answer_max);
        reply = std::move(sent.value());
    };
    asio::co_spawn(ctx, asking, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
    if (reply.status != 200)
        throw std::runtime_error{fmt::format("the exchange answers {}: {}", reply.status, reply.body)};
    return reply;
}

json::value exchange_process::get(const std::string& path) const {
    http::request what;
    what.method = "GET";
    what.target = path;
    return json::parse(ask(std::move(what)).body);
}

void exchange_process::post(const std::string& path, const std::string& body) const {
    http::request what;
    what.method = "POST";
    what.target = path;
    what.body = body;
    static_cast<void>(ask(std::move(what)));
}

std::vector<trade::smart_trade> exchange_process::all_trades() const {
    std::vector<trade::smart_trade> all;
    wire::list_query query{.account = {1}, .status = "all"};
    for (bool more = true; more; ++query.page) {
        const auto page = wire::list_trades(query);
        const auto path = "/public/api" + page.path;
        http::request what;
        what.method = page.method;
        what.target = path + '?' + page.query;
        what.headers = {{"Apikey", "key"},
                        {"Signature", wire::sign_hmac("secret", wire::hmac_payload(path, page.query, ""))},
                        {"Forced-Mode", "paper"}};
        const auto read = wire::read_smart_trades(ask(std::move(what)).body).value();
        all.insert(all.end(), read.begin(), read.end());
        more = read.size() == static_cast<std::size_t>(wire::list_query::per_page);
    }
    return all;
}

exchange_truth truth_of(const exchange_process& exchange) {
    exchange_truth truth;
    const auto all = exchange.get("/paper/requests");
    for (const auto& each : all.at("requests").as_array()) {
        const auto& line = each.as_object();
        if (line.at("fault").is_string()) ++truth.faults[std::string{line.at("fault").as_string()}];
        const bool is_create =
            line.at("method").as_string() == "POST" && line.at("path").as_string() == "/v2/smart_trades";
        truth.creates_seen += is_create;
        if (!line.at("status").is_int64()) continue;
        const auto status = line.at("status").as_int64();
        truth.throttled += status == 429;
        truth.refused += status >= 400 && status < 500 && status != 429;
        if (is_create && status == 201) truth.trades.insert(line.at("smart_trade_id").as_int64());
    }
    return truth;
}

std::string write_config(const temp_folder& dir, const exchange_process& exchange, const std::string& more) {
    for (const auto* secret : {"key", "secret"}) ::chmod(dir.write(secret, secret).c_str(), 0600);
    return dir.write("smarttraded.yaml",
                     fmt::format(R"(
api: {{base_url: "http://127.0.0.1:{}/public/api"}}
credentials:
  main: {{api_key: {{file: "{}"}}, secret: {{file: "{}"}}}}
plans: {{paths: [plans]}}
state_dir: "{}"
{})",
                                 exchange.port(), dir.file("key"), dir.file("secret"), dir.file("state"), more));
}

} // namespace smarttrade::test
