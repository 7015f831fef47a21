#include "core/image_codec.hpp"

#include "tests/support/expect_same.hpp"
#include "tests/support/generated_images.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(image_codec_test, reads_the_details_it_has_written) {
  EXPECT_TRUE(rc::check([] {
    auto image = test::generated_image();
    std::string text;
    encode_details(image, text);
    task_image read;
    RC_ASSERT(text.empty() || decode_details(text, read));
    test::expect_same_details(read, image);
    RC_ASSERT(!testing::Test::HasFailure());
  }));
}

TEST(image_codec_test, reads_the_images_it_has_written) {
  EXPECT_TRUE(rc::check([] {
    auto image = test::generated_image();
    std::string text;
    encode_image(image, text);
    RC_ASSERT(text.find('\n') == std::string::npos);
    auto read = decode_image(text);
    RC_ASSERT(read);
    test::expect_same(*read, image);
    RC_ASSERT(!testing::Test::HasFailure());
  }));
}

TEST(image_codec_test, says_nothing_of_what_most_have_not) {
  task_image image;
  image.spec = std::make_shared<const task_spec>();
  image.result = payload(json(1));
  image.attempt = 1;
  std::string text;
  encode_details(image, text);
  EXPECT_EQ(text, "");
  image.losses = 2;
  encode_details(image, text);
  EXPECT_EQ(text, R"({"losses":2})");
}

TEST(image_codec_test, names_what_is_wrong) {
  task_image image;
  auto read = decode_details(R"({"history":[{"kind":"born"}]})", image);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "history: 0: kind: 'born' is none of the names there are");
  auto whole = decode_image(R"({"number":1})");
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().message, "has no number, no id or no spec");
}

} // namespace troupe::core
