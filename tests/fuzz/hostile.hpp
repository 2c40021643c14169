#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace smarttrade::fuzz {

/// A text that is meant to be expensive, made to a size instead of stored.
struct hostile_text {
    std::string name;
    std::string text;
};

/// Each of about `bytes`: many of one thing, deep or long ones, and what once took quadratic time.
std::vector<hostile_text> hostile_plans(std::size_t bytes);
std::vector<hostile_text> hostile_configs(std::size_t bytes);

} // namespace smarttrade::fuzz
