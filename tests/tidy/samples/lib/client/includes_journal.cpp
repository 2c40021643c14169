#include "http/client.hpp"
#include "journal/journal.hpp" // breach: client includes journal/journal.hpp, but arrows point inward
#include "wire/json.hpp"
#include <sqlite3.h>            // breach: only store includes sqlite3.h
#include <boost/beast/http.hpp> // breach: only http includes boost/beast/http.hpp
#include <yaml-cpp/node.h>      // breach: only yaml includes yaml-cpp/node.h
