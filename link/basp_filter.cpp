#include "link/basp_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace troupe::link {

namespace {

enum operation : uint8_t {
  server_handshake,
  client_handshake,
  direct_message,
  routed_message,
  monitor_message,
  down_message,
  heartbeat,
};

constexpr uint8_t named_receiver_flag = 0x01;
// CAF 0.17 repeats its handshake with it.
constexpr uint8_t select_connection_flag = 0x02;
constexpr uint64_t response_flag = uint64_t{1} << 63;

// How a node is named: the kind, the process, 20 bytes for the host. There are
// nodes named by a URI, too, which are not Troupe's.
constexpr std::string_view node_kind_0_17{"\0\0\x3e\x9a\xab\x9b\xac\x79", 8};
constexpr std::string_view node_kind_1{"\1", 1};
constexpr size_t node_rest_bytes = 24;

// No stages, and the number that stands for "see the name".
constexpr std::string_view message_start_0_17{"\0\0\0", 3};
constexpr std::string_view no_types = "@<>";
constexpr size_t type_id_bytes = 2;
constexpr uint32_t custom_type_id_min = 200;

// Enough to tell "@<>+@error" and "@<>+@unit" from all else.
constexpr size_t message_lead_bytes = 24;

template <class T>
T read_number(const char* from) noexcept {
  T x = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    x = static_cast<T>(x << 8 | static_cast<unsigned char>(from[i]));
  return x;
}

/// Seven bits a byte, the lowest first. None if it has no end.
std::optional<uint32_t> take_length(std::string_view& text) noexcept {
  uint64_t x = 0;
  for (size_t i = 0; i < 5 && i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    x |= uint64_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) == 0) {
      text.remove_prefix(i + 1);
      if (x > UINT32_MAX)
        return std::nullopt;
      return static_cast<uint32_t>(x);
    }
  }
  return std::nullopt;
}

/// The first types of a message of 0.17 as text; `@<>+a+b` with a length before
/// it. As much of it as there is in the lead.
const char* judge_type_names(std::string_view lead, bool is_response) {
  if (!lead.starts_with(message_start_0_17))
    return "a message that is to go through several actors, or is none";
  lead.remove_prefix(message_start_0_17.size());
  auto size = take_length(lead);
  if (!size)
    return "a message without types";
  auto types = lead.substr(0, *size);
  if (!types.starts_with(no_types))
    return "a message without types";
  if (is_response && types.size() == *size
      && (types == no_types || types == "@<>+@error" || types == "@<>+@unit"))
    return nullptr;
  if (types.size() < 5 || types[3] != '+' || types[4] == '@')
    return "a message of CAF's own types";
  return nullptr;
}

const char* judge_type_ids(std::string_view lead, bool is_response) {
  auto count = take_length(lead);
  if (!count)
    return "a message without types";
  if (*count == 0)
    return is_response ? nullptr : "a message of CAF's own types";
  if (lead.size() < type_id_bytes)
    return "a message without types";
  if (read_number<uint16_t>(lead.data()) >= custom_type_id_min
      || (is_response && *count == 1))
    return nullptr;
  return "a message of CAF's own types";
}

} // namespace

struct basp_filter::header {
  uint8_t operation;
  uint16_t padding;
  uint8_t flags;
  uint32_t payload_bytes;
  uint64_t data;
  uint64_t source_actor;
  uint64_t dest_actor;
};

basp_filter::basp_filter(basp_side from, const link_limits& limits,
                         basp_nodes& nodes)
  : from_(from),
    dialect_(limits.dialect),
    packet_bytes_max_(limits.packet_bytes_max),
    actor_id_min_(limits.actor_id_min),
    nodes_(&nodes) {
}

core::result<void> basp_filter::feed(std::string_view bytes,
                                     std::vector<char>& out) {
  while (wrong_ == nullptr) {
    if (rest_ > 0) {
      auto taken = bytes.substr(0, rest_);
      if (!is_left_out_)
        out.insert(out.end(), taken.begin(), taken.end());
      bytes.remove_prefix(taken.size());
      rest_ -= static_cast<uint32_t>(taken.size());
      if (rest_ > 0)
        return {};
      await_header();
    }
    auto taken = bytes.substr(0, head_wanted_ - head_size_);
    std::ranges::copy(taken, head_.begin() + static_cast<long>(head_size_));
    head_size_ += taken.size();
    bytes.remove_prefix(taken.size());
    if (head_size_ < head_wanted_)
      return {};
    if (!has_header_) {
      wrong_ = judge_header();
      has_header_ = true;
      if (wrong_ != nullptr || head_size_ < head_wanted_)
        continue;
    }
    wrong_ = judge_lead();
    if (wrong_ != nullptr)
      continue;
    rest_ = read_header().payload_bytes
            - static_cast<uint32_t>(head_size_ - header_bytes);
    if (!is_left_out_)
      out.insert(out.end(), head_.begin(),
                 head_.begin() + static_cast<long>(head_size_));
    if (rest_ == 0)
      await_header();
  }
  return core::fail(
    core::ec::invalid_argument,
    fmt::format("packet {} of the {} is not allowed: {}", packets_ + 1,
                from_ == basp_side::server ? "server" : "client", wrong_));
}

void basp_filter::await_header() noexcept {
  ++packets_;
  head_size_ = 0;
  head_wanted_ = header_bytes;
  has_header_ = false;
  is_left_out_ = false;
}

size_t basp_filter::node_bytes() const noexcept {
  return node_rest_bytes
         + (dialect_ == basp_dialect::caf_0_17 ? node_kind_0_17 : node_kind_1)
             .size();
}

basp_filter::header basp_filter::read_header() const noexcept {
  auto* at = head_.data();
  return {read_number<uint8_t>(at),      read_number<uint16_t>(at + 1),
          read_number<uint8_t>(at + 3),  read_number<uint32_t>(at + 4),
          read_number<uint64_t>(at + 8), read_number<uint64_t>(at + 16),
          read_number<uint64_t>(at + 24)};
}

/// Says how much of the payload has to be seen as well.
const char* basp_filter::judge_header() {
  auto x = read_header();
  if (x.operation > heartbeat)
    return "its operation is unknown";
  if (x.padding != 0)
    return "its padding is filled";
  if (x.payload_bytes > packet_bytes_max_)
    return "its payload is longer than the limit allows";
  auto is_handshake = x.operation == server_handshake
                      || x.operation == client_handshake;
  if (!is_handshake && handshakes_ == 0)
    return "it is no handshake, but the first one";
  if (auto wrong = judge_operation(x))
    return wrong;
  return nullptr;
}

const char* basp_filter::judge_operation(const header& x) {
  auto await_lead = [&](size_t bytes) {
    head_wanted_ = header_bytes + bytes;
    return x.payload_bytes < bytes ? "its payload is too short" : nullptr;
  };
  auto is_0_17 = dialect_ == basp_dialect::caf_0_17;
  if (x.flags != 0 && x.operation != direct_message
      && x.operation != client_handshake)
    return "its flags are unknown";
  switch (x.operation) {
    case server_handshake:
      if (from_ != basp_side::server || handshakes_ > 0)
        return "no handshake of a server is due";
      if (x.data == 0 || x.source_actor != 0 || x.dest_actor != 0)
        return "a handshake with fields that do not fit";
      return await_lead(node_bytes());
    case client_handshake:
      if (from_ != basp_side::client || handshakes_ > (is_0_17 ? 1u : 0u))
        return "no handshake of a client is due";
      if (x.flags != (handshakes_ == 0 ? 0 : select_connection_flag)
          || x.data != 0 || x.source_actor != 0 || x.dest_actor != 0)
        return "a handshake with fields that do not fit";
      if (x.payload_bytes != node_bytes())
        return "a handshake that is not the name of a node";
      return await_lead(node_bytes());
    case direct_message:
      if (x.dest_actor == 0 || x.payload_bytes == 0)
        return "a message to nobody, or without content";
      if (x.flags == named_receiver_flag) {
        is_left_out_ = true;
        return nullptr;
      }
      if (x.flags != 0)
        return "its flags are unknown";
      if (x.dest_actor < actor_id_min_)
        return "a message to an actor of CAF's own";
      // CAF 1.1 answers the sender if it cannot read a message, whether or not
      // there is one.
      if (!is_0_17 && x.source_actor == 0)
        return "a message without a sender";
      return await_lead(std::min<size_t>(x.payload_bytes, message_lead_bytes));
    case routed_message:
      return "a message by way of another node";
    case monitor_message:
      if (x.data != 0 || x.source_actor != 0 || x.dest_actor == 0)
        return "monitoring with fields that do not fit";
      if (x.payload_bytes != 2 * node_bytes())
        return "monitoring that does not name two nodes";
      return await_lead(2 * node_bytes());
    case down_message:
      if (x.data != 0 || x.source_actor == 0 || x.dest_actor != 0)
        return "an actor's end with fields that do not fit";
      return await_lead(2 * node_bytes());
    default:
      if (x.payload_bytes != 0 || x.data != 0 || x.source_actor != 0
          || x.dest_actor != 0)
        return "a heartbeat with content";
      return await_lead(0);
  }
}

const char* basp_filter::judge_lead() {
  if (is_left_out_)
    return nullptr;
  auto x = read_header();
  std::string_view lead{head_.data() + header_bytes, head_size_ - header_bytes};
  switch (x.operation) {
    case server_handshake:
    case client_handshake:
      return judge_handshake(lead);
    case direct_message:
      return judge_types(x, lead);
    case monitor_message:
    case down_message:
      return judge_nodes(lead);
    default:
      return nullptr;
  }
}

const char* basp_filter::judge_handshake(std::string_view lead) {
  if (!lead.starts_with(dialect_ == basp_dialect::caf_0_17 ? node_kind_0_17
                                                           : node_kind_1))
    return "a handshake without the name of a node: another version of CAF?";
  if (handshakes_ > 0 && own() != lead)
    return "a handshake with another name than before";
  if (other() == lead)
    return "a handshake with the name of this node";
  own() = lead;
  ++handshakes_;
  return nullptr;
}

const char* basp_filter::judge_nodes(std::string_view lead) const {
  auto source = lead.substr(0, node_bytes());
  auto dest = lead.substr(node_bytes());
  if (source != own() || dest != other())
    return "it is about a node that is not at this connection";
  return nullptr;
}

const char* basp_filter::judge_types(const header& x,
                                     std::string_view lead) const {
  auto is_response = (x.data & response_flag) != 0;
  return dialect_ == basp_dialect::caf_0_17
           ? judge_type_names(lead, is_response)
           : judge_type_ids(lead, is_response);
}

} // namespace troupe::link
