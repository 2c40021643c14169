#include "http/reply_reader.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <fmt/format.h>

namespace smarttrade::http {

namespace {

namespace beast = boost::beast;
using async::error_code;

constexpr std::size_t buffer_min = std::size_t{16} << 10U;
constexpr std::size_t buffer_max = reply_header_max;
constexpr std::size_t body_reserve_max = std::size_t{1} << 20U; // more is believed once it arrives
/// No chunked message has fewer bytes left once its header is read ("0\r\n\r\n"). Beast 1.81 asserts that it sees the
/// last chunk's header in one piece.
constexpr std::size_t chunk_min = 5;

/// What Beast reads, put straight into a response.
class message_parser final : public beast::http::basic_parser<false> {
public:
    message_parser() {
        body_limit(reply_body_max);
        header_limit(reply_header_max);
    }
    int status() const { return reply_.status; }
    response take() { return std::move(reply_); }

private:
    using text = beast::string_view;

    void on_request_impl(beast::http::verb, text, text, int, error_code&) override {}
    void on_response_impl(int code, text, int, error_code&) override { reply_.status = code; }
    void on_field_impl(beast::http::field name, text spelled, text value, error_code& failed) override {
        // Beast would read a body in any other coding as if it were in none.
        if (name == beast::http::field::transfer_encoding && !beast::iequals(value, "chunked"))
            failed = beast::http::error::bad_transfer_encoding;
        reply_.headers.emplace_back(spelled, value);
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        if (length) reply_.body.reserve(std::min<std::size_t>(*length, body_reserve_max));
    }
    std::size_t on_body_impl(text piece, error_code&) override { return append(piece); }
    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text piece, error_code&) override { return append(piece); }
    void on_finish_impl(error_code&) override {}

    std::size_t append(text piece) {
        reply_.body.append(piece.data(), piece.size());
        return piece.size();
    }

    response reply_;
};

std::string words_for(const error_code& failed) {
    using beast::http::error;
    if (failed == error::header_limit)
        return fmt::format("the reply's header is larger than {} KiB", reply_header_max >> 10U);
    if (failed == error::body_limit) return fmt::format("the reply is larger than {} MiB", reply_body_max >> 20U);
    return "the reply is not HTTP as it should be: " + failed.message();
}

} // namespace

class reply_reader::parser {
public:
    void restart() { one_.emplace(); }
    message_parser* operator->() { return &*one_; }

private:
    std::optional<message_parser> one_; // Beast's are good for one message
};

reply_reader::reply_reader() : parser_{std::make_unique<parser>()} {}
reply_reader::~reply_reader() = default;

void reply_reader::begin() {
    if (!bytes_) {
        bytes_ = std::make_unique<char[]>(buffer_min);
        size_ = buffer_min;
    }
    begin_ = end_ = header_bytes_ = 0;
    any_ = false;
    why_broken_.clear();
    parser_->restart();
}

asio::mutable_buffer reply_reader::space() { return {bytes_.get() + end_, size_ - end_}; }

reply_reader::state reply_reader::received(std::size_t count) {
    any_ = any_ || count > 0;
    end_ += count;
    const bool filled = end_ == size_;
    const auto now = parse();
    if (now != state::needs_more) return now;
    const auto left = end_ - begin_;
    if (filled && size_ < buffer_max) { // a large reply, or one large piece of it
        auto larger = std::make_unique<char[]>(size_ * 2);
        std::memcpy(larger.get(), bytes_.get() + begin_, left);
        bytes_ = std::move(larger);
        size_ *= 2;
    } else {
        std::memmove(bytes_.get(), bytes_.get() + begin_, left);
    }
    begin_ = 0;
    end_ = left;
    return end_ < size_ ? now : broken(fmt::format("a line of the reply is larger than {} KiB", buffer_max >> 10U));
}

reply_reader::state reply_reader::parse() {
    auto& message = *parser_;
    while (begin_ < end_) {
        const bool in_header = !message->is_header_done();
        if (!in_header && message->chunked() && end_ - begin_ < chunk_min) break;
        error_code failed;
        const auto used = message->put(asio::const_buffer{bytes_.get() + begin_, end_ - begin_}, failed);
        begin_ += used;
        header_bytes_ += in_header ? used : 0;
        const auto unended = message->is_header_done() ? 0 : end_ - begin_;
        if (header_bytes_ + unended > reply_header_max) failed = beast::http::error::header_limit; // Beast counts anew
        if (failed == beast::http::error::need_more) break;
        if (failed) return broken(words_for(failed));
        if (!message->is_done()) continue;
        if (message->status() == 101) return broken("the reply is not HTTP as it should be: another protocol");
        if (message->status() / 100 != 1) return state::complete;
        message.restart();
    }
    return state::needs_more;
}

reply_reader::state reply_reader::ended() {
    if (!any_) return broken("the server closed the connection");
    error_code failed = beast::http::error::partial_message;
    if ((*parser_)->got_some()) (*parser_)->put_eof(failed);
    if (failed) return broken("the server closed the connection within its reply");
    return state::complete;
}

response reply_reader::take() { return (*parser_)->take(); }

bool reply_reader::keeps_alive() const { return begin_ == end_ && (*parser_)->keep_alive(); }

reply_reader::state reply_reader::broken(std::string why) {
    why_broken_ = std::move(why);
    return state::broken;
}

} // namespace smarttrade::http
