#pragma once

/// Places where a test can have the process killed: a program that was compiled
/// with TROUPE_FAIL_POINTS and is started with
/// `TROUPE_FAIL_POINT=name:count:kill` in its environment ends by SIGKILL when
/// it comes to the point with this name for the count-th time. Otherwise a
/// point is nothing.
#ifdef TROUPE_FAIL_POINTS

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace troupe::storage {

struct fail_point_setting {
  std::string name;
  long count = 0;

  static fail_point_setting read() {
    // Read once, before there are threads.
    auto* text = std::getenv("TROUPE_FAIL_POINT");
    std::string_view rest = text == nullptr ? "" : text;
    auto colon = rest.find(':');
    if (colon == rest.npos)
      return {};
    return {std::string{rest.substr(0, colon)},
            std::atol(rest.data() + colon + 1)};
  }
};

inline void fail_point(std::string_view name) {
  static auto setting = fail_point_setting::read();
  if (name == setting.name && --setting.count == 0)
    std::raise(SIGKILL);
}

} // namespace troupe::storage

#define TROUPE_FAIL_POINT(name) ::troupe::storage::fail_point(name)
#else
#define TROUPE_FAIL_POINT(name) static_cast<void>(0)
#endif
