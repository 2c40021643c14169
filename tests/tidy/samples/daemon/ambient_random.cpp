std::random_device source;                            // breach: random_device: randomness is passed in
std::mt19937 a{static_cast<unsigned>(time(nullptr))}; // breach: mt19937
std::mt19937_64 b{1};                                 // breach: mt19937_64
std::default_random_engine c;                         // breach: default_random_engine
int d = std::rand();                                  // breach: rand()
void seed() { srand(1); }                             // breach: srand
auto e = getrandom(bytes, size, 0);                   // breach: getrandom
auto f = arc4random();                                // breach: arc4random
auto g = RAND_bytes(bytes, 8);                        // breach: RAND_bytes
base::prng sound{7};
