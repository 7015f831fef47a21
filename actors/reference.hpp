#pragma once

#include <concepts>
#include <memory>
#include <mutex>
#include <utility>

namespace troupe::actors {

/// Whichever actor does a job right now: copies see it change when the actor is
/// started again. Safe from any thread.
template <class Handle>
class reference {
public:
  reference() : reference(Handle{}) {
  }

  template <class Other>

  requires std::convertible_to<Other, Handle> reference(Other x)
    : cell_(std::make_shared<cell>()) {
    set(std::move(x));
  }

  Handle get() const {
    std::lock_guard guard{cell_->mutex};
    return cell_->handle;
  }

  void set(Handle x) const {
    std::lock_guard guard{cell_->mutex};
    cell_->handle = std::move(x);
  }

private:
  struct cell {
    std::mutex mutex;
    Handle handle;
  };

  std::shared_ptr<cell> cell_;
};

} // namespace troupe::actors
