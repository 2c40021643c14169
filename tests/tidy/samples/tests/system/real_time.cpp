// Where real processes are the subject, real time passes; chance stays seeded.
void look_again() {
    std::this_thread::sleep_for(10ms);
    const auto now = std::chrono::steady_clock::now();
    std::random_device source; // breach: random_device
}
