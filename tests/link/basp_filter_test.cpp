#include "link/basp_filter.hpp"

#include "tests/link/basp_packets.hpp"
#include "tests/link/recordings.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace troupe::link {

namespace {

using test::basp_head;
using test::basp_header;
using test::basp_packet;
using test::basp_packets;

constexpr uint64_t response = uint64_t{1} << 63;

struct verdict {
  std::string passed;
  /// Empty if all was good.
  std::string wrong;

  friend bool operator==(const verdict&, const verdict&) = default;
};

/// One direction, fed in pieces of these sizes, over and over.
verdict filter(basp_side from, std::string_view bytes,
               const std::vector<size_t>& cuts = {SIZE_MAX},
               basp_nodes nodes = {}, const link_limits& limits = {}) {
  basp_filter x{from, limits, nodes};
  std::vector<char> out;
  verdict result;
  for (size_t i = 0; !bytes.empty(); ++i) {
    auto piece = bytes.substr(0, cuts[i % cuts.size()]);
    bytes.remove_prefix(piece.size());
    auto good = x.feed(piece, out);
    if (!good) {
      result.wrong = good.error().message;
      break;
    }
  }
  result.passed.assign(out.begin(), out.end());
  return result;
}

/// A client that has shaken hands with node 1, and then sends this.
verdict after_handshake(std::string_view bytes,
                        const link_limits& limits = {}) {
  basp_packets basp{limits.dialect};
  auto hello = basp.client_handshake();
  auto result = filter(basp_side::client, hello + std::string{bytes},
                       {SIZE_MAX}, {basp.node(1), {}}, limits);
  EXPECT_TRUE(result.passed.starts_with(hello)) << result.wrong;
  result.passed.erase(0, hello.size());
  return result;
}

link_limits of_caf_1() {
  link_limits limits;
  limits.dialect = basp_dialect::caf_1;
  return limits;
}

struct refused_case {
  const char* what;
  std::string bytes;
  const char* why;
};

} // namespace

TEST(basp_filter_test, lets_real_sessions_pass_but_for_calls_by_name) {
  basp_nodes nodes;
  basp_filter client{basp_side::client, {}, nodes};
  basp_filter server{basp_side::server, {}, nodes};
  std::vector<char> out;
  // As they came: what concerns both nodes comes when both are known.
  auto good = server.feed(test::recorded_server.substr(0, 90), out);
  ASSERT_TRUE(good) << good.error().message;
  good = client.feed(test::recorded_client, out);
  ASSERT_TRUE(good) << good.error().message;
  good = server.feed(test::recorded_server.substr(90), out);
  ASSERT_TRUE(good) << good.error().message;
  std::string_view passed{out.data(), out.size()};
  EXPECT_EQ(passed.find("info"), passed.npos);
  EXPECT_NE(passed.find("five"), passed.npos);
  EXPECT_EQ(passed.size(), test::recorded_client.size()
                             + test::recorded_server.size() - 2 * (32 + 45));
}

TEST(basp_filter_test, lets_pass_what_a_node_needs) {
  for (auto& limits : {link_limits{}, of_caf_1()}) {
    basp_packets basp{limits.dialect};
    auto all = basp.heartbeat() + basp.message("a") + basp.monitoring(2, 1)
               + basp.end_of_actor(2, 1) + basp.message(std::string(5000, 'x'))
               + basp.heartbeat();
    EXPECT_EQ(after_handshake(all, limits), (verdict{all, {}}));
  }
}

TEST(basp_filter_test, lets_errors_and_nothing_pass_as_responses_only) {
  basp_packets basp;
  for (auto name : {"@<>", "@<>+@error", "@<>+@unit"}) {
    basp_header header{.operation = 2, .source = 8, .dest = 6};
    EXPECT_NE(after_handshake(basp_packet(header, basp.types(name))).wrong, "")
      << name;
    header.data = response | 7;
    EXPECT_EQ(after_handshake(basp_packet(header, basp.types(name))).wrong, "")
      << name;
  }
}

TEST(basp_filter_test, refuses_what_caf_dies_of_or_should_not_obey) {
  basp_packets basp;
  auto message = [&](basp_header header, std::string_view types,
                     std::string_view rest = {}) {
    header.operation = 2;
    return basp_packet(header, basp.types(types) + std::string{rest});
  };
  std::vector<refused_case> cases = {
    {"an operation", basp_packet({.operation = 7}, {}), "unknown"},
    {"padding", basp_packet({.operation = 6, .padding = 1}, {}), "padding"},
    {"flags of a heartbeat", basp_packet({.operation = 6, .flags = 1}, {}),
     "flags"},
    {"a heartbeat's payload", basp_packet({.operation = 6}, "x"), "heartbeat"},
    {"a heartbeat's data", basp_packet({.operation = 6, .data = 1}, {}),
     "heartbeat"},
    {"a long payload", basp_head({.operation = 2, .dest = 6}, UINT32_MAX),
     "limit"},
    {"a server's handshake", basp.server_handshake(2), "no handshake"},
    {"a handshake again", basp.client_handshake(), "do not fit"},
    {"another node's handshake", basp.repeated_handshake(3), "another name"},
    {"a handshake's header", basp_head({.operation = 1, .flags = 2}, 0),
     "name of a node"},
    {"a message by way of us", basp_packet({.operation = 3, .dest = 6}, "x"),
     "another node"},
    {"a message to nobody", message({.source = 8, .dest = 0}, "@<>+t"),
     "nobody"},
    {"a message without content", basp_head({.operation = 2, .dest = 6}, 0),
     "without content"},
    {"a message to CAF's actors", message({.source = 8, .dest = 1}, "@<>+t"),
     "CAF's own"},
    {"a message with flags",
     message({.flags = 2, .source = 8, .dest = 6}, "@<>+t"), "flags"},
    {"an exit message", message({.source = 8, .dest = 6}, "@<>+@exit"),
     "own types"},
    {"an error", message({.source = 8, .dest = 6}, "@<>+@error"), "own types"},
    {"a link",
     message({.data = response | 1, .source = 8, .dest = 6},
             "@<>+@atom+@strong_actor_ptr"),
     "own types"},
    {"a long error",
     message({.data = response | 1, .source = 8, .dest = 6}, "@<>+@errors"),
     "own types"},
    {"no types", basp_packet({.operation = 2, .source = 8, .dest = 6}, "x"),
     "several actors"},
    {"stages",
     basp_packet({.operation = 2, .source = 8, .dest = 6},
                 std::string{"\1\0\0\4@<>+x", 9}),
     "several actors"},
    {"a types' length without end",
     basp_packet({.operation = 2, .source = 8, .dest = 6},
                 std::string(3, '\0') + "\xff\xff\xff\xff\xff\xff"),
     "without types"},
    {"monitoring of nobody",
     basp_packet({.operation = 4}, basp.node(2) + basp.node(1)), "do not fit"},
    {"monitoring by another node", basp.monitoring(3, 1), "not at this"},
    {"monitoring of another node", basp.monitoring(2, 3), "not at this"},
    {"monitoring that is short",
     basp_packet({.operation = 4, .dest = 6}, basp.node(2)), "two nodes"},
    {"another node's end", basp.end_of_actor(3, 1), "not at this"},
    {"an end for another node", basp.end_of_actor(2, 3), "not at this"},
    {"an end that is short", basp_packet({.operation = 5, .source = 6}, "x"),
     "too short"},
    {"an end of nobody",
     basp_packet({.operation = 5}, basp.node(2) + basp.node(1)), "do not fit"},
  };
  for (auto& x : cases) {
    auto result = after_handshake(x.bytes);
    EXPECT_NE(result.wrong.find(x.why), std::string::npos)
      << x.what << ": " << result.wrong;
    EXPECT_EQ(result.passed, "") << x.what;
  }
}

TEST(basp_filter_test, refuses_what_caf_1_should_not_obey) {
  auto limits = of_caf_1();
  basp_packets basp{limits.dialect};
  auto message = [&](basp_header header, std::string_view payload) {
    header.operation = 2;
    return basp_packet(header, payload);
  };
  std::vector<refused_case> cases = {
    {"its own types", message({.source = 8, .dest = 6}, {"\1\0\x05", 3}),
     "own types"},
    {"a link",
     message({.data = response, .source = 8, .dest = 6}, {"\2\0\x05\0\x06", 5}),
     "own types"},
    {"nothing", message({.source = 8, .dest = 6}, {"\0", 1}), "own types"},
    {"no sender", message({.dest = 6}, basp.types({})), "without a sender"},
    {"a repeated handshake", basp.repeated_handshake(), "no handshake"},
  };
  for (auto& x : cases) {
    auto result = after_handshake(x.bytes, limits);
    EXPECT_NE(result.wrong.find(x.why), std::string::npos)
      << x.what << ": " << result.wrong;
  }
  EXPECT_EQ(after_handshake(message({.data = response, .source = 8, .dest = 6},
                                    {"\1\0\x05", 3}),
                            limits)
              .wrong,
            "");
}

TEST(basp_filter_test, takes_nothing_before_the_right_handshake) {
  basp_packets basp;
  for (auto& first :
       {basp.heartbeat(), basp.message("x"), basp.monitoring(2, 1),
        basp.server_handshake(), basp_head({.operation = 1}, 0),
        basp_head({.operation = 1}, 31), basp.repeated_handshake()})
    EXPECT_NE(filter(basp_side::client, first).wrong, "");
  for (auto& first : {basp.heartbeat(), basp.client_handshake(),
                      basp_head({.operation = 0, .data = 3}, 0)})
    EXPECT_NE(filter(basp_side::server, first).wrong, "");
  EXPECT_EQ(filter(basp_side::client, basp.client_handshake()).wrong, "");
  EXPECT_EQ(filter(basp_side::server, basp.server_handshake()).wrong, "");
}

TEST(basp_filter_test, takes_no_node_for_itself) {
  basp_packets basp;
  auto result = filter(basp_side::client, basp.client_handshake(1), {SIZE_MAX},
                       {basp.node(1), {}});
  EXPECT_NE(result.wrong.find("name of this node"), std::string::npos);
}

TEST(basp_filter_test, tells_versions_of_caf_apart) {
  auto result = filter(basp_side::client,
                       basp_packets{basp_dialect::caf_1}.client_handshake());
  EXPECT_NE(result.wrong, "");
}

TEST(basp_filter_test, stays_wrong) {
  basp_packets basp;
  basp_nodes nodes;
  basp_filter x{basp_side::client, {}, nodes};
  std::vector<char> out;
  EXPECT_FALSE(x.feed(basp.heartbeat(), out));
  EXPECT_FALSE(x.feed(basp.client_handshake(), out));
  EXPECT_TRUE(out.empty());
}

TEST(basp_filter_test, honours_its_limits) {
  basp_packets basp;
  link_limits limits;
  limits.packet_bytes_max = 64 * 1024;
  limits.actor_id_min = 7;
  EXPECT_NE(after_handshake(basp.message("x", 6), limits).wrong, "");
  EXPECT_EQ(after_handshake(basp.message("x", 7), limits).wrong, "");
  basp_header header{.operation = 2, .source = 8, .dest = 7};
  EXPECT_EQ(after_handshake(basp_head(header, 64 * 1024), limits).wrong, "");
  EXPECT_NE(after_handshake(basp_head(header, 64 * 1024 + 1), limits).wrong,
            "");
}

RC_GTEST_PROP(basp_filter_test, says_the_same_however_the_bytes_are_cut,
              (const std::vector<uint8_t>& sizes, std::string junk)) {
  std::vector<size_t> cuts{1};
  for (auto x : sizes)
    cuts.push_back(x + size_t{1});
  basp_packets basp;
  auto bytes = std::string{test::recorded_client} + basp.heartbeat() + junk;
  auto node = std::string{test::recorded_server.substr(32, 32)};
  auto whole = filter(basp_side::client, bytes, {SIZE_MAX}, {node, {}});
  auto cut = filter(basp_side::client, bytes, cuts, {node, {}});
  RC_ASSERT(cut == whole);
}

namespace {

/// As `valid` in CAF's header.cpp, and a handshake is not empty.
bool is_valid(std::string_view head) {
  auto number = [&](size_t at, size_t size) {
    uint64_t x = 0;
    for (size_t i = 0; i < size; ++i)
      x = x << 8 | static_cast<unsigned char>(head[at + i]);
    return x;
  };
  auto payload = number(4, 4);
  auto data = number(8, 8);
  auto source = number(16, 8);
  auto dest = number(24, 8);
  switch (number(0, 1)) {
    case 0:
      return data != 0 && payload != 0;
    case 1:
      return source == 0 && dest == 0 && payload != 0;
    case 2:
    case 3:
      return dest != 0 && payload != 0;
    case 4:
      return payload != 0 && data == 0;
    case 5:
      return source != 0 && dest == 0 && payload != 0 && data == 0;
    case 6:
      return source == 0 && dest == 0 && payload == 0 && data == 0;
    default:
      return false;
  }
}

/// Are all packets of this, but for one that is cut off at the end?
bool are_valid(std::string_view bytes) {
  while (bytes.size() >= 32) {
    if (!is_valid(bytes))
      return false;
    uint64_t payload = 0;
    for (size_t i = 4; i < 8; ++i)
      payload = payload << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(std::min<uint64_t>(bytes.size(), 32 + payload));
  }
  return true;
}

} // namespace

RC_GTEST_PROP(basp_filter_test, lets_no_mutation_pass_that_caf_calls_invalid,
              ()) {
  auto bytes = std::string{test::recorded_client};
  auto count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    auto at = *rc::gen::inRange<size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  auto node = std::string{test::recorded_server.substr(32, 32)};
  RC_ASSERT(
    are_valid(filter(basp_side::client, bytes, {SIZE_MAX}, {node, {}}).passed));
}

} // namespace troupe::link
