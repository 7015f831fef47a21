#include "storage/queue_counts.hpp"

#include <algorithm>

namespace troupe::storage {

int64_t& task_counts::of(core::task_status status) noexcept {
  switch (status) {
    case core::task_status::completed:
      return completed;
    case core::task_status::failed:
      return failed;
    case core::task_status::cancelled:
      return cancelled;
    default:
      return unended;
  }
}

core::result<void> queue_counts::open(const sqlite_database& database) {
  auto select = database.prepare(
    "SELECT number, name, unended, completed, failed, cancelled, dead_letters "
    "FROM queue");
  if (!select)
    return core::fail(std::move(select.error()));
  select_ = std::move(*select);
  auto insert
    = database.prepare("INSERT INTO queue VALUES (?1, ?7, ?2, ?3, ?4, ?5, ?6)");
  if (!insert)
    return core::fail(std::move(insert.error()));
  insert_ = std::move(*insert);
  auto update = database.prepare(
    "UPDATE queue SET unended = ?2, completed = ?3, failed = ?4, "
    "cancelled = ?5, dead_letters = ?6 WHERE number = ?1");
  if (!update)
    return core::fail(std::move(update.error()));
  update_ = std::move(*update);
  return load();
}

core::result<void> queue_counts::load() {
  entries_.clear();
  changed_.clear();
  last_ = nullptr;
  number_max_ = 0;
  return select_.for_each([&]() -> core::result<void> {
    std::string name{select_.text(1)};
    auto& x = entries_[name];
    x.name = std::move(name);
    x.number = select_.integer(0);
    x.counts = {select_.integer(2), select_.integer(3), select_.integer(4),
                select_.integer(5), select_.integer(6)};
    number_max_ = std::max(number_max_, x.number);
    return {};
  });
}

queue_counts::entry& queue_counts::change(std::string_view name) {
  if (last_ == nullptr || last_->name != name) {
    auto i = entries_.find(name);
    if (i == entries_.end()) {
      i = entries_.emplace(name, entry{}).first;
      i->second.name = name;
      i->second.number = ++number_max_;
      i->second.is_new = true;
    }
    last_ = &i->second;
  }
  if (!last_->is_changed) {
    last_->is_changed = true;
    last_->before = last_->counts;
    changed_.push_back(last_);
  }
  return *last_;
}

const queue_counts::entry*
queue_counts::find(std::string_view name) const noexcept {
  auto i = entries_.find(name);
  return i == entries_.end() ? nullptr : &i->second;
}

const queue_counts::entry* queue_counts::find(int64_t number) const noexcept {
  for (auto& [name, x] : entries_)
    if (x.number == number)
      return &x;
  return nullptr;
}

core::result<void> queue_counts::write() {
  for (auto* x : changed_) {
    // To replace it would change the index of the names, too.
    auto& to = x->is_new ? insert_ : update_;
    if (x->is_new)
      to.bind_text(7, x->name);
    to.bind(1, x->number);
    to.bind(2, x->counts.unended);
    to.bind(3, x->counts.completed);
    to.bind(4, x->counts.failed);
    to.bind(5, x->counts.cancelled);
    to.bind(6, x->counts.dead_letters);
    if (auto done = to.run(); !done)
      return done;
  }
  return {};
}

void queue_counts::accept() noexcept {
  for (auto* x : changed_)
    x->is_changed = x->is_new = false;
  changed_.clear();
}

void queue_counts::take_back() {
  for (auto* x : changed_) {
    x->counts = x->before;
    x->is_changed = false;
    if (x->is_new) {
      auto name = x->name;
      entries_.erase(name);
    }
  }
  changed_.clear();
  last_ = nullptr;
}

task_counts queue_counts::total() const noexcept {
  task_counts sum;
  for (auto& [name, x] : entries_) {
    sum.unended += x.counts.unended;
    sum.completed += x.counts.completed;
    sum.failed += x.counts.failed;
    sum.cancelled += x.counts.cancelled;
    sum.dead_letters += x.counts.dead_letters;
  }
  return sum;
}

} // namespace troupe::storage
