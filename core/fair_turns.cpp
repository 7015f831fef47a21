#include "core/fair_turns.hpp"

#include <algorithm>
#include <cassert>

namespace troupe::core {

uint64_t fair_turns::enter(int64_t band, uint32_t owner) {
  auto& in = bands_[band];
  ++in.waiting;
  if (in.flows.size() > in.flows_max)
    forget_idle_flows(in);
  auto& of = in.flows[owner];
  ++of.waiting;
  auto turn = std::max(in.turn, of.next_turn);
  of.next_turn = turn + 1;
  return turn;
}

void fair_turns::serve(int64_t band, uint32_t owner, uint64_t turn) {
  auto i = bands_.find(band);
  assert(i != bands_.end());
  i->second.turn = std::max(i->second.turn, turn);
  remove(i, owner);
}

void fair_turns::leave(int64_t band, uint32_t owner) {
  auto i = bands_.find(band);
  assert(i != bands_.end());
  remove(i, owner);
}

size_t fair_turns::owners() const noexcept {
  size_t count = 0;
  for (auto& [band, state] : bands_)
    count += state.flows.size();
  return count;
}

void fair_turns::remove(bands::iterator from, uint32_t owner) {
  auto& in = from->second;
  if (--in.waiting == 0) {
    bands_.erase(from);
    return;
  }
  auto& of = in.flows[owner];
  // Turns that were given to tasks gone since are not held against it.
  if (--of.waiting == 0)
    of.next_turn = std::min(of.next_turn, in.turn + 1);
}

void fair_turns::forget_idle_flows(band_state& x) {
  std::erase_if(x.flows, [&x](auto& item) {
    return item.second.waiting == 0 && item.second.next_turn <= x.turn;
  });
  x.flows_max = std::max<size_t>(2 * x.flows.size(), 16);
}

} // namespace troupe::core
