#include "actors/journal_intake.hpp"

#include <algorithm>
#include <utility>

namespace troupe::actors {

journal_intake::journal_intake(std::shared_ptr<storage::journal> journal)
  : journal_(std::move(journal)), committed_(journal_->sequence()) {
}

template <class F>
journal_intake::receipt journal_intake::add_one(bool is_urgent, F f) {
  std::lock_guard guard{mutex_};
  f(next_);
  auto added = is_urgent ? need::urgent : need::patient;
  receipt result;
  result.batch = committed_ + (current_.is_empty() ? 1 : 2);
  result.is_news = added > need_;
  need_ = std::max(need_, added);
  return result;
}

journal_intake::receipt
journal_intake::add(std::vector<core::task_image>&& images, bool is_urgent) {
  return add_one(is_urgent, [&](auto& next) {
    for (auto& image : images)
      next.put(std::move(image));
  });
}

journal_intake::receipt journal_intake::add(core::document&& document) {
  return add_one(true, [&](auto& next) { next.put(std::move(document)); });
}

journal_intake::receipt journal_intake::add(core::audit_entry&& entry) {
  return add_one(false, [&](auto& next) { next.put(std::move(entry)); });
}

core::result<bool> journal_intake::commit() {
  {
    std::lock_guard guard{mutex_};
    if (current_.is_empty()) {
      if (next_.is_empty())
        return false;
      current_ = next_.take(committed_ + 1);
      need_ = need::none;
    }
  }
  // It changes only here, so that it can be read without the lock.
  if (auto ok = journal_->commit(current_); !ok)
    return core::fail(std::move(ok).error());
  core::journal_batch written;
  std::lock_guard guard{mutex_};
  committed_ = current_.sequence;
  std::swap(written, current_);
  return !next_.is_empty();
}

uint64_t journal_intake::committed() const {
  std::lock_guard guard{mutex_};
  return committed_;
}

uint64_t journal_intake::waiting() const {
  std::lock_guard guard{mutex_};
  return next_.tasks() + current_.tasks.size();
}

} // namespace troupe::actors
