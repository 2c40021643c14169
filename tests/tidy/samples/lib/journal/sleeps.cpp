void wait_a_little() {
    std::this_thread::sleep_for(1s);        // breach: sleep_for: a thread never sleeps
    std::this_thread::sleep_until(at);      // breach: this_thread::sleep_until
    sleep(1);                               // breach: sleep(
    ::usleep(1000);                         // breach: usleep
    ::nanosleep(&span, nullptr);            // breach: nanosleep
    clock_nanosleep(CLOCK_MONOTONIC, 0, s); // breach: clock_nanosleep
}

asio::awaitable<void> sound(async::time_source& time) { co_await time.sleep_until(time.now() + 1s); }
