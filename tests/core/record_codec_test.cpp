#include "core/record_codec.hpp"

#include "tests/support/expect_same.hpp"
#include "tests/support/generated_images.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

core::task_record generated_record() {
  auto image = generated_image();
  image.status = *rc::gen::element(core::task_status::completed,
                                   core::task_status::failed,
                                   core::task_status::cancelled);
  return core::to_record(std::move(image));
}

std::string why_not_a_record(const std::string& text) {
  auto read = core::decode_record(text);
  return read ? "it was read" : read.error().message;
}

} // namespace

TEST(record_codec_test, reads_what_it_has_written) {
  EXPECT_TRUE(rc::check([] {
    auto record = generated_record();
    std::string text;
    core::encode_record(record, text);
    auto read = core::decode_record(text);
    ASSERT_TRUE(read) << core::to_string(read.error());
    EXPECT_EQ(read->id(), record.id());
    expect_same(*read->spec, *record.spec);
    EXPECT_EQ(read->created, record.created);
    EXPECT_EQ(read->status, record.status);
    EXPECT_EQ(read->attempt, record.attempt);
    EXPECT_EQ(read->agent, record.agent);
    EXPECT_EQ(read->started, record.started);
    EXPECT_EQ(read->finished, record.finished);
    EXPECT_EQ(read->result.dump(), record.result.dump());
    ASSERT_EQ(read->failure.has_value(), record.failure.has_value());
    if (record.failure) {
      EXPECT_EQ(*read->failure, *record.failure);
    }
    RC_ASSERT(!testing::Test::HasFailure());
  }));
}

TEST(record_codec_test, appends) {
  core::task_record record;
  core::task_spec spec;
  spec.id = {1, 2};
  record.spec = std::make_shared<const core::task_spec>(std::move(spec));
  record.status = core::task_status::completed;
  std::string alone;
  core::encode_record(record, alone);
  std::string text = "before";
  core::encode_record(record, text);
  EXPECT_EQ(text, "before" + alone);
}

TEST(record_codec_test, refuses_a_task_that_has_not_ended) {
  core::task_record record;
  core::task_spec spec;
  spec.id = {1, 2};
  record.spec = std::make_shared<const core::task_spec>(std::move(spec));
  record.status = core::task_status::running;
  std::string text;
  core::encode_record(record, text);
  auto read = core::decode_record(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, core::ec::invalid_argument);
  EXPECT_EQ(read.error().message, "has not ended");
}

TEST(record_codec_test, says_what_it_cannot_read) {
  EXPECT_NE(why_not_a_record(""), "it was read");
  EXPECT_NE(why_not_a_record("[]"), "it was read");
  EXPECT_NE(why_not_a_record(R"({"colour": 1})").find("'colour'"),
            std::string::npos);
}

} // namespace troupe::test
