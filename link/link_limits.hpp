#pragma once

#include "core/time.hpp"
#include "link/basp_dialect.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::link {

/// What one connection may take, in time and memory. Zero times mean no limit.
struct link_limits {
  /// From the first byte to the end of TLS's handshake and ours.
  core::duration handshake_timeout = std::chrono::seconds{5};
  /// A side from which so long neither a whole packet nor 1 KiB came is given
  /// up. BASP's heartbeats have to flow more often.
  core::duration idle_timeout = std::chrono::seconds{10};
  /// So long a side may take nothing of what there is for it.
  core::duration write_timeout = std::chrono::seconds{10};
  /// What is read before it is written, each way; while it is full, the sender
  /// waits. 4 KiB..16 MiB.
  uint32_t buffer_bytes = 32 * 1024;
  /// A packet with a longer payload ends the connection: CAF would set aside as
  /// much as it says. 64 KiB..1 GiB.
  uint32_t packet_bytes_max = 17 * 1024 * 1024;
  basp_dialect dialect = basp_dialect::caf_0_17;
  /// Messages to actors with lower numbers end the connection: those are CAF's
  /// own. Its first two numbers always are; the number of an actor that is
  /// spawned when the system is up, and before others, keeps all of them safe.
  uint64_t actor_id_min = 3;

  friend bool operator==(const link_limits&, const link_limits&) = default;
};

/// What is wrong, each as `<field>: <problem>`.
std::vector<std::string> validate(const link_limits& x);

} // namespace troupe::link
