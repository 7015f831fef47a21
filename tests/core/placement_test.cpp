#include "core/placement.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

namespace {

const label_map some_labels{{"zone", "eu"}, {"gpu", "a100"}, {"spot", ""}};

bool holds_for_some(std::string_view text) {
  return holds(parse_label_rule(text).value(), some_labels);
}

std::string refused_rule(std::string_view text) {
  auto rule = parse_label_rule(text);
  return rule ? "" : rule.error().message;
}

} // namespace

TEST(placement_test, rules_look_at_labels) {
  EXPECT_TRUE(holds_for_some("zone=eu"));
  EXPECT_FALSE(holds_for_some("zone=us"));
  EXPECT_TRUE(holds_for_some("zone=us|eu"));
  EXPECT_FALSE(holds_for_some("rack=eu"));
  EXPECT_TRUE(holds_for_some("zone!=us|asia"));
  EXPECT_FALSE(holds_for_some("zone!=us|eu"));
  EXPECT_TRUE(holds_for_some("rack!=eu"));
  EXPECT_TRUE(holds_for_some("gpu"));
  EXPECT_FALSE(holds_for_some("tpu"));
  EXPECT_TRUE(holds_for_some("!tpu"));
  EXPECT_FALSE(holds_for_some("!gpu"));
  EXPECT_TRUE(holds_for_some("spot="));
  EXPECT_FALSE(holds_for_some("zone="));
}

TEST(placement_test, reads_what_it_writes) {
  for (auto* text : {"zone=eu", "zone=eu|us", "zone!=eu|us", "gpu", "!gpu"}) {
    auto rule = parse_label_rule(text);
    ASSERT_TRUE(rule);
    EXPECT_EQ(to_string(*rule), text);
  }
  EXPECT_EQ(to_string(parse_label_rule(" zone  = eu | us ").value()),
            "zone=eu|us");
  EXPECT_EQ(to_string(parse_label_rule("url=a=b").value()), "url=a=b");
  support::expect_names_of_their_own(label_test_last);
}

TEST(placement_test, what_is_no_rule_is_refused) {
  for (auto* text : {"", "  ", "=eu", "!=eu", "!", "a|b=c", "!!gpu", "a!b"})
    EXPECT_NE(refused_rule(text), "") << text;
  EXPECT_EQ(refused_rule("=eu"),
            "'=eu' is no rule for a label: write key=value, key=one|other, "
            "key!=value, key, or !key");
}

TEST(placement_test, all_that_is_required_has_to_hold) {
  placement x{
    {parse_label_rule("zone=eu").value(), parse_label_rule("gpu").value()}, {}};
  EXPECT_TRUE(allows(x, some_labels));
  EXPECT_FALSE(allows(x, {{"zone", "eu"}}));
  EXPECT_TRUE(allows({}, {}));
  EXPECT_EQ(describe(x.required), "zone=eu, gpu");
}

TEST(placement_test, counts_how_much_of_what_is_preferred_holds) {
  placement x{{},
              {parse_label_rule("zone=eu").value(),
               parse_label_rule("gpu").value(),
               parse_label_rule("tpu").value()}};
  EXPECT_EQ(wishes_met(x, some_labels), 2u);
  EXPECT_EQ(wishes_met(x, {}), 0u);
  EXPECT_EQ(wishes_met({}, some_labels), 0u);
}

} // namespace troupe::core
