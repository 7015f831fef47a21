#include "link/accept_gate.hpp"

#include <algorithm>

namespace troupe::link {

namespace {

constexpr size_t addresses_least = 1024;

} // namespace

std::optional<refusal> accept_gate::come(const std::string& address,
                                         core::time_point now) {
  if (addresses_.size() >= forget_at_)
    forget_some(now);
  auto [i, _] = addresses_.try_emplace(
    address, entry{core::token_bucket{limits_.rate_per_address}});
  auto& x = i->second;
  if (!x.bucket.take(1, now))
    return refusal::too_many;
  if (x.connections >= limits_.connections_per_address_max
      || x.handshakes >= limits_.handshakes_per_address_max)
    return refusal::too_many;
  if (connections_ >= limits_.connections_max
      || handshakes_ >= limits_.handshakes_max)
    return refusal::busy;
  ++x.connections;
  ++x.handshakes;
  ++connections_;
  ++handshakes_;
  return std::nullopt;
}

void accept_gate::admitted(const std::string& address) {
  auto i = addresses_.find(address);
  if (i == addresses_.end())
    return;
  --i->second.handshakes;
  --handshakes_;
}

void accept_gate::gone(const std::string& address, bool was_admitted,
                       core::time_point now) {
  auto i = addresses_.find(address);
  if (i == addresses_.end())
    return;
  --i->second.connections;
  --connections_;
  if (!was_admitted) {
    --i->second.handshakes;
    --handshakes_;
  }
  if (i->second.connections == 0 && i->second.bucket.is_full(now))
    addresses_.erase(i);
}

/// What is left has come a moment ago, or is here; so the next time is when
/// there are twice as many, and this costs little per connection.
void accept_gate::forget_some(core::time_point now) {
  std::erase_if(addresses_, [&](auto& x) {
    return x.second.connections == 0 && x.second.bucket.is_full(now);
  });
  forget_at_ = std::max(addresses_least, addresses_.size() * 2);
}

} // namespace troupe::link
