#include "core/schedule_document.hpp"

#include "core/schedule_codec.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

namespace {

using namespace std::chrono_literals;

constexpr time_point kept_time{1'790'000'000'123'456'789ns};

} // namespace

TEST(schedule_document_test, is_read_as_it_was_written) {
  schedule_spec spec;
  spec.name = "nightly";
  spec.task.name = "back up";
  spec.task.parameters = payload{{"path", "/data"}};
  spec.when = run_cron{"0 3 * * *", "Europe/Berlin"};
  schedule_state state;
  state.added = kept_time;
  state.running = run_key{7, kept_time};
  state.waiting = {kept_time + 1ns};
  auto document = document_of(spec, state, ~uint64_t{0});
  auto read = read_schedule_document(document);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->state, state);
  EXPECT_EQ(read->seed, ~uint64_t{0});
  std::string before;
  std::string after;
  encode_schedule(spec, before);
  encode_schedule(read->spec, after);
  EXPECT_EQ(after, before);
}

TEST(schedule_document_test, says_which_field_is_wrong) {
  auto why_not = [](json x) {
    auto read = read_schedule_document(payload(std::move(x)));
    EXPECT_FALSE(read);
    return read ? std::string{} : read.error().message;
  };
  EXPECT_EQ(why_not({{"spec", {{"jitter", "long"}}}}),
            "spec: jitter: is a string, not an integer");
  EXPECT_EQ(why_not({{"state", {{"runs", -1}}}}),
            "state: runs: -1 is not from 0 to 18446744073709551615");
  EXPECT_EQ(why_not({{"zone", "UTC"}}).substr(0, 31),
            "'zone' is no field that is know");
  EXPECT_EQ(why_not(json::array()), "is a list, not an object");
}

} // namespace troupe::core
