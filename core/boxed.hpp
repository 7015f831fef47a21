#pragma once

#include <memory>
#include <utility>

namespace troupe::core {

/// A value that most objects do not have, in one pointer: nothing is allocated
/// for a default-made T. A copy has a T of its own.
template <class T>
class boxed {
public:
  boxed() noexcept = default;

  boxed(T x) : value_(std::make_unique<T>(std::move(x))) {
  }

  boxed(const boxed& x)
    : value_(x.value_ ? std::make_unique<T>(*x.value_) : nullptr) {
  }

  boxed(boxed&&) noexcept = default;

  boxed& operator=(const boxed& x) {
    if (this != &x)
      *this = boxed{x};
    return *this;
  }

  boxed& operator=(boxed&&) noexcept = default;
  ~boxed() = default;

  /// Whether there may be more in it than in a default-made T.
  explicit operator bool() const noexcept {
    return value_ != nullptr;
  }

  const T& operator*() const noexcept {
    static const T none;
    return value_ ? *value_ : none;
  }

  const T* operator->() const noexcept {
    return &**this;
  }

  friend bool operator==(const boxed& x, const boxed& y) {
    return (!x && !y) || *x == *y;
  }

  /// To be changed; makes one if there is none.
  T& edit() {
    if (!value_)
      value_ = std::make_unique<T>();
    return *value_;
  }

private:
  std::unique_ptr<T> value_;
};

} // namespace troupe::core
