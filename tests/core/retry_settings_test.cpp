#include "core/retry_settings.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(retry_settings_test, names_kinds_of_jitter) {
  support::expect_names_of_their_own(jitter_kind_last);
  support::expect_parses_what_it_writes(jitter_kind_last, parse_jitter_kind);
  EXPECT_EQ(to_string(jitter_kind::equal), "equal");
}

TEST(retry_settings_test, names_kinds_of_backoff) {
  support::expect_names_of_their_own(backoff_kind_last);
  support::expect_parses_what_it_writes(backoff_kind_last, parse_backoff_kind);
  EXPECT_EQ(to_string(backoff_kind::linear), "linear");
}

} // namespace troupe::core
