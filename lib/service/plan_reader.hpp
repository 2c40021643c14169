#pragma once

#include <map>
#include <string>

#include "plan/plan.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::service {

/// Judges readings of the plan files, one after the other. A file whose text is what it was last time is not read
/// again; many that are new are read on all cores.
class plan_reader {
public:
    /// The files judged together, with what reading them said.
    plan::plan_set judge(const source_reading& sources, const plan::surroundings& around);

private:
    struct read_file {
        std::string text_hash;
        plan::plan_file_ptr file;
    };
    std::map<std::string, read_file> files_; ///< of the last reading, by name
};

} // namespace smarttrade::service
