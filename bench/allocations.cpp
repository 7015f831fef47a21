#include "bench/allocations.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

// Replaces the allocation functions of the whole program, CAF's library
// included. Each thread counts in a slot of its own, so that counting costs a
// nanosecond and no shared cache line.

namespace troupe::bench {

namespace {

struct alignas(64) slot {
  std::atomic<uint64_t> allocations;
  std::atomic<uint64_t> bytes;
};

constinit std::array<slot, 256> slots;
constinit std::atomic<size_t> slots_taken;
constinit thread_local slot* own_slot = nullptr;

void add(std::atomic<uint64_t>& to, uint64_t x, bool is_shared) noexcept {
  if (is_shared)
    to.fetch_add(x, std::memory_order_relaxed);
  else
    to.store(to.load(std::memory_order_relaxed) + x, std::memory_order_relaxed);
}

void count(size_t bytes) noexcept {
  if (own_slot == nullptr) {
    auto taken = slots_taken.fetch_add(1, std::memory_order_relaxed);
    own_slot = &slots[std::min(taken, slots.size() - 1)];
  }
  // Threads beyond the number of slots share the last one.
  auto is_shared = own_slot == &slots.back();
  add(own_slot->allocations, 1, is_shared);
  add(own_slot->bytes, bytes, is_shared);
}

void* allocate(size_t bytes) noexcept {
  count(bytes);
  return std::malloc(bytes == 0 ? 1 : bytes);
}

void* allocate(size_t bytes, std::align_val_t alignment) noexcept {
  count(bytes);
  auto unit = static_cast<size_t>(alignment);
  return std::aligned_alloc(unit,
                            (std::max(bytes, unit) + unit - 1) / unit * unit);
}

void* or_throw(void* ptr) {
  if (ptr == nullptr)
    throw std::bad_alloc{};
  return ptr;
}

} // namespace

allocation_count allocated() noexcept {
  allocation_count sum;
  for (auto& x : slots) {
    sum.allocations += x.allocations.load(std::memory_order_relaxed);
    sum.bytes += x.bytes.load(std::memory_order_relaxed);
  }
  return sum;
}

} // namespace troupe::bench

using troupe::bench::allocate;
using troupe::bench::or_throw;

void* operator new(size_t n) {
  return or_throw(allocate(n));
}

void* operator new[](size_t n) {
  return or_throw(allocate(n));
}

void* operator new(size_t n, const std::nothrow_t&) noexcept {
  return allocate(n);
}

void* operator new[](size_t n, const std::nothrow_t&) noexcept {
  return allocate(n);
}

void* operator new(size_t n, std::align_val_t alignment) {
  return or_throw(allocate(n, alignment));
}

void* operator new[](size_t n, std::align_val_t alignment) {
  return or_throw(allocate(n, alignment));
}

void operator delete(void* ptr) noexcept {
  std::free(ptr);
}

void operator delete[](void* ptr) noexcept {
  std::free(ptr);
}

void operator delete(void* ptr, size_t) noexcept {
  std::free(ptr);
}

void operator delete[](void* ptr, size_t) noexcept {
  std::free(ptr);
}

void operator delete(void* ptr, const std::nothrow_t&) noexcept {
  std::free(ptr);
}

void operator delete[](void* ptr, const std::nothrow_t&) noexcept {
  std::free(ptr);
}

void operator delete(void* ptr, std::align_val_t) noexcept {
  std::free(ptr);
}

void operator delete[](void* ptr, std::align_val_t) noexcept {
  std::free(ptr);
}

void operator delete(void* ptr, size_t, std::align_val_t) noexcept {
  std::free(ptr);
}

void operator delete[](void* ptr, size_t, std::align_val_t) noexcept {
  std::free(ptr);
}
