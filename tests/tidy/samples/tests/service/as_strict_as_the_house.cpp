// Tests may include what they like.
#include "daemon/command.hpp"
#include "wire/json.hpp"
#include <thread>

asio::awaitable<void> f() {
    asio::co_spawn(ex, g(), asio::detached); // breach: detached: a task belongs to a task_group
    std::this_thread::sleep_for(1s);         // breach: sleep_for
    if (co_await g()) co_return;             // breach: co_await in a condition
}
