asio::awaitable<void> f() {
    if (co_await g()) co_return;           // breach: co_await in a condition: GCC 12 skips the call
    while (open && !co_await g()) h();     // breach: co_await in a condition
    for (const auto& x : co_await g()) {   // breach: co_await in a condition
        h(x);
    }
    if (const auto x = co_await g(); x) h(x);
    while (open) co_await g();
}
