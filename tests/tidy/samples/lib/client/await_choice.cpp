asio::awaitable<std::string> f(bool b) {
    const auto x = b ? co_await g() : 1; // breach: co_await beside ?: is destroyed twice
    co_await h(b ? x : y);               // breach: co_await beside ?:
    const auto z = b ? x : y;
    co_await h(z);
    co_return b ? x : y;
}
