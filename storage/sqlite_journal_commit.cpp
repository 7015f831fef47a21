#include "core/image_codec.hpp"
#include "core/json_writer.hpp"
#include "core/spec_codec.hpp"
#include "storage/fail_point.hpp"
#include "storage/sqlite_journal_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::storage {

namespace {

/// How many owners' digests are kept to be used again.
constexpr size_t digests_max = 64;

/// Nothing is to be said of a task beside what it is.
bool has_no_course(const core::task_image& x) noexcept {
  return x.status == core::task_status::pending && x.attempt == 0
         && x.agent.empty() && !x.is_live && x.priority == x.spec->priority
         && x.started == core::never;
}

int64_t number_of(const core::task_image& x) noexcept {
  return static_cast<int64_t>(x.number);
}

} // namespace

core::result<void> sqlite_journal::commit(const core::journal_batch& batch) {
  if (auto may = may_write(); !may)
    return may;
  if (batch.sequence <= state_.sequence)
    return {};
  // Those who wait for this one need not wait for what follows from it, too.
  checkpoint_if_due();
  auto done = write(batch);
  if (!done) {
    take_back();
    return done;
  }
  queues_.accept();
  state_ = next_;
  return {};
}

core::result<void> sqlite_journal::write(const core::journal_batch& batch) {
  next_ = state_;
  next_.sequence = batch.sequence;
  TROUPE_FAIL_POINT("before_begin");
  if (auto done = begin_.run(); !done)
    return done;
  TROUPE_FAIL_POINT("after_begin");
  for (auto& image : batch.tasks) {
    auto done = write(image);
    if (done)
      continue;
    auto& why = done.error();
    why.message = fmt::format("task {} ({}): {}", image.number,
                              to_string(image.spec->id), why.message);
    return done;
  }
  for (auto& document : batch.documents)
    if (auto done = write(document); !done)
      return done;
  if (auto done = write_submissions(); !done)
    return done;
  for (auto& entry : batch.audit)
    if (auto done = write(entry); !done)
      return done;
  return end_transaction();
}

core::result<void> sqlite_journal::end_transaction() {
  if (auto done = queues_.write(); !done)
    return done;
  TROUPE_FAIL_POINT("after_queues");
  update_state_.bind(1, static_cast<int64_t>(next_.sequence));
  update_state_.bind(2, static_cast<int64_t>(next_.last_number));
  if (auto done = update_state_.run(); !done)
    return done;
  TROUPE_FAIL_POINT("before_commit");
  auto done = commit_.run();
  TROUPE_FAIL_POINT("after_commit");
  return done;
}

void sqlite_journal::take_back() {
  database_.roll_back();
  queues_.take_back();
  digests_.clear();
}

core::result<void> sqlite_journal::write(const core::task_image& image) {
  if (image.is_end_known)
    return change_outcome(image);
  if (image.has_ended() && !image.answers.empty()) {
    // Only attempts that are yet to come need them.
    auto other = image;
    other.answers.clear();
    return write(other);
  }
  details_text_.clear();
  core::encode_details(image, details_text_);
  if (image.is_new) {
    if (auto done = write_new(image); !done)
      return done;
    if (!image.has_ended() && has_no_course(image) && details_text_.empty())
      return {};
  }
  return image.has_ended() ? write_outcome(image) : write_course(image);
}

core::result<void> sqlite_journal::write_new(const core::task_image& image) {
  auto& spec = *image.spec;
  spec_text_.clear();
  core::encode_spec(spec, spec_text_);
  auto& queue = queues_.change(spec.queue);
  insert_task_.bind(1, number_of(image));
  insert_task_.bind(2, spec.id);
  insert_task_.bind(3, image.created);
  insert_task_.bind(4, queue.number);
  insert_task_.bind(5, static_cast<int64_t>(image.durability));
  insert_task_.bind(6, image.ready_at);
  insert_task_.bind_text(7, spec_text_);
  if (auto done = insert_task_.run(); !done)
    return done;
  TROUPE_FAIL_POINT("after_task");
  ++queue.counts.unended;
  next_.last_number = std::max(next_.last_number, image.number);
  digest_of(spec.owner).add(image, spec_text_);
  return spec.keys ? write_keys(image) : core::result<void>{};
}

core::result<void> sqlite_journal::write_keys(const core::task_image& image) {
  auto& spec = *image.spec;
  std::pair<core::key_kind, std::string_view> keys[] = {
    {core::key_kind::submission, spec.keys->submission},
    {core::key_kind::unique, spec.keys->unique},
  };
  for (auto& [kind, name] : keys) {
    if (name.empty())
      continue;
    has_keys_ = true;
    insert_key_.bind(1, number_of(image));
    insert_key_.bind(2, static_cast<int64_t>(kind));
    insert_key_.bind_text(3, spec.owner);
    insert_key_.bind_text(4, name);
    if (auto done = insert_key_.run(); !done)
      return done;
    TROUPE_FAIL_POINT("after_key");
  }
  return {};
}

core::result<void> sqlite_journal::write_course(const core::task_image& image) {
  replace_course_.bind(1, number_of(image));
  replace_course_.bind(2, static_cast<int64_t>(image.status));
  replace_course_.bind(3, int64_t{image.attempt});
  replace_course_.bind_text(4, image.agent);
  replace_course_.bind(5, int64_t{image.is_live});
  replace_course_.bind(6, int64_t{image.priority.value()});
  replace_course_.bind(7, image.ready_at);
  replace_course_.bind(8, image.started);
  replace_course_.bind_text_or_null(9, details_text_);
  if (auto done = replace_course_.run(); !done)
    return done;
  TROUPE_FAIL_POINT("after_course");
  if (database_.changes() == 1)
    return {};
  return core::fail(core::ec::journal_corrupt,
                    fmt::format("{}: it has ended, and is told about again",
                                path_));
}

core::result<void>
sqlite_journal::write_outcome(const core::task_image& image) {
  result_text_.clear();
  if (!image.result.is_null())
    core::json_writer{result_text_}.value(image.result);
  auto is_large = result_text_.size() >= options_.blob_bytes_min;
  auto& queue = queues_.change(image.spec->queue);
  auto& to = insert_outcome_;
  to.bind(1, number_of(image));
  to.bind(2, queue.number);
  to.bind(3, image.finished);
  to.bind(4, static_cast<int64_t>(image.status));
  to.bind(5, int64_t{image.attempt});
  to.bind_text(6, image.agent);
  to.bind(7, int64_t{image.priority.value()});
  to.bind(8, image.ready_at);
  to.bind(9, image.started);
  to.bind(10, int64_t{image.is_dead_letter});
  to.bind(11, is_large ? static_cast<int64_t>(result_text_.size()) : 0);
  to.bind_text_or_null(12, is_large ? std::string_view{} : result_text_);
  to.bind_text_or_null(13, details_text_);
  if (auto done = to.run(); !done)
    return done;
  TROUPE_FAIL_POINT("after_outcome");
  if (is_large) {
    insert_blob_.bind(1, number_of(image));
    insert_blob_.bind_blob(2, result_text_);
    if (auto done = insert_blob_.run(); !done)
      return done;
    TROUPE_FAIL_POINT("after_blob");
  }
  --queue.counts.unended;
  ++queue.counts.of(image.status);
  queue.counts.dead_letters += image.is_dead_letter ? 1 : 0;
  if (image.is_new)
    return {};
  delete_course_.bind(1, number_of(image));
  return delete_course_.run();
}

core::result<void>
sqlite_journal::change_outcome(const core::task_image& image) {
  select_outcome_.bind(1, number_of(image));
  auto row = select_outcome_.step();
  if (!row)
    return core::fail(std::move(row.error()));
  if (!*row)
    return core::fail(core::ec::journal_corrupt,
                      fmt::format("{}: it is said to have ended, and has not",
                                  path_));
  auto was_dead = select_outcome_.integer(0) != 0;
  core::task_image known;
  core::result<void> read;
  if (!select_outcome_.is_null(1))
    read = core::decode_details(select_outcome_.text(1), known);
  select_outcome_.reset();
  if (!read)
    return core::fail(core::ec::journal_corrupt,
                      fmt::format("{}: details: {}", path_,
                                  read.error().message));
  known.history = image.history;
  details_text_.clear();
  core::encode_details(known, details_text_);
  update_outcome_.bind(1, int64_t{image.is_dead_letter});
  update_outcome_.bind_text_or_null(2, details_text_);
  update_outcome_.bind(3, number_of(image));
  if (auto done = update_outcome_.run(); !done)
    return done;
  TROUPE_FAIL_POINT("after_change");
  auto& counts = queues_.change(image.spec->queue).counts;
  counts.dead_letters += int{image.is_dead_letter} - int{was_dead};
  return {};
}

core::result<void> sqlite_journal::write(const core::document& document) {
  if (!document.value) {
    delete_document_.bind_text(1, document.kind);
    delete_document_.bind_text(2, document.name);
    return delete_document_.run();
  }
  result_text_.clear();
  core::json_writer{result_text_}.value(*document.value);
  replace_document_.bind_text(1, document.kind);
  replace_document_.bind_text(2, document.name);
  replace_document_.bind_text(3, result_text_);
  auto done = replace_document_.run();
  TROUPE_FAIL_POINT("after_document");
  return done;
}

core::result<void> sqlite_journal::write(const core::audit_entry& entry) {
  auto sequence = ++next_.audit_entries;
  next_.audit_hash = chain(hash_, next_.audit_hash, sequence, entry);
  auto& to = insert_audit_;
  to.bind(1, static_cast<int64_t>(sequence));
  to.bind(2, entry.at);
  to.bind_text(3, entry.by);
  to.bind_text(4, entry.action);
  if (entry.task.is_nil())
    to.bind_null(5);
  else
    to.bind(5, entry.task);
  to.bind_text(6, entry.detail);
  to.bind_blob(7, {reinterpret_cast<const char*>(next_.audit_hash.data()),
                   next_.audit_hash.size()});
  auto done = to.run();
  TROUPE_FAIL_POINT("after_audit");
  return done;
}

submission_digest& sqlite_journal::digest_of(const std::string& owner) {
  auto i = digests_.find(owner);
  return i == digests_.end() ? digests_[owner] : i->second;
}

core::result<void> sqlite_journal::write_submissions() {
  for (auto& [owner, digest] : digests_)
    if (!digest.is_empty())
      if (auto done = write(digest.finish(owner)); !done)
        return done;
  if (digests_.size() > digests_max)
    digests_.clear();
  return {};
}

} // namespace troupe::storage
