#include "tests/actors/lone_manager.hpp"

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::full_policy;
using messages::done;
using messages::stream_acknowledged;

/// The queue `small` holds two tasks.
class manager_submissions_test : public lone_manager {
protected:
  void attach_small(full_policy policy) {
    core::queue_spec spec;
    spec.name = "small";
    spec.waiting_max = 2;
    spec.when_full = policy;
    spec.full_wait_max = 10s;
    spec.held_max = 3;
    EXPECT_EQ(order(messages::attach_queue{spec, small_.handle()}),
              core::error{});
  }

  core::task_spec make_small(const std::string& name,
                             core::task_priority priority = core::normal) {
    auto spec = make(name);
    spec.queue = "small";
    spec.priority = priority;
    return spec;
  }

  /// From the client, as a request that is answered some time.
  void submit_later(const std::string& name) {
    messages::submit_tasks request;
    request.specs.push_back(share(make_small(name)));
    client_.send(manager_, std::move(request));
    system_.settle();
  }

  void stream(const list& names) {
    messages::stream_tasks request;
    for (auto& name : names)
      request.specs.push_back(share(make_small(name)));
    client_.send(manager_, std::move(request));
    system_.settle();
  }

  /// Names of the tasks `small` was given since the last time.
  list given() {
    list names;
    for (auto& batch : small_.take<messages::enqueue_tasks>())
      for (auto& task : batch.tasks)
        names.push_back(task.spec->name);
    return names;
  }

  /// So many are through, and so many of them refused.
  std::pair<uint64_t, size_t> acknowledged() {
    std::pair<uint64_t, size_t> result;
    for (auto& x : client_.take<stream_acknowledged>()) {
      result.first += x.count;
      result.second += x.refused.size();
    }
    return result;
  }

  using counts = std::pair<uint64_t, size_t>;

  recorder<messages::queue_actor> small_{system_};
};

} // namespace

TEST_F(manager_submissions_test, answers_who_waits_when_there_is_room) {
  attach_small(full_policy::wait);
  auto first = submit(make_small("first"));
  submit(make_small("second"));
  submit_later("third");
  EXPECT_EQ(given(), (list{"first", "second"}));
  EXPECT_TRUE(client_.got<done>().empty());
  start(first);
  EXPECT_EQ(given(), list{"third"});
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
}

TEST_F(manager_submissions_test, refuses_who_has_waited_too_long) {
  attach_small(full_policy::wait);
  stream({"a", "b"});
  submit_later("c");
  stream({"d"});
  EXPECT_EQ(acknowledged(), counts(2, 0));
  system_.advance(9'990ms);
  EXPECT_TRUE(client_.got<done>().empty());
  system_.advance(10ms);
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::queue_full);
  EXPECT_EQ(acknowledged(), counts(1, 1));
  EXPECT_EQ(stats().submitted, 2u);
}

TEST_F(manager_submissions_test, keeps_streams_in_order_and_within_bounds) {
  attach_small(full_policy::wait);
  stream({"a", "b", "c", "d", "e", "f"});
  // Two are accepted, three are kept.
  EXPECT_EQ(acknowledged(), counts(3, 1));
  EXPECT_EQ(given(), (list{"a", "b"}));
  system_.advance(1s);
  auto tasks = system_.ask<core::task_page>(manager_, messages::list_tasks{});
  for (auto& x : tasks.tasks)
    start(x.spec->id);
  EXPECT_EQ(given(), (list{"c", "d"}));
  EXPECT_EQ(acknowledged(), counts(2, 0));
}

TEST_F(manager_submissions_test, refuses_what_it_keeps_when_it_stops) {
  attach_small(full_policy::wait);
  stream({"a", "b"});
  submit_later("c");
  stream({"d"});
  acknowledged();
  EXPECT_EQ(order(messages::stop_accepting{}), core::error{});
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::stopping);
  auto answer = client_.take_one<stream_acknowledged>();
  EXPECT_EQ(answer.count, 1u);
  ASSERT_EQ(answer.refused.size(), 1u);
  EXPECT_EQ(answer.refused[0].why.code, ec::stopping);
}

TEST_F(manager_submissions_test, withdraws_what_it_sheds) {
  attach_small(full_policy::shed);
  auto low = submit(make_small("low", core::low));
  submit(make_small("normal"));
  submit(make_small("high", core::high));
  EXPECT_EQ(given(), (list{"low", "normal", "high"}));
  EXPECT_EQ(small_.take_one<messages::withdraw_tasks>().tasks,
            std::vector{low});
  EXPECT_EQ(get(low).failure->code, ec::shed);
}

TEST_F(manager_submissions_test, says_which_tasks_were_there) {
  auto keyed = [this](const std::string& name) {
    auto spec = make(name);
    spec.keys = core::submission_keys{.unique = "k"};
    return spec;
  };
  auto first = submit(keyed("a"));
  auto again = keyed("b");
  messages::submit_tasks request;
  request.specs = {share(again), share(make("c"))};
  auto told = system_.ask<done>(manager_, std::move(request));
  EXPECT_EQ(told.repeated, (std::vector{core::repetition{again.id, first}}));
  auto once_more = keyed("d");
  messages::stream_tasks stream;
  stream.specs.push_back(share(once_more));
  client_.send(manager_, std::move(stream));
  system_.settle();
  auto acknowledged = client_.take_one<stream_acknowledged>();
  EXPECT_EQ(acknowledged.count, 1u);
  EXPECT_EQ(acknowledged.repeated,
            (std::vector{core::repetition{once_more.id, first}}));
  EXPECT_EQ(enqueued(), (list{"a", "c"}));
}

} // namespace troupe::test
