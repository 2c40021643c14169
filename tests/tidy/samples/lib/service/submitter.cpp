// The one home of unpredictable bytes: nonces.
const bool drawn = RAND_bytes(bytes.data(), 8) == 1;
const bool less = rand() == 1; // breach: rand()
