#include "core/json_writer.hpp"

#include "tests/support/generated_images.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace troupe::core {

namespace {

template <class T>
std::string written(const T& x) {
  std::string text;
  json_writer{text}.value(x);
  return text;
}

} // namespace

TEST(json_writer_test, writes_what_the_library_writes) {
  EXPECT_TRUE(rc::check([] {
    auto value = test::generated_json();
    auto text = written(value);
    RC_ASSERT(json::parse(text).dump() == value.dump());
    if (text.find('e') == std::string::npos)
      RC_ASSERT(text == value.dump());
  }));
}

TEST(json_writer_test, separates_what_follows_on_something) {
  std::string text = "before: ";
  json_writer to{text};
  to.begin_object();
  to.member("a", "[");
  to.member("b", true);
  to.key("c");
  to.begin_list();
  to.value(int32_t{-1});
  to.value(0.5);
  to.begin_object();
  to.end_object();
  to.value("x\ty");
  to.end_list();
  to.member("d", duration{7});
  to.end_object();
  EXPECT_EQ(text, R"(before: {"a":"[","b":true,)"
                  R"("c":[-1,0.5,{},"x\ty"],"d":7})");
}

TEST(json_writer_test, starts_anew_behind_what_is_there) {
  std::string text = "x";
  json_writer{text}.value("y");
  EXPECT_EQ(text, "x\"y\"");
}

TEST(json_writer_test, writes_ids_as_people_read_them) {
  task_id id{0x0190163d8694739b, 0xaea5966c26f8ad91};
  EXPECT_EQ(written(id), '"' + to_string(id) + '"');
}

TEST(json_writer_test, tells_numbers_with_a_fraction_from_integers) {
  EXPECT_EQ(written(2.0), "2.0");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(json_writer_test, replaces_what_is_no_utf8) {
  EXPECT_EQ(written("a\xff"), "\"a\ufffd\"");
}

} // namespace troupe::core
