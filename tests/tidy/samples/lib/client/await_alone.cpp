asio::awaitable<std::string> f(bool b) {
    h(co_await g());                      // breach: co_await within an expression: name its result first
    const bool done = b && co_await g();  // breach: co_await within an expression
    sum += co_await g();                  // breach: co_await within an expression
    co_return (co_await g()).text;        // breach: co_await within an expression
    const auto x = co_await g(a, b);
    static_cast<void>(co_await g());
    if (b) co_await g();
    else co_await h(x);
    co_return co_await g();
}
