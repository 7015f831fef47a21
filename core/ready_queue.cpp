#include "core/ready_queue.hpp"

#include <algorithm>
#include <cassert>

namespace troupe::core {

namespace {

constexpr size_t arity = 4;
// What a heap may keep for itself while it is empty.
constexpr size_t idle_capacity_max = 4096;

// The smallest aging for which the band of any time_point has room in a rank.
constexpr duration fair_aging_min = std::chrono::milliseconds{100};

constexpr uint32_t owner_mask = 0xff'ffff;

// Where owners take turns, a rank is the band, the turn and the sequence
// number, one after the other. A year of a million tasks per second fits.
constexpr int turn_bits = 45;
constexpr int sequence_bits = 45;
constexpr int turn_low_bits = 64 - sequence_bits;
constexpr int turn_high_bits = turn_bits - turn_low_bits;
constexpr int64_t band_offset = int64_t{1} << (63 - turn_high_bits);

constexpr uint64_t low_bits(uint64_t x, int count) noexcept {
  return x & ((uint64_t{1} << count) - 1);
}

constexpr int64_t floor_div(int64_t x, int64_t y) noexcept {
  return x / y - (x % y < 0 ? 1 : 0);
}

// Signed numbers in the order of unsigned ones, and back.
constexpr uint64_t sign_bit = uint64_t{1} << 63;

} // namespace

ready_queue::ready_queue(ready_order order) : is_fair_(order.is_fair) {
  static_assert(sizeof(node) + sizeof(place) <= 32);
  if (order.aging <= duration::zero())
    return;
  if (is_fair_)
    order.aging = std::max(order.aging, fair_aging_min);
  // In microseconds, so that 100 points of any aging and any time fit.
  aging_ = std::max<int64_t>(order.aging.count() / 1000, 1);
}

// -- changes ------------------------------------------------------------------

void ready_queue::push(uint32_t handle, uint32_t demand_class, int32_t priority,
                       uint32_t owner, time_point ready_at, uint64_t number) {
  assert(!contains(handle));
  priority = std::clamp(priority, 0, 100);
  owner &= owner_mask;
  if (handle >= places_.size())
    places_.resize(size_t{handle} + 1);
  if (demand_class >= lines_.size())
    lines_.resize(size_t{demand_class} + 1);
  if (number == 0)
    number = take_number();
  auto key = rank_of(owner, urgency(priority, ready_at), number);
  insert(lines_[demand_class], demand_class,
         {key, handle, owner, static_cast<uint32_t>(priority)});
  ++size_;
}

uint64_t ready_queue::take_number() noexcept {
  return ++sequence_;
}

uint64_t ready_queue::number_of(uint32_t handle) const noexcept {
  assert(contains(handle));
  auto& at = places_[handle];
  return sequence_of(lines_[at.demand_class].heap[at.position].key);
}

bool ready_queue::erase(uint32_t handle) {
  if (!contains(handle))
    return false;
  auto& at = places_[handle];
  auto& from = lines_[at.demand_class];
  if (is_fair_) {
    auto& x = from.heap[at.position];
    turns_.leave(urgency_of(x.key), x.owner);
  }
  remove(from, at.position);
  return true;
}

bool ready_queue::reprioritize(uint32_t handle, int32_t priority) {
  if (!contains(handle))
    return false;
  auto at = places_[handle];
  auto& in = lines_[at.demand_class];
  auto x = in.heap[at.position];
  priority = std::clamp(priority, 0, 100);
  auto gain = priority - static_cast<int32_t>(x.priority);
  if (gain == 0)
    return true;
  if (is_fair_)
    turns_.leave(urgency_of(x.key), x.owner);
  // The time it became ready is in its urgency.
  auto urgency = urgency_of(x.key) - gain * (is_fair_ ? 1 : points());
  x.key = rank_of(x.owner, urgency, sequence_of(x.key));
  x.priority = static_cast<uint32_t>(priority);
  if (gain > 0)
    sift_up(in, at.position, x);
  else
    sift_down(in, at.position, x);
  return true;
}

uint32_t ready_queue::pop(uint32_t demand_class) {
  assert(!empty(demand_class));
  auto& from = lines_[demand_class];
  auto& x = from.heap.front();
  auto handle = x.handle;
  if (is_fair_)
    turns_.serve(urgency_of(x.key), x.owner, turn_of(x.key));
  remove(from, 0);
  return handle;
}

// -- questions ----------------------------------------------------------------

bool ready_queue::contains(uint32_t handle) const noexcept {
  return handle < places_.size() && places_[handle].demand_class != none;
}

int64_t ready_queue::urgency(int32_t priority,
                             time_point ready_at) const noexcept {
  int64_t age = 0;
  if (aging_ > 0) {
    age = floor_div(ready_at.time_since_epoch().count(), 1000);
    if (is_fair_)
      age = floor_div(age, aging_);
  }
  return urgency_of(std::clamp(priority, 0, 100), age);
}

size_t ready_queue::size(uint32_t demand_class) const noexcept {
  return demand_class < lines_.size() ? lines_[demand_class].heap.size() : 0;
}

uint32_t ready_queue::top(uint32_t demand_class) const noexcept {
  assert(!empty(demand_class));
  return lines_[demand_class].heap.front().handle;
}

int32_t ready_queue::top_priority(uint32_t demand_class) const noexcept {
  assert(!empty(demand_class));
  return static_cast<int32_t>(lines_[demand_class].heap.front().priority);
}

bool ready_queue::precedes(uint32_t x, uint32_t y) const noexcept {
  assert(!empty(x) && !empty(y));
  return lines_[x].heap.front().key < lines_[y].heap.front().key;
}

// -- ranks --------------------------------------------------------------------

int64_t ready_queue::points() const noexcept {
  return aging_ > 0 ? aging_ : 1;
}

/// Less is more urgent. In microseconds with aging; else, and in bands, in
/// points of priority.
int64_t ready_queue::urgency_of(int32_t priority, int64_t age) const noexcept {
  return age - priority * (is_fair_ ? 1 : points());
}

int64_t ready_queue::urgency_of(const rank& x) const noexcept {
  if (!is_fair_)
    return static_cast<int64_t>(x.high ^ sign_bit);
  return static_cast<int64_t>(x.high >> turn_high_bits) - band_offset;
}

uint64_t ready_queue::sequence_of(const rank& x) const noexcept {
  return is_fair_ ? low_bits(x.low, sequence_bits) : x.low;
}

uint64_t ready_queue::turn_of(const rank& x) const noexcept {
  return low_bits(x.high, turn_high_bits) << turn_low_bits
         | x.low >> sequence_bits;
}

ready_queue::rank ready_queue::rank_of(uint32_t owner, int64_t urgency,
                                       uint64_t sequence) {
  if (!is_fair_)
    return {static_cast<uint64_t>(urgency) ^ sign_bit, sequence};
  auto turn = turns_.enter(urgency, owner);
  auto number = static_cast<uint64_t>(urgency + band_offset);
  return {number << turn_high_bits | turn >> turn_low_bits,
          low_bits(turn, turn_low_bits) << sequence_bits
            | low_bits(sequence, sequence_bits)};
}

// -- heaps --------------------------------------------------------------------

void ready_queue::insert(line& to, uint32_t demand_class, const node& x) {
  if (to.heap.empty()) {
    to.active = static_cast<uint32_t>(active_.size());
    active_.push_back(demand_class);
  }
  places_[x.handle].demand_class = demand_class;
  to.heap.push_back(x);
  sift_up(to, static_cast<uint32_t>(to.heap.size() - 1), x);
}

void ready_queue::remove(line& from, uint32_t position) {
  --size_;
  places_[from.heap[position].handle].demand_class = none;
  auto last = from.heap.back();
  from.heap.pop_back();
  if (position < from.heap.size()) {
    if (position > 0 && last.key < from.heap[(position - 1) / arity].key)
      sift_up(from, position, last);
    else
      sift_down(from, position, last);
  } else if (from.heap.empty()) {
    active_[from.active] = active_.back();
    lines_[active_.back()].active = from.active;
    active_.pop_back();
    if (from.heap.capacity() > idle_capacity_max)
      from.heap = {};
  }
}

void ready_queue::put(line& in, size_t position, const node& x) noexcept {
  in.heap[position] = x;
  places_[x.handle].position = static_cast<uint32_t>(position);
}

void ready_queue::sift_up(line& in, size_t position, const node& x) noexcept {
  while (position > 0) {
    auto parent = (position - 1) / arity;
    if (in.heap[parent].key < x.key)
      break;
    put(in, position, in.heap[parent]);
    position = parent;
  }
  put(in, position, x);
}

void ready_queue::sift_down(line& in, size_t position, const node& x) noexcept {
  auto size = in.heap.size();
  for (;;) {
    auto child = position * arity + 1;
    if (child >= size)
      break;
    auto end = std::min(child + arity, size);
    auto best = child;
    for (++child; child < end; ++child)
      if (in.heap[child].key < in.heap[best].key)
        best = child;
    if (x.key < in.heap[best].key)
      break;
    put(in, position, in.heap[best]);
    position = best;
  }
  put(in, position, x);
}

} // namespace troupe::core
