#include "actors/event_bus.hpp"

#include "tests/support/recorder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

namespace {

using messages::events_published;
using messages::grant_credit;
using messages::listeners_changed;
using messages::publish_events;
using messages::subscribe;
using messages::subscribed;

using observer_actor = compat::actor<void(events_published), void(subscribed)>;
using observer = recorder<observer_actor>;
using publisher = recorder<messages::event_publisher_actor>;

class event_bus_test : public ::testing::Test {
protected:
  messages::event_bus_actor spawn_bus(size_t kept) {
    return system_.own(system_.system().spawn(
      actors::event_bus, std::make_shared<core::event_log>(kept)));
  }

  publish_events some(size_t count) {
    publish_events result;
    for (size_t i = 0; i < count; ++i) {
      core::event x;
      x.kind = core::event_kind::task_logged;
      x.text = std::to_string(++made_);
      result.events.push_back(std::move(x));
    }
    return result;
  }

  void publish(size_t count) {
    system_.send(bus_, some(count));
    system_.settle();
  }

  uint64_t admit(observer& who, uint64_t from, uint64_t credit) {
    who.send(bus_, subscribe{from, credit});
    system_.settle();
    return who.take_one<subscribed>().next;
  }

  void grant(observer& who, uint64_t credit) {
    who.send(bus_, grant_credit{credit});
    system_.settle();
  }

  /// The numbers of all events an observer got since the last time.
  static std::vector<uint64_t> numbers(observer& who) {
    std::vector<uint64_t> result;
    for (auto& batch : who.take<events_published>())
      for (auto& event : batch.events)
        result.push_back(event.sequence);
    return result;
  }

  using list = std::vector<uint64_t>;

  deterministic_system system_;
  messages::event_bus_actor bus_ = spawn_bus(8);
  observer anna_{system_};
  observer bert_{system_};
  publisher manager_{system_};
  uint64_t made_ = 0;
};

} // namespace

TEST_F(event_bus_test, numbers_events_in_the_order_of_publication) {
  EXPECT_EQ(admit(anna_, 0, 100), 1u);
  publish(2);
  publish(1);
  auto batches = anna_.take<events_published>();
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].events[0].sequence, 1u);
  EXPECT_EQ(batches[0].events[0].text, "1");
  EXPECT_EQ(batches[0].events[1].sequence, 2u);
  EXPECT_EQ(batches[0].events[1].text, "2");
  EXPECT_EQ(batches[1].events[0].sequence, 3u);
  EXPECT_EQ(batches[1].events[0].text, "3");
}

TEST_F(event_bus_test, sends_only_what_follows_to_who_subscribes_from_now_on) {
  publish(3);
  EXPECT_EQ(admit(anna_, 0, 100), 4u);
  EXPECT_EQ(numbers(anna_), list{});
  publish(1);
  EXPECT_EQ(numbers(anna_), list{4});
}

TEST_F(event_bus_test, resumes_from_a_number) {
  publish(5);
  EXPECT_EQ(admit(anna_, 4, 100), 4u);
  EXPECT_EQ(numbers(anna_), (list{4, 5}));
  publish(1);
  EXPECT_EQ(numbers(anna_), list{6});
}

TEST_F(event_bus_test, waits_for_a_number_that_is_not_there_yet) {
  admit(anna_, 3, 100);
  publish(2);
  EXPECT_EQ(numbers(anna_), list{});
  publish(2);
  EXPECT_EQ(numbers(anna_), (list{3, 4}));
}

TEST_F(event_bus_test, sends_no_more_than_the_observer_grants) {
  admit(anna_, 0, 2);
  publish(5);
  EXPECT_EQ(numbers(anna_), (list{1, 2}));
  grant(anna_, 1);
  EXPECT_EQ(numbers(anna_), list{3});
  grant(anna_, 10);
  EXPECT_EQ(numbers(anna_), (list{4, 5}));
  publish(1);
  EXPECT_EQ(numbers(anna_), list{6});
}

TEST_F(event_bus_test, is_not_held_up_by_a_slow_observer) {
  admit(anna_, 0, 0);
  admit(bert_, 0, 100);
  publish(3);
  EXPECT_EQ(numbers(anna_), list{});
  EXPECT_EQ(numbers(bert_), (list{1, 2, 3}));
}

TEST_F(event_bus_test, says_how_many_events_a_slow_observer_missed) {
  admit(anna_, 0, 1);
  publish(1);
  publish(11);
  EXPECT_EQ(numbers(anna_), list{1});
  grant(anna_, 2);
  auto events = anna_.take_one<events_published>().events;
  ASSERT_EQ(events.size(), 3u);
  // 8 are kept: 5 to 12.
  EXPECT_EQ(events[0].kind, core::event_kind::events_dropped);
  EXPECT_EQ(events[0].text, "3");
  EXPECT_EQ(events[0].sequence, 4u);
  EXPECT_EQ(events[1].sequence, 5u);
  EXPECT_EQ(events[2].sequence, 6u);
}

TEST_F(event_bus_test, does_not_count_the_gap_against_the_credit) {
  publish(9);
  admit(anna_, 1, 8);
  EXPECT_EQ(numbers(anna_), (list{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(event_bus_test, puts_a_bounded_number_of_events_into_a_message) {
  bus_ = spawn_bus(4096);
  admit(anna_, 0, 5000);
  publish(2500);
  auto batches = anna_.take<events_published>();
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[0].events.size(), 1024u);
  EXPECT_EQ(batches[1].events.size(), 1024u);
  EXPECT_EQ(batches[2].events.size(), 452u);
}

TEST_F(event_bus_test, sends_nothing_more_after_unsubscribe) {
  admit(anna_, 0, 100);
  admit(bert_, 0, 100);
  anna_.send(bus_, messages::unsubscribe{});
  publish(1);
  EXPECT_EQ(numbers(anna_), list{});
  EXPECT_EQ(numbers(bert_), list{1});
}

TEST_F(event_bus_test, ignores_credit_of_who_does_not_observe) {
  grant(anna_, 100);
  publish(1);
  EXPECT_EQ(numbers(anna_), list{});
}

// -- publishers that hold back what nobody waits for --------------------------

TEST_F(event_bus_test, lets_the_publisher_hand_over_what_it_holds_first) {
  manager_.send(bus_, messages::attach_publisher{});
  anna_.send(bus_, subscribe{0, 100});
  system_.settle();
  EXPECT_TRUE(manager_.take_one<listeners_changed>().has_listeners);
  EXPECT_TRUE(anna_.got<subscribed>().empty());
  // Held back since before anybody listened: not for who wants what follows.
  manager_.send(bus_, some(2));
  system_.settle();
  EXPECT_EQ(anna_.take_one<subscribed>().next, 3u);
  EXPECT_EQ(numbers(anna_), list{});
  publish(1);
  EXPECT_EQ(numbers(anna_), list{3});
}

TEST_F(event_bus_test, waits_for_that_publisher_and_no_other) {
  manager_.send(bus_, messages::attach_publisher{});
  anna_.send(bus_, subscribe{0, 100});
  system_.settle();
  publish(1);
  EXPECT_TRUE(anna_.got<subscribed>().empty());
  manager_.send(bus_, publish_events{});
  system_.settle();
  EXPECT_EQ(anna_.take_one<subscribed>().next, 2u);
}

TEST_F(event_bus_test, sends_what_was_held_back_to_who_resumes_before_it) {
  manager_.send(bus_, messages::attach_publisher{});
  anna_.send(bus_, subscribe{1, 100});
  system_.settle();
  manager_.send(bus_, some(2));
  system_.settle();
  EXPECT_EQ(numbers(anna_), (list{1, 2}));
}

TEST_F(event_bus_test, tells_a_publisher_of_observers_that_came_before_it) {
  admit(anna_, 0, 100);
  manager_.send(bus_, messages::attach_publisher{});
  system_.settle();
  EXPECT_TRUE(manager_.take_one<listeners_changed>().has_listeners);
}

TEST_F(event_bus_test, tells_the_publisher_when_the_last_observer_has_left) {
  manager_.send(bus_, messages::attach_publisher{});
  for (auto* x : {&anna_, &bert_}) {
    x->send(bus_, subscribe{0, 100});
    system_.settle();
    manager_.send(bus_, publish_events{});
    system_.settle();
  }
  manager_.take<listeners_changed>();
  anna_.send(bus_, messages::unsubscribe{});
  system_.settle();
  EXPECT_TRUE(manager_.got<listeners_changed>().empty());
  caf::anon_send_exit(bert_.handle(), caf::exit_reason::kill);
  system_.settle();
  EXPECT_FALSE(manager_.take_one<listeners_changed>().has_listeners);
}

} // namespace troupe::test
