#include "core/spec_codec.hpp"

#include "tests/support/expect_same.hpp"
#include "tests/support/generated_images.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

std::string encoded(const task_spec& spec) {
  std::string text;
  encode_spec(spec, text);
  return text;
}

/// What is wrong with the text.
std::string spec_problem(std::string_view text) {
  auto spec = decode_spec(text);
  if (spec)
    return "";
  EXPECT_EQ(spec.error().code, ec::invalid_argument);
  return spec.error().message;
}

} // namespace

TEST(spec_codec_test, reads_what_it_has_written) {
  EXPECT_TRUE(rc::check([] {
    auto spec = test::generated_spec();
    auto read = decode_spec(encoded(spec));
    RC_ASSERT(read);
    RC_ASSERT(read->id.is_nil());
    test::expect_same(*read, spec);
    RC_ASSERT(!testing::Test::HasFailure());
  }));
}

TEST(spec_codec_test, writes_only_what_is_not_as_it_is_by_itself) {
  EXPECT_EQ(encoded({}), "{}");
  EXPECT_EQ(encoded({.id = {1, 2},
                     .name = "greet",
                     .capabilities = {"say"},
                     .parameters = {{"to", "all"}},
                     .limits = {.attempt = duration{5}}}),
            R"({"name":"greet","capabilities":["say"],)"
            R"("parameters":{"to":"all"},"limits":{"attempt":5}})");
}

TEST(spec_codec_test, appends) {
  std::string text = "1;";
  encode_spec({}, text);
  EXPECT_EQ(text, "1;{}");
}

TEST(spec_codec_test, refuses_what_it_does_not_understand) {
  EXPECT_EQ(spec_problem(R"({"name":"a","colour":"red"})"),
            "'colour' is no field that is known here; it was written by "
            "another version of Troupe, or by something else");
  EXPECT_EQ(spec_problem(R"({"retry":{"backoff":"cubic"}})"),
            "retry: backoff: 'cubic' is none of the names there are");
  EXPECT_EQ(spec_problem(R"({"limits":{"attempt":"5s"}})"),
            "limits: attempt: is a string, not an integer");
  EXPECT_EQ(spec_problem(R"({"dependencies":[{"task":"x"}]})"),
            "dependencies: 0: task: 'x' is not a task id, which looks like "
            "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_NE(spec_problem("{"), "");
  EXPECT_EQ(spec_problem("3"), "is a number, not an object");
}

TEST(spec_codec_test, reads_parameters_that_nest_deeper_than_people_write) {
  json deep = 1;
  for (auto i = 0; i < 1000; ++i)
    deep = json::array({std::move(deep)});
  task_spec spec;
  spec.parameters = payload(deep);
  auto read = decode_spec(encoded(spec));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->parameters.value(), deep);
}

} // namespace troupe::core
