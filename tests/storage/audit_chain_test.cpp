#include "storage/audit_chain.hpp"

#include "tests/storage/images.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

namespace {

core::audit_entry entry() {
  return {at(1), "me", "cancel", id_of(7), "by mistake"};
}

sha256_hash hash_of(const core::audit_entry& x, uint64_t sequence = 1,
                    const sha256_hash& before = {}) {
  sha256 with;
  return chain(with, before, sequence, x);
}

} // namespace

TEST(audit_chain_test, a_hash_changes_with_all_that_an_entry_says) {
  auto is = hash_of(entry());
  EXPECT_EQ(hash_of(entry()), is);
  EXPECT_NE(hash_of(entry(), 2), is);
  EXPECT_NE(hash_of(entry(), 1, is), is);
  auto changed = [&](auto change) {
    auto other = entry();
    change(other);
    return hash_of(other) != is;
  };
  EXPECT_TRUE(changed([](auto& x) { x.at = at(2); }));
  EXPECT_TRUE(changed([](auto& x) { x.by = "you"; }));
  EXPECT_TRUE(changed([](auto& x) { x.action = "drop"; }));
  EXPECT_TRUE(changed([](auto& x) { x.task = {}; }));
  EXPECT_TRUE(changed([](auto& x) { x.detail = ""; }));
}

TEST(audit_chain_test, numbers_are_written_as_ranges_and_read_again) {
  number_ranges ranges;
  std::vector<uint64_t> all{1, 2, 3, 5, 7, 8, 18446744073709551615u};
  for (auto number : all)
    ranges.add(number);
  EXPECT_EQ(ranges.text(), "1-3,5,7-8,18446744073709551615");
  EXPECT_EQ(number_ranges::parse(ranges.text()), all);
  for (auto wrong : {"a", "1,", "1-", "3-1", "1;2", ",1", "1-99999999999"})
    EXPECT_FALSE(number_ranges::parse(wrong)) << wrong;
}

TEST(audit_chain_test, a_digest_covers_all_tasks_of_a_submission) {
  auto digest = [](std::vector<uint64_t> numbers, std::string_view spec) {
    submission_digest x;
    for (auto number : numbers)
      x.add(new_image(number), spec);
    auto entry = x.finish("me");
    EXPECT_TRUE(x.is_empty());
    return entry;
  };
  auto is = digest({1, 2}, "{}");
  EXPECT_EQ(is.by, "me");
  EXPECT_EQ(is.action, "submit");
  EXPECT_EQ(is.at, at(2));
  EXPECT_TRUE(is.task.is_nil());
  EXPECT_EQ(is.detail.find(R"({"count":2,"numbers":"1-2","sha256":")"), 0u);
  EXPECT_EQ(digest({1, 2}, "{}").detail, is.detail);
  EXPECT_NE(digest({1, 2}, "[]").detail, is.detail);
  EXPECT_NE(digest({1, 3}, "{}").detail, is.detail);
}

} // namespace troupe::storage
