#include "actors/rate_limiter.hpp"

#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using messages::done;
using messages::stream_acknowledged;
using messages::stream_tasks;
using messages::submit_tasks;

/// A real limiter; what comes after it is a stand-in.
class rate_limiter_test : public ::testing::Test {
protected:
  /// All that the limiter may send to whoever talks to it.
  using client = recorder<compat::actor<void(done), void(stream_acknowledged)>>;
  using list = std::vector<std::string>;

  rate_limiter_test() {
    auto& limit = options_.limits.emplace_back();
    limit.name = "api";
    limit.scope = core::limit_scope::capability;
    limit.rate = {1, 1s, 2};
  }

  core::rate_limit& limit() {
    return options_.limits.front();
  }

  void make_it_wait(uint64_t waiting_max = 100) {
    limit().when_exceeded = core::rate_policy::wait;
    limit().waiting_max = waiting_max;
  }

  const messages::rate_limiter_actor& limiter() {
    if (!limiter_) {
      limiter_
        = system_.own(messages::rate_limiter_actor{system_.system().spawn(
          actors::rate_limiter, system_.env(), options_, next_.handle())});
      system_.settle();
    }
    return limiter_;
  }

  core::task_spec make(const std::string& name,
                       core::task_priority priority = core::normal,
                       const std::string& capability = "fetch") {
    auto spec = make_task(system_, name, capability);
    spec.priority = priority;
    return spec;
  }

  static submit_tasks request_of(const std::vector<core::task_spec>& specs) {
    submit_tasks request;
    for (auto& spec : specs)
      request.specs.push_back(share(spec));
    return request;
  }

  core::error submit(const std::vector<core::task_spec>& specs) {
    return system_.ask<done>(limiter(), request_of(specs)).failure;
  }

  /// From the client, as a request that is answered some time.
  void submit_later(const std::vector<core::task_spec>& specs) {
    client_.send(limiter(), request_of(specs));
    system_.settle();
  }

  /// From the client, in one message.
  void stream(const std::vector<core::task_spec>& specs) {
    stream_tasks request;
    for (auto& spec : specs)
      request.specs.push_back(share(spec));
    client_.send(limiter(), std::move(request));
    system_.settle();
  }

  /// Names of the tasks that passed since the last time: one by one, then
  /// streamed.
  list passed() {
    list names;
    for (auto& x : next_.take<submit_tasks>())
      for (auto& spec : x.specs)
        names.push_back(spec->name);
    for (auto& x : next_.take<stream_tasks>())
      for (auto& spec : x.specs)
        names.push_back(spec->name);
    return names;
  }

  deterministic_system system_;
  recorder<messages::submission_actor> next_{system_};
  client client_{system_};
  core::rate_limit_options options_;

private:
  messages::rate_limiter_actor limiter_;
};

} // namespace

TEST_F(rate_limiter_test, has_the_next_one_answer_what_passes) {
  next_.answer_with(done{core::error{ec::duplicate, "the manager's words"}});
  EXPECT_EQ(submit({make("first")}).message, "the manager's words");
  EXPECT_EQ(passed(), list{"first"});
}

TEST_F(rate_limiter_test, refuses_what_is_too_much_until_there_are_tokens) {
  EXPECT_EQ(submit({make("a"), make("b")}), core::error{});
  system_.advance(300ms);
  auto why = submit({make("c")});
  EXPECT_EQ(why.code, ec::rate_limited);
  EXPECT_EQ(why.retry_after, 700ms);
  EXPECT_EQ(submit({make("other", core::normal, "parse")}), core::error{});
  system_.advance(700ms);
  EXPECT_EQ(submit({make("c")}), core::error{});
  EXPECT_EQ(passed(), (list{"a", "b", "other", "c"}));
}

TEST_F(rate_limiter_test, refuses_streamed_tasks_one_by_one) {
  auto late = make("late");
  stream({make("a"), make("b"), late, make("c", core::normal, "parse")});
  EXPECT_EQ(passed(), (list{"a", "b", "c"}));
  auto answer = client_.take_one<stream_acknowledged>();
  // The manager counts what was passed on.
  EXPECT_EQ(answer.count, 1u);
  ASSERT_EQ(answer.refused.size(), 1u);
  EXPECT_EQ(answer.refused[0].task, late.id);
  EXPECT_EQ(answer.refused[0].why.code, ec::rate_limited);
  EXPECT_EQ(answer.refused[0].why.retry_after, 1s);
}

TEST_F(rate_limiter_test, passes_on_what_waited_when_there_are_tokens) {
  make_it_wait();
  submit_later({make("a"), make("b")});
  submit_later({make("c")});
  submit_later({make("d"), make("e")});
  EXPECT_EQ(passed(), (list{"a", "b"}));
  client_.take<done>();
  system_.advance(990ms);
  EXPECT_EQ(passed(), list{});
  system_.advance(10ms);
  EXPECT_EQ(passed(), list{"c"});
  EXPECT_EQ(client_.take<done>().size(), 1u);
  system_.advance(1990ms);
  EXPECT_EQ(passed(), list{});
  system_.advance(10ms);
  EXPECT_EQ(passed(), (list{"d", "e"}));
  EXPECT_EQ(client_.take<done>().size(), 1u);
}

TEST_F(rate_limiter_test, has_the_next_one_answer_who_waited) {
  make_it_wait();
  submit({make("a"), make("b")});
  submit_later({make("c")});
  next_.answer_with(done{core::error{ec::queue_full, "no room"}});
  system_.advance(1s);
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::queue_full);
}

TEST_F(rate_limiter_test, passes_on_who_submits) {
  make_it_wait();
  submit({make("a"), make("b")});
  next_.take<submit_tasks>();
  auto request = request_of({make("c")});
  request.by = "alice";
  client_.send(limiter(), std::move(request));
  system_.advance(1s);
  EXPECT_EQ(next_.take_one<submit_tasks>().by, "alice");
}

TEST_F(rate_limiter_test, keeps_a_stream_in_order) {
  make_it_wait();
  stream({make("a"), make("b"), make("c")});
  stream({make("d"), make("e")});
  EXPECT_EQ(passed(), (list{"a", "b"}));
  system_.advance(3s);
  EXPECT_EQ(passed(), (list{"c", "d", "e"}));
  EXPECT_TRUE(client_.got<stream_acknowledged>().empty());
}

TEST_F(rate_limiter_test, passes_the_most_urgent_on_first) {
  make_it_wait();
  stream({make("a"), make("b"), make("low", core::low), make("c"),
          make("high", core::high)});
  submit_later({make("critical", core::critical)});
  passed();
  list in_time;
  for (int i = 0; i < 4; ++i) {
    system_.advance(1s);
    for (auto& name : passed())
      in_time.push_back(name);
  }
  EXPECT_EQ(in_time, (list{"critical", "high", "c", "low"}));
}

TEST_F(rate_limiter_test, passes_on_together_what_may_pass_at_once) {
  make_it_wait();
  limit().rate = {10, 1s, 10};
  auto all = std::vector<core::task_spec>{};
  for (int i = 0; i < 10; ++i)
    all.push_back(make("first"));
  submit(all);
  passed();
  stream({make("a"), make("b"), make("c")});
  // Late, as on a busy machine.
  system_.advance(1s, 1s);
  ASSERT_EQ(next_.got<stream_tasks>().size(), 1u);
  EXPECT_EQ(passed(), (list{"a", "b", "c"}));
}

TEST_F(rate_limiter_test, refuses_what_is_more_than_may_wait) {
  make_it_wait(2);
  submit({make("x"), make("y")});
  stream({make("a"), make("b"), make("c")});
  EXPECT_EQ(client_.take_one<stream_acknowledged>().refused.size(), 1u);
  EXPECT_EQ(submit({make("d")}).code, ec::rate_limited);
  system_.advance(2s);
  EXPECT_EQ(passed(), (list{"x", "y", "a", "b"}));
}

TEST_F(rate_limiter_test, keeps_what_depends_on_what_waits) {
  make_it_wait();
  auto first = make("first");
  auto second = make("second", core::high, "parse");
  second.dependencies.push_back({first.id});
  stream({make("x"), make("y"), first, second});
  EXPECT_EQ(passed(), (list{"x", "y"}));
  system_.advance(1s);
  EXPECT_EQ(passed(), (list{"first", "second"}));
}

TEST_F(rate_limiter_test, shows_tokens_and_who_waits) {
  make_it_wait();
  submit({make("a", core::normal, "parse")});
  submit({make("b"), make("c")});
  stream({make("d")});
  auto buckets = system_
                   .ask<messages::rate_limit_list>(limiter(),
                                                   messages::get_rate_limits{})
                   .buckets;
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_EQ(buckets[0].key, "fetch");
  EXPECT_EQ(buckets[0].tokens, 0u);
  EXPECT_EQ(buckets[0].waiting, 1u);
  EXPECT_EQ(buckets[0].next, system_.now() + 1s);
  EXPECT_EQ(buckets[1].key, "parse");
  EXPECT_EQ(buckets[1].tokens, 1u);
}

TEST_F(rate_limiter_test, leaves_it_to_the_next_one_when_all_is_to_end) {
  make_it_wait();
  submit({make("x"), make("y")});
  submit_later({make("a")});
  stream({make("b")});
  next_.answer_with(done{core::error{ec::stopping, "stopping"}});
  EXPECT_EQ(system_.ask<done>(limiter(), messages::stop_gating{}).failure,
            core::error{});
  EXPECT_EQ(passed(), (list{"x", "y", "a", "b"}));
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::stopping);
  EXPECT_EQ(submit({make("late")}).code, ec::stopping);
  stream({make("later")});
  EXPECT_EQ(passed(), (list{"late", "later"}));
}

} // namespace troupe::test
