#pragma once

#include "core/error.hpp"
#include "link/link_limits.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::link {

/// Who speaks: the side that published an actor, or the one that came to it.
enum class basp_side : uint8_t { server, client };

/// The two ends of a connection as they have named themselves, in BASP's bytes;
/// empty before their handshake.
struct basp_nodes {
  std::string server;
  std::string client;
};

/// Checks one direction of a connection that speaks BASP, CAF's protocol
/// between nodes: CAF dies of some packets (a handshake without a payload), and
/// obeys others from whoever sends them (exit messages, messages to its own
/// actors, what concerns nodes that are not at this connection). Knows time and
/// sockets no more than core does.
///
/// What passes: the handshake of the side first, and nothing before it;
/// heartbeats; messages to the other side itself whose first type is the
/// application's, and as responses also errors and nothing; monitoring and its
/// end. Names of nodes have to be those of the handshakes. Packets to actors
/// by name, with which CAF nodes ask each other for their spawn servers, are
/// left out, and nobody misses them. All else is an error: messages that go by
/// way of a third node, types of CAF's own, unknown flags, filled padding,
/// lengths that do not fit or are over the limit.
class basp_filter {
public:
  /// Both directions of a connection share `nodes`, which has to outlive them.
  basp_filter(basp_side from, const link_limits& limits, basp_nodes& nodes);

  /// Takes the next bytes, however they are cut, and appends those to `out`
  /// that may go on: at most 95 bytes are held back until it is clear what they
  /// are. `invalid_argument` says what is wrong with which packet; then, and
  /// ever after, the connection is to be closed, and what was appended before
  /// that packet may still be sent.
  core::result<void> feed(std::string_view bytes, std::vector<char>& out);

  /// Complete ones, relayed or left out.
  uint64_t packets() const noexcept {
    return packets_;
  }

  /// What the side calls itself, in BASP's bytes; empty before its handshake.
  const std::string& node() const noexcept {
    return own();
  }

private:
  struct header;

  static constexpr size_t header_bytes = 32;
  static constexpr size_t lead_bytes_max = 64;

  header read_header() const noexcept;
  const char* judge_header();
  const char* judge_operation(const header& x);
  const char* judge_lead();
  const char* judge_handshake(std::string_view lead);
  const char* judge_nodes(std::string_view lead) const;
  const char* judge_types(const header& x, std::string_view lead) const;
  void await_header() noexcept;
  size_t node_bytes() const noexcept;

  std::string& own() const noexcept {
    return from_ == basp_side::server ? nodes_->server : nodes_->client;
  }

  const std::string& other() const noexcept {
    return from_ == basp_side::server ? nodes_->client : nodes_->server;
  }

  basp_side from_;
  basp_dialect dialect_;
  uint32_t packet_bytes_max_;
  uint64_t actor_id_min_;
  basp_nodes* nodes_;
  /// The header, and of the payload what has to be looked at.
  std::array<char, header_bytes + lead_bytes_max> head_ = {};
  size_t head_size_ = 0;
  size_t head_wanted_ = header_bytes;
  bool has_header_ = false;
  /// Of the payload, once all in head_ has been judged.
  uint32_t rest_ = 0;
  bool is_left_out_ = false;
  uint64_t packets_ = 0;
  uint32_t handshakes_ = 0;
  const char* wrong_ = nullptr;
};

} // namespace troupe::link
