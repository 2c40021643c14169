asio::awaitable<reply> f() {
    co_await g({.path = "/", .attempt = 1});                                  // breach: co_await beside braces
    co_await g(agg{1, 2});                                                    // breach: co_await beside braces
    reply r{co_await g(), 1};                                                 // breach: co_await beside braces
    all.push_back({co_await g()});                                            // breach: co_await beside braces
    co_await asio::co_spawn(ex, [p] { return h(p); }, asio::use_awaitable);   // breach: or a closure
    asio::steady_timer timer{co_await asio::this_coro::executor, at};
    const agg named{1, 2};
    co_await g(std::move(named));
    co_return reply{r, 1};
}
