#include "core/task_id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <unordered_set>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr time_point noon{duration{1'769'860'800s}};

uint64_t milliseconds_of(const task_id& id) {
  return id.high >> 16;
}

} // namespace

TEST(task_id_test, carries_version_variant_and_time) {
  task_id_generator ids{1};
  for (int i = 0; i < 10'000; ++i) {
    auto id = ids.next(noon + i * 100us);
    EXPECT_EQ(id.high >> 12 & 0xf, 7u);
    EXPECT_EQ(id.low >> 62, 2u);
  }
  task_id_generator fresh{2};
  EXPECT_EQ(milliseconds_of(fresh.next(noon)), 1'769'860'800'000u);
}

TEST(task_id_test, increases_whatever_the_clock_does) {
  EXPECT_TRUE(rc::check([](uint64_t seed, const std::vector<int16_t>& steps) {
    task_id_generator ids{seed};
    auto now = noon;
    auto last = ids.next(now);
    for (auto step : steps) {
      now += step * 1ms;
      auto id = ids.next(now);
      RC_ASSERT(last < id);
      RC_ASSERT(to_string(last) < to_string(id));
      last = id;
    }
  }));
}

TEST(task_id_test, borrows_from_the_next_millisecond) {
  task_id_generator ids{3};
  auto last = ids.next(noon);
  for (int i = 0; i < 100'000; ++i) {
    auto id = ids.next(noon);
    ASSERT_LT(last, id);
    last = id;
  }
  // No more than it takes, at 4096 ids in each but the first.
  EXPECT_LE(milliseconds_of(last), 1'769'860'800'000u + 25);
}

TEST(task_id_test, works_before_there_is_a_time) {
  task_id_generator ids{4};
  EXPECT_FALSE(ids.next(never).is_nil());
  EXPECT_FALSE(ids.next(time_point::min()).is_nil());
  auto last = ids.next(never);
  EXPECT_LT(last, ids.next(time_point::max()));
}

TEST(task_id_test, generators_with_other_seeds_make_other_ids) {
  task_id_generator xs{5};
  task_id_generator ys{6};
  std::unordered_set<task_id> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(xs.next(noon));
    seen.insert(ys.next(noon));
  }
  EXPECT_EQ(seen.size(), 2000u);
}

TEST(task_id_test, renders_the_canonical_form) {
  EXPECT_EQ(to_string(task_id{0x0190163d8694739b, 0xaea5966c26f8ad91}),
            "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(to_string(task_id{}), "00000000-0000-0000-0000-000000000000");
}

TEST(task_id_test, reads_what_it_renders_in_either_case) {
  EXPECT_TRUE(rc::check([](uint64_t high, uint64_t low) {
    task_id id{high, low};
    auto text = to_string(id);
    RC_ASSERT(parse_task_id(text) == id);
    for (auto& c : text)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    RC_ASSERT(parse_task_id(text) == id);
  }));
}

TEST(task_id_test, refuses_other_forms) {
  for (auto text : {"", "0190163d", "0190163d86947-39b-aea5-966c26f8ad91",
                    "0190163d-8694-739b-aea5-966c26f8ad9",
                    "0190163d-8694-739b-aea5-966c26f8ad911",
                    "0190163d-8694-739b-aea5-966c26f8ad9g",
                    "{190163d-8694-739b-aea5-966c26f8ad9}"}) {
    auto parsed = parse_task_id(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ec::invalid_argument);
  }
}

TEST(task_id_test, tells_when_it_was_made) {
  task_id_generator generator{1};
  time_point now{std::chrono::milliseconds{1'700'000'000'123}};
  EXPECT_EQ(time_of(generator.next(now)), now);
  EXPECT_EQ(time_of(task_id{1, 2}), never);
}

} // namespace troupe::core
