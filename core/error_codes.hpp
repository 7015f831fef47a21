#pragma once

#include "core/error.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace troupe::core {

/// A set of error codes, in one word.
class error_codes {
public:
  /// Goes through them in the order in which `ec` declares them.
  class iterator {
  public:
    using value_type = ec;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;

    explicit constexpr iterator(uint64_t rest) noexcept : rest_(rest) {
    }

    constexpr ec operator*() const noexcept {
      return static_cast<ec>(std::countr_zero(rest_));
    }

    constexpr iterator& operator++() noexcept {
      rest_ &= rest_ - 1;
      return *this;
    }

    constexpr iterator operator++(int) noexcept {
      auto before = *this;
      ++*this;
      return before;
    }

    friend constexpr bool operator==(iterator, iterator) noexcept = default;

  private:
    uint64_t rest_ = 0;
  };

  using const_iterator = iterator;

  constexpr error_codes() noexcept = default;

  constexpr error_codes(std::initializer_list<ec> codes) noexcept {
    for (auto code : codes)
      insert(code);
  }

  constexpr void insert(ec code) noexcept {
    bits_ |= bit(code);
  }

  constexpr bool contains(ec code) const noexcept {
    return (bits_ & bit(code)) != 0;
  }

  constexpr bool empty() const noexcept {
    return bits_ == 0;
  }

  constexpr iterator begin() const noexcept {
    return iterator{bits_};
  }

  constexpr iterator end() const noexcept {
    return iterator{};
  }

  friend constexpr bool operator==(error_codes, error_codes) noexcept = default;

private:
  static_assert(static_cast<size_t>(ec_last) < 64);

  static constexpr uint64_t bit(ec code) noexcept {
    return uint64_t{1} << static_cast<unsigned>(code);
  }

  uint64_t bits_ = 0;
};

} // namespace troupe::core
