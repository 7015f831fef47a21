#include "core/durability.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(durability_test, reads_what_it_renders) {
  support::expect_names_of_their_own(durability_last);
  support::expect_parses_what_it_writes(durability_last, parse_durability);
  EXPECT_EQ(to_string(durability::volatile_), "volatile");
}

TEST(durability_test, refuses_other_texts) {
  EXPECT_EQ(parse_durability("strickt").error().message,
            "'strickt' is not a durability (did you mean 'strict'?); it is one "
            "of strict, relaxed, volatile");
}

} // namespace troupe::core
