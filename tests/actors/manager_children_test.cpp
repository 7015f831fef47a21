#include "tests/actors/lone_manager.hpp"

namespace troupe::test {

namespace {

using core::ec;
using messages::children_refused;
using messages::tasks_ended;

/// A parent that runs.
class manager_children_test : public lone_manager {
protected:
  manager_children_test() {
    parent_ = submit("parent");
    start(parent_);
  }

  core::task_spec child(const std::string& name, std::string key = {}) {
    auto spec = make(name);
    spec.parent = parent_;
    if (!key.empty())
      spec.keys = core::submission_keys{.unique = std::move(key)};
    return spec;
  }

  /// As its agent does.
  core::task_id submit_child(const core::task_spec& spec) {
    messages::submit_children request{{parent_, 1}, {share(spec)}, true};
    client_.send(manager_, std::move(request));
    system_.settle();
    return spec.id;
  }

  core::task_id parent_;
};

} // namespace

TEST_F(manager_children_test, tells_of_their_ends) {
  auto id = submit_child(child("a"));
  run(id);
  auto ended = client_.take_one<tasks_ended>();
  ASSERT_EQ(ended.records.size(), 1u);
  EXPECT_EQ(ended.records[0].id(), id);
  EXPECT_TRUE(ended.repeated.empty());
}

TEST_F(manager_children_test, refuses_those_of_an_attempt_that_is_over) {
  EXPECT_EQ(order(messages::cancel_task{parent_}), core::error{});
  auto other = child("a");
  submit_child(other);
  auto refused = client_.take_one<children_refused>();
  ASSERT_EQ(refused.refused.size(), 1u);
  EXPECT_EQ(refused.refused[0].task, other.id);
}

TEST_F(manager_children_test, the_end_of_one_is_that_of_all_with_its_key) {
  auto first = submit_child(child("a", "k"));
  auto second = submit_child(child("b", "k"));
  EXPECT_EQ(enqueued(), (list{"parent", "a"}));
  run(first);
  auto ended = client_.take_one<tasks_ended>();
  ASSERT_EQ(ended.records.size(), 1u);
  EXPECT_EQ(ended.records[0].id(), first);
  EXPECT_EQ(ended.repeated, (std::vector{core::repetition{second, first}}));
}

TEST_F(manager_children_test, none_waits_for_its_parent) {
  auto keyed = make("keyed");
  keyed.keys = core::submission_keys{.unique = "k"};
  parent_ = submit(keyed);
  start(parent_);
  submit_child(child("a", "k"));
  auto refused = client_.take_one<children_refused>();
  ASSERT_EQ(refused.refused.size(), 1u);
  EXPECT_EQ(refused.refused[0].why.code, ec::key_conflict);
}

} // namespace troupe::test
