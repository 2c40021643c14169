#pragma once
#include <boost/asio.hpp> // breach: paper is pure, so it does not include boost/asio.hpp
#include <boost/asio/awaitable.hpp> // breach: paper is pure, so it does not include boost/asio/awaitable.hpp
#include <atomic> // breach: paper is pure, so it does not include atomic
#include <condition_variable> // breach: paper is pure, so it does not include condition_variable
#include <csignal> // breach: paper is pure, so it does not include csignal
#include <ctime> // breach: paper is pure, so it does not include ctime
#include <fcntl.h> // breach: paper is pure, so it does not include fcntl.h
#include <filesystem> // breach: paper is pure, so it does not include filesystem
#include <fstream> // breach: paper is pure, so it does not include fstream
#include <future> // breach: paper is pure, so it does not include future
#include <iostream> // breach: paper is pure, so it does not include iostream
#include <mutex> // breach: paper is pure, so it does not include mutex
#include <random> // breach: paper is pure, so it does not include random
#include <netinet/in.h> // breach: paper is pure, so it does not include netinet/in.h
#include <openssl/rand.h> // breach: paper is pure, so it does not include openssl/rand.h
#include <openssl/ssl.h> // breach: paper is pure, so it does not include openssl/ssl.h
#include <shared_mutex> // breach: paper is pure, so it does not include shared_mutex
#include <sys/stat.h> // breach: paper is pure, so it does not include sys/stat.h
#include <systemd/sd-daemon.h> // breach: paper is pure, so it does not include systemd/sd-daemon.h
#include <thread> // breach: paper is pure, so it does not include thread
#include <unistd.h> // breach: paper is pure, so it does not include unistd.h
#include <unordered_map> // breach: paper is pure, so it does not include unordered_map
#include <unordered_set> // breach: paper is pure, so it does not include unordered_set
#include <chrono>
#include <openssl/evp.h>
#include <optional>
