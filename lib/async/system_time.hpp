#pragma once

#include "async/time_source.hpp"

namespace smarttrade::async {

/// The machine's clocks. The only place outside tests where they are read.
class system_time final : public time_source {
public:
    mono_time now() const override;
    base::utc_time utc_now() const override;
    asio::awaitable<error_code> sleep_until(mono_time at) override;
};

} // namespace smarttrade::async
