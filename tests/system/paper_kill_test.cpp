// What the paper exchange has acknowledged is in its file, whenever it is killed.
#include <map>
#include <set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/prng.hpp"
#include "system/exchange_process.hpp"
#include "wire/signature.hpp"

using namespace smarttrade;
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string signed_request(const std::string& method, const std::string& path, const std::string& body) {
    return fmt::format(
        "{} {} HTTP/1.1\r\nApikey: key\r\nForced-Mode: paper\r\nSignature: {}\r\nContent-Length: {}\r\n\r\n{}", method,
        path, wire::sign_hmac("secret", wire::hmac_payload(path, "", body)), body.size(), body);
}

const std::string trades = "/public/api/v2/smart_trades";
const std::string create_body =
    R"({"account_id":1,"pair":"USDT_BTC","position":{"type":"buy","order_type":"limit","units":{"value":"0.01"},)"
    R"("price":{"value":"9000"}},"take_profit":{"enabled":false},"stop_loss":{"enabled":false}})";

/// The whole answers in `bytes`: status and body; what is cut is left out.
std::vector<std::pair<int, std::string>> answers_in(std::string_view bytes) {
    std::vector<std::pair<int, std::string>> made;
    for (;;) {
        const auto head = bytes.find("\r\n\r\n");
        if (head == std::string_view::npos) return made;
        const auto length = bytes.find("Content-Length: ");
        const auto size = std::stoul(std::string{bytes.substr(length + 16, 10)});
        if (bytes.size() < head + 4 + size) return made;
        made.emplace_back(std::stoi(std::string{bytes.substr(9, 3)}), bytes.substr(head + 4, size));
        bytes.remove_prefix(head + 4 + size);
    }
}

/// Sends everything in one go and kills the exchange once `acknowledged` answers have come. Returns all that came.
std::vector<std::pair<int, std::string>> kill_within(test::exchange_process& exchange, const std::string& requests,
                                                     std::size_t acknowledged) {
    asio::io_context ctx;
    asio::ip::tcp::socket socket{ctx};
    socket.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(exchange.port()))});
    asio::write(socket, asio::buffer(requests));
    std::string came;
    boost::system::error_code ended;
    std::string part(4096, '\0');
    while (answers_in(came).size() < acknowledged) {
        const auto count = socket.read_some(asio::buffer(part), ended);
        REQUIRE_FALSE(ended);
        came.append(part, 0, count);
    }
    exchange.kill();
    auto rest = asio::dynamic_buffer(came);
    asio::read(socket, rest, ended); // what was on its way
    return answers_in(came);
}

/// One connection to an exchange, from its start to its kill: each request is answered before the next is sent.
class conversation {
public:
    explicit conversation(const test::exchange_process& with) : socket_{ctx_} {
        socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(with.port()))});
    }
    std::pair<int, std::string> say(const std::string& request) {
        asio::write(socket_, asio::buffer(request));
        std::string came(std::size_t{64} << 10U, '\0'), all;
        while (answers_in(all).empty()) all.append(came, 0, socket_.read_some(asio::buffer(came)));
        return answers_in(all).front();
    }
    std::string get(const std::string& path) { return say(signed_request("GET", path, "")).second; }

private:
    asio::io_context ctx_;
    asio::ip::tcp::socket socket_;
};

const std::string rich_body =
    R"({"account_id":1,"pair":"USDT_BTC","note":"n","position":{"type":"buy","order_type":"limit",)"
    R"("units":{"value":"0.02"},"price":{"value":"9600"}},"take_profit":{"enabled":true,"steps":[)"
    R"({"order_type":"limit","volume":100,"price":{"value":"10100","type":"bid"}}]},"stop_loss":{"enabled":true,)"
    R"("order_type":"market","conditional":{"price":{"value":"8000","type":"bid"}}}})";

/// A word for it and the request of any one thing that a client can do.
std::pair<std::string, std::string> any_change(base::prng& draw, const std::vector<std::int64_t>& ids) {
    const auto post = [](const std::string& what, const std::string& path, const std::string& body) {
        return std::pair{what, signed_request("POST", path, body)};
    };
    const auto what = ids.empty() ? 0 : draw.below(8);
    if (what <= 1) return post("create", trades, rich_body);
    if (what == 2) {
        const auto price = 9000 + draw.below(1200);
        const auto tick = fmt::format(
            R"({{"ticks":[{{"advance_ms":50,"pair":"USDT_BTC","bid":"{0}","ask":"{0}","last":"{0}"}},{{}}]}})", price);
        return {"tick", fmt::format("POST /paper/ticks HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", tick.size(), tick)};
    }
    const auto one = fmt::format("{}/{}", trades, ids.at(draw.below(ids.size())));
    const auto amount = 1 + draw.below(9);
    switch (what) {
    case 3:
        return {"patch",
                signed_request("PATCH", one,
                               fmt::format(R"({{"take_profit":{{"enabled":true,"steps":[{{"order_type":)"
                                           R"("limit","volume":100,"price":{{"value":"1{}500","type":"bid"}}}}]}}}})",
                                           amount))};
    case 4:
        return post(
            "funds", one + "/add_funds",
            fmt::format(R"({{"order_type":"limit","units":{{"value":"0.0{}"}},"price":{{"value":"9500"}}}})", amount));
    case 5: return post("note", one + "/set_note", fmt::format(R"({{"note":"note {}"}})", amount));
    case 6:
        return post("mode", "/public/api/ver1/users/change_mode",
                    fmt::format(R"({{"mode":"{}"}})", amount > 4 ? "real" : "paper"));
    default: return {"delete", signed_request("DELETE", one, "")};
    }
}

/// All that a client can see of its account.
std::string seen_by(conversation& client, const std::vector<std::int64_t>& ids) {
    auto all = client.say("GET /paper/balances HTTP/1.1\r\n\r\n").second;
    all += client.get("/public/api/ver1/users/current_mode");
    for (const auto id : ids) {
        all += '\n' + client.get(fmt::format("{}/{}", trades, id));
        all += client.get(fmt::format("{}/{}/trades", trades, id));
    }
    return all;
}

} // namespace

TEST_CASE("paper: after kill -9 every balance, trade, order, note and mode is what was last acknowledged") {
    const test::temp_folder dir;
    test::exchange_process exchange{dir,
                                    {"--rate-limits", "off", "--clock", "manual", "--time", "2026-03-02T09:00:00Z"}};
    base::prng draw{11};
    std::vector<std::int64_t> ids;
    std::map<std::string, int> done;
    for (int round = 0; round < 12; ++round) {
        CAPTURE(round);
        std::string before;
        {
            conversation client{exchange};
            for (auto left = 1 + draw.below(25); left > 0; --left) {
                const auto change = any_change(draw, ids);
                const auto answer = client.say(change.second);
                CAPTURE(answer.second);
                REQUIRE(answer.first < 500);
                if (answer.first < 300) ++done[change.first];
                if (change.first == "create" && answer.first == 201)
                    ids.push_back(json::parse(answer.second).at("id").as_int64());
            }
            before = seen_by(client, ids);
        }
        exchange.kill();
        exchange.start();
        conversation client{exchange};
        const auto after = seen_by(client, ids);
        REQUIRE(after == before);
    }
    for (const auto* what : {"create", "tick", "patch", "funds", "note", "mode", "delete"}) {
        CAPTURE(what);
        CHECK(done[what] >= 3);
    }
    conversation client{exchange};
    CHECK(seen_by(client, ids).find(R"("finished")") != std::string::npos);
}

TEST_CASE("paper: with the real clock and --time, an exchange started again goes on where it was, not where it began") {
    const test::temp_folder dir;
    test::exchange_process exchange{dir, {"--rate-limits", "off", "--time", "2026-03-02T09:00:00Z"}};
    exchange.post("/paper/ticks", R"({"ticks":[{"advance_ms":36000000}]})");
    exchange.kill();
    exchange.start();
    exchange.post("/paper/ticks", R"({"ticks":[{}]})");
    conversation client{exchange};
    client.get(trades);
    const auto requests = exchange.get("/paper/requests");
    const std::string now{requests.at("requests").as_array().back().at("time").as_string()};
    CHECK(now >= "2026-03-02T19:00:00");
    CHECK(now < "2026-03-02T20:00:00"); // nor what the machine says
}

TEST_CASE("paper: killed at any moment, the exchange has every trade, cancel and tick that it has acknowledged") {
    constexpr std::size_t burst = 40;
    const test::temp_folder dir;
    test::exchange_process exchange{dir,
                                    {"--rate-limits", "off", "--clock", "manual", "--time", "2026-03-02T09:00:00Z"}};
    base::prng draw{7};
    std::set<std::int64_t> created, cancelled;
    std::string now;
    std::size_t logged = 0;
    for (int round = 0; round < 8; ++round) {
        CAPTURE(round);
        std::string requests;
        std::vector<std::int64_t> subjects; ///< of each: 0 a create, -1 a tick, else the trade to cancel
        for (std::size_t i = 0; i < burst; ++i) {
            const auto what = draw.below(4);
            if (what == 0) {
                const std::string tick = R"({"ticks":[{"advance_ms":7}]})";
                requests +=
                    fmt::format("POST /paper/ticks HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", tick.size(), tick);
                subjects.push_back(-1);
            } else if (what == 1 && !created.empty()) {
                auto at = created.begin();
                std::advance(at, static_cast<std::ptrdiff_t>(draw.below(created.size())));
                requests += signed_request("DELETE", fmt::format("{}/{}", trades, *at), "");
                subjects.push_back(*at);
            } else {
                requests += signed_request("POST", trades, create_body);
                subjects.push_back(0);
            }
        }
        const auto answers = kill_within(exchange, requests, draw.below(burst));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& [status, body] = answers[i];
            if (subjects[i] == 0) {
                REQUIRE(status == 201);
                created.insert(json::parse(body).at("id").as_int64());
            } else if (subjects[i] < 0) {
                now = json::parse(body).at("now").as_string();
            } else if (status == 200) {
                cancelled.insert(subjects[i]);
            }
            if (subjects[i] >= 0) ++logged;
        }
        exchange.start();
        std::map<std::int64_t, trade::trade_status> found;
        for (const auto& each : exchange.all_trades()) found.emplace(each.id.value, each.status.type);
        for (const auto id : created) CHECK(found.contains(id));
        for (const auto id : cancelled)
            CHECK((found.at(id) == trade::trade_status::cancelled
                   || found.at(id) == trade::trade_status::cancellation_pending));
        const auto lines = exchange.get("/paper/requests").at("requests").as_array();
        CHECK(lines.size() >= logged);
        for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i].at("n") == i + 1);
        logged = lines.size();
        if (!now.empty()) CHECK(now <= std::string{lines.back().at("time").as_string()});
    }
    CHECK(created.size() > 20);
    CHECK(cancelled.size() > 5);
}
