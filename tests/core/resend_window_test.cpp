#include "core/resend_window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

namespace {

std::vector<uint64_t> numbers_from(const resend_window<std::string>& sender,
                                   uint64_t number) {
  std::vector<uint64_t> result;
  for (auto& x : sender.unacknowledged_from(number))
    result.push_back(x.number);
  return result;
}

} // namespace

TEST(resend_window_test, keeps_what_is_not_acknowledged) {
  resend_window<std::string> sender;
  EXPECT_EQ(sender.push("a", 10), 1u);
  EXPECT_EQ(sender.push("b", 20), 2u);
  EXPECT_EQ(sender.push("c", 30), 3u);
  EXPECT_EQ(sender.count(), 3u);
  EXPECT_EQ(sender.bytes(), 60u);
  EXPECT_TRUE(sender.acknowledge(2));
  EXPECT_EQ(sender.count(), 1u);
  EXPECT_EQ(sender.bytes(), 30u);
  EXPECT_EQ(sender.acknowledged(), 2u);
  EXPECT_EQ(sender.last(), 3u);
}

TEST(resend_window_test, an_old_acknowledgement_changes_nothing) {
  resend_window<std::string> sender;
  sender.push("a", 1);
  sender.push("b", 1);
  EXPECT_TRUE(sender.acknowledge(2));
  EXPECT_TRUE(sender.acknowledge(1));
  EXPECT_EQ(sender.count(), 0u);
  EXPECT_EQ(sender.acknowledged(), 2u);
}

TEST(resend_window_test, what_was_never_sent_cannot_be_acknowledged) {
  resend_window<std::string> sender;
  EXPECT_TRUE(sender.acknowledge(0));
  EXPECT_FALSE(sender.acknowledge(1));
  sender.push("a", 1);
  EXPECT_FALSE(sender.acknowledge(2));
  EXPECT_EQ(sender.count(), 1u);
}

TEST(resend_window_test, gives_what_is_kept_from_a_number_on) {
  resend_window<std::string> sender;
  for (auto text : {"a", "b", "c", "d"})
    sender.push(text, 1);
  sender.acknowledge(1);
  using numbers = std::vector<uint64_t>;
  EXPECT_EQ(numbers_from(sender, 0), (numbers{2, 3, 4}));
  EXPECT_EQ(numbers_from(sender, 2), (numbers{2, 3, 4}));
  EXPECT_EQ(numbers_from(sender, 4), (numbers{4}));
  EXPECT_EQ(numbers_from(sender, 5), (numbers{}));
  EXPECT_EQ(numbers_from(sender, 99), (numbers{}));
}

TEST(resend_window_test, knows_with_which_receiver_it_can_go_on) {
  resend_window<std::string> sender;
  for (auto text : {"a", "b", "c"})
    sender.push(text, 1);
  sender.acknowledge(1);
  EXPECT_FALSE(sender.can_resume_after(0));
  EXPECT_TRUE(sender.can_resume_after(1));
  EXPECT_TRUE(sender.can_resume_after(3));
  EXPECT_FALSE(sender.can_resume_after(4));
}

TEST(resend_window_test, shares_what_is_a_shared_pointer) {
  auto message = std::make_shared<const std::string>("long");
  resend_window<std::shared_ptr<const std::string>> sender;
  sender.push(message, message->size());
  for (auto& x : sender.unacknowledged_from(1))
    EXPECT_EQ(x.message, message);
  sender.acknowledge(1);
  EXPECT_EQ(message.use_count(), 1);
}

TEST(receive_window_test, tells_new_from_repeated_and_from_what_has_a_gap) {
  receive_window receiver;
  EXPECT_EQ(receiver.receive(2), arrival::gap);
  EXPECT_EQ(receiver.receive(1), arrival::is_new);
  EXPECT_EQ(receiver.receive(1), arrival::is_repeat);
  EXPECT_EQ(receiver.receive(0), arrival::is_repeat);
  EXPECT_EQ(receiver.receive(3), arrival::gap);
  EXPECT_EQ(receiver.receive(2), arrival::is_new);
  EXPECT_EQ(receiver.last(), 2u);
}

TEST(receive_window_test, counts_what_is_to_be_acknowledged) {
  receive_window receiver;
  receiver.receive(1);
  receiver.receive(2);
  receiver.receive(2);
  receiver.receive(9);
  EXPECT_EQ(receiver.unacknowledged(), 3u);
  EXPECT_EQ(receiver.take_acknowledgement(), 2u);
  EXPECT_EQ(receiver.unacknowledged(), 0u);
}

namespace {

/// A sender and a receiver whose connection breaks, with all that is on its
/// way, at any time.
class broken_session {
public:
  void push() {
    auto number = sender.push(++pushed_, 8);
    if (is_connected_)
      to_receiver_.push_back({number, pushed_});
  }

  void cut() {
    is_connected_ = false;
    to_receiver_.clear();
    to_sender_.clear();
  }

  void connect() {
    if (is_connected_)
      return;
    is_connected_ = true;
    auto last = receiver.last();
    RC_ASSERT(sender.can_resume_after(last));
    RC_ASSERT(sender.acknowledge(last));
    for (auto& x : sender.unacknowledged_from(last + 1))
      to_receiver_.push_back({x.number, x.message});
  }

  /// As a connection does that is taken up again from too far back.
  void repeat_all() {
    if (is_connected_ && to_receiver_.empty())
      for (auto& x : sender.unacknowledged_from(0))
        to_receiver_.push_back({x.number, x.message});
  }

  void deliver() {
    if (to_receiver_.empty())
      return;
    auto x = to_receiver_.front();
    to_receiver_.pop_front();
    auto how = receiver.receive(x.number);
    RC_ASSERT(how != arrival::gap);
    if (how == arrival::is_new)
      delivered.push_back(x.message);
  }

  void acknowledge() {
    if (is_connected_ && receiver.unacknowledged() > 0)
      to_sender_.push_back(receiver.take_acknowledgement());
  }

  void take_acknowledgement() {
    if (to_sender_.empty())
      return;
    RC_ASSERT(sender.acknowledge(to_sender_.front()));
    to_sender_.pop_front();
  }

  void finish() {
    connect();
    while (!to_receiver_.empty())
      deliver();
    acknowledge();
    while (!to_sender_.empty())
      take_acknowledgement();
  }

  uint64_t pushed() const {
    return pushed_;
  }

  resend_window<uint64_t> sender;
  receive_window receiver;
  std::vector<uint64_t> delivered;

private:
  struct packet {
    uint64_t number;
    uint64_t message;
  };

  uint64_t pushed_ = 0;
  bool is_connected_ = false;
  std::deque<packet> to_receiver_;
  std::deque<uint64_t> to_sender_;
};

} // namespace

TEST(resend_window_model_test, everything_arrives_once_and_in_order) {
  auto holds = rc::check([](const std::vector<uint8_t>& steps) {
    broken_session session;
    for (auto step : steps) {
      switch (step % 10) {
        case 0:
          session.cut();
          break;
        case 1:
          session.connect();
          break;
        case 2:
          session.acknowledge();
          break;
        case 3:
          session.take_acknowledgement();
          break;
        case 4:
          session.repeat_all();
          break;
        case 5:
        case 6:
        case 7:
          session.deliver();
          break;
        default:
          session.push();
      }
      RC_ASSERT(session.sender.count()
                == session.sender.last() - session.sender.acknowledged());
      RC_ASSERT(session.sender.bytes() == 8 * session.sender.count());
      RC_ASSERT(session.sender.acknowledged() <= session.receiver.last());
    }
    session.finish();
    std::vector<uint64_t> expected;
    for (uint64_t i = 1; i <= session.pushed(); ++i)
      expected.push_back(i);
    RC_ASSERT(session.delivered == expected);
    RC_ASSERT(session.sender.count() == 0u);
  });
  EXPECT_TRUE(holds);
}

} // namespace troupe::core
