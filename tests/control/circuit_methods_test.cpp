#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class circuit_methods_test : public served {
protected:
  std::string state(const std::string& key) {
    for (auto& x : list("circuits", "circuits.list"))
      if (x.at("key") == key)
        return x.at("state");
    return "";
  }
};

} // namespace

TEST_F(circuit_methods_test, are_tripped_opened_and_reset) {
  EXPECT_TRUE(call("circuits.list").at("circuits").empty());
  call("circuits.trip", {{"circuit", "work"}});
  EXPECT_EQ(state("work"), "open");
  auto refused = service_.call(
    "tasks.submit", {{"task", {{"name", "a"}, {"capabilities", "work"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ec::circuit_open);
  EXPECT_GT(refused.error().retry_after, core::duration::zero());
  call("circuits.reset", {{"circuit", "work"}});
  EXPECT_EQ(state("work"), "closed");
  call("circuits.open", {{"circuit", "work"}});
  auto circuits = call("circuits.list").at("circuits");
  EXPECT_EQ(circuits.at(0).at("is_forced"), true);
}

TEST_F(circuit_methods_test, say_what_is_wrong) {
  EXPECT_TRUE(refusal("circuits.reset", {{"circuit", "wrok"}})
                .starts_with("invalid_argument: "));
  for (auto* method : {"circuits.trip", "circuits.open", "circuits.reset"})
    EXPECT_EQ(refusal(method), "invalid_argument: 'circuit' is missing");
}

TEST(circuit_methods_without_circuits_test, say_that_there_are_none) {
  actors::runtime troupe;
  control::service service{troupe};
  auto list = service.call("circuits.list", json::object());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, core::ec::invalid_argument);
}

} // namespace troupe::test
