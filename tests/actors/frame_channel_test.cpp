#include "actors/frame_channel.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using actors::frame_channel;
using messages::node_frame;

constexpr uint64_t frame_session = 7;

std::vector<node_frame> frames_of(frame_channel& channel) {
  std::vector<node_frame> result;
  channel.send(frame_session,
               [&](node_frame&& x) { result.push_back(std::move(x)); });
  return result;
}

/// Whole batches that come of these frames.
std::vector<std::string> take_in(frame_channel& to,
                                 std::vector<node_frame> frames) {
  std::vector<std::string> result;
  for (auto& x : frames) {
    core::arrival arrival{};
    if (auto batch = to.receive(x, arrival))
      result.push_back(*std::move(batch));
    EXPECT_NE(arrival, core::arrival::gap);
  }
  return result;
}

/// Tells batches and their sizes apart.
std::string numbered_batch(size_t number, size_t size) {
  auto text = std::to_string(number) + ":";
  text.resize(std::max(text.size(), size),
              static_cast<char>('a' + number % 26));
  return text;
}

} // namespace

TEST(frame_channel_test, sends_a_small_batch_in_one_frame) {
  frame_channel sender;
  frame_channel receiver;
  sender.push("hello");
  auto frames = frames_of(sender);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].session, frame_session);
  EXPECT_EQ(frames[0].number, 1u);
  EXPECT_TRUE(frames[0].is_last);
  EXPECT_TRUE(sender.has_room());
  EXPECT_EQ(take_in(receiver, frames), std::vector<std::string>{"hello"});
  EXPECT_FALSE(sender.is_all_acknowledged());
  EXPECT_TRUE(sender.acknowledged(receiver.received()));
  EXPECT_TRUE(sender.is_all_acknowledged());
}

TEST(frame_channel_test, cuts_batches_where_they_end) {
  constexpr auto max = frame_channel::frame_bytes_max;
  for (size_t size :
       {size_t{0}, size_t{1}, max - 1, max, max + 1, 2 * max, 2 * max + 1}) {
    frame_channel sender;
    frame_channel receiver;
    auto batch = std::string(size, 'x');
    sender.push(batch);
    auto frames = frames_of(sender);
    EXPECT_EQ(frames.size(), std::max<size_t>(1, (size + max - 1) / max));
    for (auto& x : frames)
      EXPECT_LE(x.bytes.size(), max);
    EXPECT_EQ(take_in(receiver, frames), std::vector<std::string>{batch});
  }
}

TEST(frame_channel_test, no_more_frames_are_on_their_way_than_may_be) {
  frame_channel sender;
  for (size_t i = 0; i < 2 * frame_channel::window_frames; ++i)
    sender.push("x");
  EXPECT_EQ(frames_of(sender).size(), frame_channel::window_frames);
  EXPECT_FALSE(sender.has_room());
  EXPECT_TRUE(frames_of(sender).empty());
  EXPECT_TRUE(sender.acknowledged(10));
  EXPECT_EQ(frames_of(sender).size(), 10u);
}

TEST(frame_channel_test, no_more_bytes_are_on_their_way_than_may_be) {
  frame_channel sender;
  sender.push(std::string(2 * frame_channel::window_bytes, 'x'));
  auto frames = frames_of(sender);
  EXPECT_EQ(frames.size(),
            frame_channel::window_bytes / frame_channel::frame_bytes_max);
  EXPECT_FALSE(sender.has_room());
  EXPECT_TRUE(sender.acknowledged(frames.size()));
  EXPECT_EQ(frames_of(sender).size(), frames.size());
  EXPECT_TRUE(sender.has_room());
}

TEST(frame_channel_test, what_was_not_sent_cannot_be_acknowledged) {
  frame_channel sender;
  EXPECT_TRUE(sender.acknowledged(0));
  EXPECT_FALSE(sender.acknowledged(1));
  sender.push("a");
  EXPECT_FALSE(sender.acknowledged(1));
  frames_of(sender);
  EXPECT_FALSE(sender.acknowledged(2));
  EXPECT_TRUE(sender.acknowledged(1));
  EXPECT_TRUE(sender.acknowledged(0));
}

TEST(frame_channel_test, notices_what_is_missing) {
  frame_channel sender;
  frame_channel receiver;
  sender.push("a");
  sender.push("b");
  auto frames = frames_of(sender);
  core::arrival arrival{};
  EXPECT_FALSE(receiver.receive(frames[1], arrival));
  EXPECT_EQ(arrival, core::arrival::gap);
  EXPECT_FALSE(receiver.is_broken());
  // Another connection fills the gap.
  EXPECT_TRUE(sender.can_resume_after(receiver.received()));
  sender.resume_after(receiver.received());
  EXPECT_EQ(take_in(receiver, frames_of(sender)),
            (std::vector<std::string>{"a", "b"}));
}

TEST(frame_channel_test, refuses_a_batch_that_is_too_long) {
  frame_channel receiver{40};
  node_frame frame;
  frame.is_last = false;
  core::arrival arrival{};
  for (uint64_t i = 1; i <= 4; ++i) {
    frame.number = i;
    frame.bytes.assign(10, 'x');
    EXPECT_FALSE(receiver.receive(frame, arrival));
    EXPECT_FALSE(receiver.is_broken());
  }
  frame.number = 5;
  frame.bytes = "x";
  frame.is_last = true;
  EXPECT_FALSE(receiver.receive(frame, arrival));
  EXPECT_TRUE(receiver.is_broken());
}

TEST(frame_channel_test, owes_an_acknowledgement_before_the_window_is_full) {
  frame_channel sender;
  frame_channel receiver;
  for (size_t i = 0; i < frame_channel::window_frames; ++i)
    sender.push("x");
  EXPECT_FALSE(receiver.owes_acknowledgement());
  take_in(receiver, frames_of(sender));
  EXPECT_TRUE(receiver.owes_acknowledgement());
  EXPECT_EQ(receiver.take_acknowledgement(), frame_channel::window_frames);
  EXPECT_FALSE(receiver.owes_acknowledgement());
}

TEST(frame_channel_test, cannot_resume_after_what_cannot_be) {
  frame_channel sender;
  sender.push("a");
  sender.push("b");
  frames_of(sender);
  EXPECT_TRUE(sender.can_resume_after(0));
  EXPECT_TRUE(sender.can_resume_after(2));
  EXPECT_FALSE(sender.can_resume_after(3));
  EXPECT_TRUE(sender.acknowledged(1));
  EXPECT_FALSE(sender.can_resume_after(0));
}

// Two ends, and connections that break at any moment with all that is on them.
TEST(frame_channel_test, delivers_each_batch_once_and_in_order) {
  EXPECT_TRUE(rc::check([] {
    frame_channel sender;
    frame_channel receiver;
    std::deque<node_frame> line;
    std::deque<uint64_t> back;
    size_t pushed = 0;
    std::vector<std::string> sent;
    std::vector<std::string> got;
    auto send = [&] {
      for (auto& x : frames_of(sender))
        line.push_back(std::move(x));
      RC_ASSERT(line.size() <= frame_channel::window_frames);
    };
    auto receive = [&] {
      core::arrival arrival{};
      auto batch = receiver.receive(line.front(), arrival);
      RC_ASSERT(arrival != core::arrival::gap);
      line.pop_front();
      if (batch)
        got.push_back(*std::move(batch));
    };
    auto resume = [&] {
      line.clear();
      back.clear();
      RC_ASSERT(sender.can_resume_after(receiver.received()));
      sender.resume_after(receiver.received());
    };
    for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
      switch (*rc::gen::inRange(0, 12)) {
        case 0:
          resume();
          break;
        case 1:
        case 2:
          back.push_back(receiver.take_acknowledgement());
          break;
        case 3:
        case 4:
          if (!back.empty()) {
            RC_ASSERT(sender.acknowledged(back.front()));
            back.pop_front();
          }
          break;
        case 5:
        case 6:
        case 7: {
          auto size = *rc::gen::element<size_t>(0, 10, 65'535, 65'536, 65'537,
                                                200'000);
          sent.push_back(numbered_batch(++pushed, size));
          sender.push(sent.back());
          send();
          break;
        }
        default:
          if (!line.empty())
            receive();
          send();
      }
    }
    // In the end all of it comes.
    resume();
    send();
    while (!line.empty()) {
      receive();
      RC_ASSERT(sender.acknowledged(receiver.take_acknowledgement()));
      send();
    }
    RC_ASSERT(got == sent);
    RC_ASSERT(sender.is_all_acknowledged());
    RC_ASSERT(sender.has_room());
  }));
}

} // namespace troupe::test
