#include "control/answer.hpp"

#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class answer_test : public served {
protected:
  std::string ask(std::string_view method, std::string_view arguments) {
    return control::answer(service_, method, arguments);
  }
};

core::error read_failure(std::string_view text) {
  auto x = control::read_answer(text);
  EXPECT_FALSE(x);
  return x ? core::error{} : x.error();
}

} // namespace

TEST_F(answer_test, carries_results_across_as_text) {
  auto text = ask("queues.pause", R"({"queue":"slow"})");
  EXPECT_EQ(text, R"({"result":{}})");
  EXPECT_EQ(control::read_answer(text).value(), json::object());
}

TEST_F(answer_test, carries_errors_across_as_text) {
  auto text = ask("queues.pause", R"({"queue":"fast"})");
  auto direct = service_.call("queues.pause", {{"queue", "fast"}});
  ASSERT_FALSE(direct);
  EXPECT_EQ(read_failure(text), direct.error());
  EXPECT_EQ(direct.error().code, core::ec::unknown_queue);
}

TEST_F(answer_test, refuses_what_is_no_json) {
  auto x = read_failure(ask("queues.list", "{"));
  EXPECT_EQ(x.code, core::ec::invalid_argument);
  EXPECT_NE(read_failure(ask("queues.list", std::string(1000, '['))).message,
            "");
}

TEST(read_answer_test, keeps_all_of_an_error) {
  EXPECT_EQ(read_failure(R"({"error":{"code":"rate_limited","message":"slow",
                "is_permanent":true,"retry_after_seconds":1.5}})"),
            (core::error{core::ec::rate_limited, "slow", true,
                         std::chrono::milliseconds{1500}}));
}

TEST(read_answer_test, takes_codes_of_later_versions_for_unavailable) {
  EXPECT_EQ(read_failure(R"({"error":{"code":"too_hot","message":"x"}})"),
            (core::error{core::ec::unavailable, "too_hot: x"}));
}

TEST(read_answer_test, does_not_take_anything_for_an_answer) {
  for (auto text :
       {"", "{", "[]", "{}", R"({"error":3})", R"({"error":[]})",
        R"({"error":{"code":3,"message":"x"}})", R"({"error":{"code":"x"}})"})
    EXPECT_EQ(core::to_string(read_failure(text)),
              "unavailable: what came back is no answer of a manager")
      << text;
}

} // namespace troupe::test
