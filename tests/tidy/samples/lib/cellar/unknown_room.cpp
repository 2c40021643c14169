#include "wire/json.hpp" // breach: cellar is a room whose place in the house nobody knows
