// What crosses the wire comes back as it was, and what does not come from us is
// refused, or is something else, but does no harm.

#include "tests/support/deterministic_system.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using messages::node_orders;
using messages::node_reports;

core::task_spec_ptr wire_task(uint64_t id, size_t bytes = 10) {
  core::task_spec spec;
  spec.id = {id, ~id};
  spec.name = std::string(bytes, 'n') + "\"\n\x01\xc3\xbc";
  spec.capabilities = {"code", ""};
  spec.parameters = core::payload{{"x", std::string(bytes, 'p')}, {"y", 0.1}};
  spec.dependencies = {{{3, 4}, "first", core::on_failure::skip}};
  spec.resources = {{"cpu", 0.5}};
  spec.retry.max_retries = UINT32_MAX;
  return std::make_shared<const core::task_spec>(std::move(spec));
}

core::attempt_key wire_key(uint64_t id) {
  return {{id, UINT64_MAX}, UINT32_MAX};
}

core::error wire_failure() {
  return {core::ec_last, "why not", true, 5s};
}

core::task_record wire_ended() {
  core::task_record record;
  record.spec = wire_task(77);
  record.status = core::task_status::failed;
  record.attempt = 4;
  record.agent = "coder";
  record.created = core::time_point{1ns};
  record.finished = core::time_point::max();
  record.failure = wire_failure();
  return record;
}

/// One of each, with the values that are hardest to carry.
node_orders all_orders() {
  node_orders x;
  messages::node_order order;
  order.agent = UINT32_MAX;
  order.spec.spec = wire_task(1);
  order.number = 9;
  order.has_parameters = true;
  order.parameters = core::payload{{"deep", {1, {2, nullptr, false, "x"}}}};
  order.dependencies
    = {{{5, 6},
        "alias",
        core::task_status::completed,
        core::payload{{"r", 1}},
        {}},
       {{7, 8}, "", core::task_status_last, {}, wire_failure()}};
  x.orders = {order, {0, {wire_task(2, 100'000)}, 1, true, false, {}, {}}};
  x.ends = {{3, {wire_ended()}, {{1, 2}, {}}}};
  x.refusals = {{4, wire_key(1), {9, 9}, wire_failure()}};
  x.answers = {{5, {wire_key(2), 6, core::payload(core::json("yes")), {}}}};
  x.commands = {{messages::order_kind::stop_agent, 1, wire_key(3), 1, "queue"},
                {}};
  x.refused = {{8, wire_failure()}};
  return x;
}

node_reports all_reports() {
  node_reports x;
  core::agent_spec agent;
  agent.id = "a";
  agent.labels = {{"zone", "b"}, {"", ""}};
  agent.resources = {{"cpu", 1e300},
                     {"denormal", std::numeric_limits<double>::denorm_min()},
                     {"minus", -0.0}};
  x.added = {{1, agent}, {}};
  x.children = {{1, wire_key(1), true, {{wire_task(4)}, {wire_task(5)}}}, {}};
  x.progress = {{wire_key(2), std::numeric_limits<double>::infinity(), "note"},
                {wire_key(3), std::numeric_limits<double>::quiet_NaN(), ""},
                {wire_key(4), -std::numeric_limits<double>::min() / 2, ""}};
  core::event happened;
  happened.at = core::time_point{-1ns};
  happened.kind = core::event_kind_last;
  happened.task = {1, 2};
  happened.attempt = 3;
  happened.progress = 0.1F;
  happened.subject = "subject";
  happened.text = std::string("nul\0inside", 10);
  happened.data = core::payload{{"k", core::json::array()}};
  x.events = {{wire_key(5), happened}};
  x.questions
    = {{6, wire_key(6), {7, "sure?", core::payload{{"type", "x"}}, {}}}};
  x.signals = {{messages::report_kind::paused, wire_key(7), 8}};
  core::attempt_outcome outcome;
  outcome.key = wire_key(8);
  outcome.started = core::time_point::min();
  outcome.finished = core::time_point::max();
  outcome.result = core::payload(core::json(std::string(300'000, 'r')));
  x.outcomes = {outcome, {}};
  x.outcomes[1].failure = wire_failure();
  x.conditions = {{9, 10, true, false, "note"}};
  x.removed = {0, UINT32_MAX};
  return x;
}

class wire_test : public testing::Test {
protected:
  /// It comes back as what makes the same bytes again.
  template <class T>
  T there_and_back(T x) {
    auto bytes = compat::encode(system_.system(), x);
    T read;
    EXPECT_TRUE(compat::decode(system_.system(), bytes, read));
    EXPECT_EQ(compat::encode(system_.system(), read), bytes);
    return read;
  }

  /// Whatever is missing or wrong of it does no harm.
  template <class T>
  void damage(T x, uint64_t seed) {
    std::mt19937_64 random{seed};
    auto bytes = compat::encode(system_.system(), x);
    for (int i = 0; i < 300; ++i) {
      auto some = bytes;
      some.resize(random() % bytes.size());
      T read;
      EXPECT_FALSE(compat::decode(system_.system(), some, read)) << some.size();
    }
    for (int i = 0; i < 1000; ++i) {
      auto some = bytes;
      for (auto n = 1 + random() % 4; n > 0; --n) {
        // Mostly where there are lengths and numbers, not long texts.
        auto at = random() % 2 == 0
                    ? random() % some.size()
                    : random() % std::min<size_t>(200, some.size());
        some[at] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
      }
      T read;
      if (compat::decode(system_.system(), some, read))
        static_cast<void>(compat::encode(system_.system(), read));
    }
    T read;
    EXPECT_FALSE(compat::decode(system_.system(), bytes + '\0', read));
    EXPECT_FALSE(compat::decode(system_.system(), std::string{}, read));
  }

  template <class T>
  bool reads(const std::string& bytes) {
    T read;
    return compat::decode(system_.system(), bytes, read);
  }

  deterministic_system system_;
};

} // namespace

TEST_F(wire_test, carries_what_goes_to_a_node) {
  auto x = there_and_back(all_orders());
  ASSERT_EQ(x.orders.size(), 2u);
  EXPECT_EQ(x.orders[0].agent, UINT32_MAX);
  EXPECT_EQ(x.orders[0].spec.spec->id, (core::task_id{1, ~uint64_t{1}}));
  EXPECT_TRUE(core::is_same(*x.orders[0].spec.spec, *wire_task(1)));
  EXPECT_EQ(x.orders[0].parameters.dump(),
            all_orders().orders[0].parameters.dump());
  ASSERT_EQ(x.orders[0].dependencies.size(), 2u);
  EXPECT_EQ(x.orders[0].dependencies[1].failure, wire_failure());
  EXPECT_EQ(x.orders[1].spec.spec->name, wire_task(2, 100'000)->name);
  EXPECT_TRUE(x.orders[1].is_resumed);
  ASSERT_EQ(x.ends.size(), 1u);
  EXPECT_EQ(x.ends[0].ended.record.finished, core::time_point::max());
  EXPECT_EQ(*x.ends[0].ended.record.failure, wire_failure());
  EXPECT_EQ(x.answers[0].what.value.value(), "yes");
  EXPECT_EQ(x.commands[0].kind, messages::order_kind::stop_agent);
  EXPECT_EQ(x.refused[0].why, wire_failure());
}

TEST_F(wire_test, carries_what_comes_from_a_node) {
  auto x = there_and_back(all_reports());
  ASSERT_EQ(x.added.size(), 2u);
  auto& resources = x.added[0].spec.resources;
  EXPECT_EQ(resources, all_reports().added[0].spec.resources);
  EXPECT_TRUE(std::signbit(resources[2].amount));
  EXPECT_TRUE(std::isinf(x.progress[0].percent));
  EXPECT_TRUE(std::isnan(x.progress[1].percent));
  EXPECT_EQ(x.progress[2].percent, -std::numeric_limits<double>::min() / 2);
  auto& happened = x.events[0].what;
  EXPECT_EQ(happened.at, core::time_point{-1ns});
  EXPECT_EQ(happened.text.size(), 10u);
  EXPECT_EQ(happened.progress, 0.1F);
  EXPECT_EQ(x.outcomes[0].started, core::time_point::min());
  EXPECT_EQ(x.outcomes[0].result.dump().size(), 300'002u);
  EXPECT_TRUE(x.outcomes[1].result.is_null());
  EXPECT_EQ(x.removed, (std::vector<uint32_t>{0, UINT32_MAX}));
}

TEST_F(wire_test, carries_nothing) {
  there_and_back(node_orders{});
  there_and_back(node_reports{});
}

TEST_F(wire_test, carries_frames_and_signs_of_life) {
  auto frame = there_and_back(
    messages::node_frame{UINT64_MAX, 2, 3, false,
                         std::string("a\0b\xff", 4) + std::string(65536, 'x')});
  EXPECT_EQ(frame.session, UINT64_MAX);
  EXPECT_FALSE(frame.is_last);
  EXPECT_EQ(frame.bytes.size(), 65540u);
  auto beat = there_and_back(messages::node_beat{1, 2, UINT64_MAX});
  EXPECT_EQ(beat.received, UINT64_MAX);
  EXPECT_EQ(there_and_back(messages::node_unknown{7}).session, 7u);
  EXPECT_EQ(there_and_back(messages::node_leaves{8}).session, 8u);
  EXPECT_EQ(
    there_and_back(messages::node_drains{9, core::duration::max()}).within,
    core::duration::max());
}

TEST_F(wire_test, carries_who_joins) {
  auto join = there_and_back(
    messages::join_node{2, "rack-1", {1, 2}, "token", "nonce"});
  EXPECT_EQ(join.name, "rack-1");
  EXPECT_EQ(join.incarnation, (core::task_id{1, 2}));
  auto challenge = there_and_back(
    messages::node_challenge{wire_failure(), 3, "nonce", "proof"});
  EXPECT_EQ(challenge.failure, wire_failure());
  messages::enter_node enter;
  enter.spec = {"rack-1", {{"zone", "a"}}, {{"cpu", 64}}};
  enter.claims = {{1, wire_key(1), core::live_attempt::state::unparking, true}};
  enter.agents = all_reports().added;
  auto entered = there_and_back(enter);
  EXPECT_EQ(entered.spec, enter.spec);
  ASSERT_EQ(entered.claims.size(), 1u);
  EXPECT_EQ(entered.claims[0].at, core::live_attempt::state::unparking);
  messages::node_welcome welcome;
  welcome.session = 5;
  welcome.is_adopted = true;
  welcome.unwanted = {wire_key(1), wire_key(2)};
  welcome.times = {1s, 3s, 8s};
  auto welcomed = there_and_back(welcome);
  EXPECT_EQ(welcomed.unwanted, welcome.unwanted);
  EXPECT_EQ(welcomed.times.lease, 8s);
}

TEST_F(wire_test, carries_calls_of_clients) {
  auto call = there_and_back(messages::control_call{"submit", "{}"});
  EXPECT_EQ(call.method, "submit");
  EXPECT_EQ(there_and_back(messages::control_reply{"[]"}).text, "[]");
  EXPECT_EQ(there_and_back(messages::enter_client{"me", {1, 2}, "p", {}}).name,
            "me");
  EXPECT_EQ(
    there_and_back(messages::client_welcome{wire_failure(), {}}).failure,
    wire_failure());
}

TEST_F(wire_test, damage_does_no_harm) {
  // Without what is long, so that it meets the rest more often.
  auto orders = all_orders();
  orders.orders.pop_back();
  auto reports = all_reports();
  reports.outcomes[0].result = core::payload(core::json("short"));
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    damage(orders, seed);
    damage(reports, seed);
  }
  messages::enter_node enter;
  enter.spec = {"rack-1", {{"zone", "a"}}, {{"cpu", 64}}};
  enter.agents = reports.added;
  damage(enter, 1);
  damage(messages::join_node{1, "rack-1", {1, 2}, "token", "nonce"}, 2);
  damage(messages::node_frame{1, 2, 3, true, "bytes"}, 3);
  damage(messages::control_call{"submit", "{}"}, 4);
}

TEST_F(wire_test, a_length_that_cannot_be_is_not_believed) {
  // 2^32 - 1 in CAF's variable bytes, 2^64 - 1, and 2^63.
  for (auto length :
       {std::string("\xff\xff\xff\xff\x0f"),
        std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        std::string("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")}) {
    // Of the first list, and of the text that is all there is.
    EXPECT_FALSE(reads<node_orders>(length));
    EXPECT_FALSE(reads<node_reports>(length));
    EXPECT_FALSE(reads<node_reports>(length + std::string(1000, '\0')));
    EXPECT_FALSE(reads<messages::control_reply>(length));
    EXPECT_FALSE(reads<messages::control_reply>(length + "abc"));
    EXPECT_FALSE(reads<core::payload>(length + "abc"));
    EXPECT_FALSE(reads<messages::wire_spec>(length + "abc"));
  }
}

TEST_F(wire_test, what_is_nested_too_deep_is_refused) {
  std::string deep = R"({"parameters":)" + std::string(200'000, '[')
                     + std::string(200'000, ']') + "}";
  auto spec = core::to_string(core::task_id{1, 2}) + deep;
  auto bytes = compat::encode(system_.system(), spec);
  EXPECT_FALSE(reads<messages::wire_spec>(bytes));
  EXPECT_FALSE(
    reads<messages::wire_record>(compat::encode(system_.system(), deep)));
  auto list = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_FALSE(reads<core::payload>(compat::encode(system_.system(), list)));
}

TEST_F(wire_test, an_enum_out_of_its_range_is_refused) {
  messages::node_signal signal{messages::report_kind::paused, wire_key(1), 1};
  auto bytes = compat::encode(system_.system(), signal);
  EXPECT_TRUE(reads<messages::node_signal>(bytes));
  ASSERT_EQ(bytes[0], static_cast<char>(messages::report_kind::paused));
  ++bytes[0];
  EXPECT_FALSE(reads<messages::node_signal>(bytes));
}

} // namespace troupe::test
