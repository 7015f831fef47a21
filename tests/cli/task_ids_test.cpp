#include "cli/task_ids.hpp"

#include "tests/cli/managed.hpp"

namespace troupe::cli {

namespace {

using core::json;

/// Knows these tasks, in the order of their ids, and lists as a manager does.
core::result<std::string> find_in(const std::vector<std::string>& ids,
                                  const std::string& text) {
  testing::fake_channel manager{[&](auto, auto& arguments) -> json {
    auto list = json::array();
    for (auto& id : ids)
      if (id > arguments.at("after").template get<std::string>()
          && list.size() < arguments.at("limit").template get<size_t>())
        list.push_back({{"id", id}});
    return {{"tasks", list}};
  }};
  return find_task(manager, text);
}

const std::string first = "0190163d-8694-739b-aea5-966c26f8ad91";
const std::string second = "0190163d-8694-739b-b000-000000000000";
const std::string third = "01901640-0000-7000-8000-000000000000";

const std::vector<std::string> all_ids = {first, second, third};

} // namespace

TEST(task_ids_test, takes_an_id_for_what_it_is) {
  testing::fake_channel nobody{[](auto, auto&) -> json {
    ADD_FAILURE() << "need not be asked";
    return {};
  }};
  EXPECT_EQ(find_task(nobody, first), first);
}

TEST(task_ids_test, finds_the_one_that_begins_so) {
  EXPECT_EQ(find_in(all_ids, "0190164"), third);
  EXPECT_EQ(find_in(all_ids, "01901640-"), third);
  EXPECT_EQ(find_in(all_ids, "0190163D-8694-739B-B"), second);
  EXPECT_EQ(find_in(all_ids, "0190163d-8694-739b-a"), first);
  EXPECT_EQ(find_in(all_ids, second.substr(0, 35)), second);
}

TEST(task_ids_test, says_why_there_is_not_one) {
  auto several = find_in(all_ids, "0190163d");
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().message,
            "several tasks' ids begin with '0190163d': " + first + ", " + second
              + ", ...");
  auto none = find_in(all_ids, "0191");
  ASSERT_FALSE(none);
  EXPECT_EQ(core::to_string(none.error()),
            "unknown_task: no task's id begins with '0191'");
  for (auto text : {"", "019", "build", "0190-", "0190163d86949"}) {
    auto wrong = find_in(all_ids, text);
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().code, core::ec::invalid_argument) << text;
  }
}

} // namespace troupe::cli
