#include "cli/file_journal.hpp"

#include "cli/resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::cli {

file_journal::file_journal(std::unique_ptr<storage::journal> base,
                           std::string file, std::vector<core::task_id> ended)
  : base_(std::move(base)), file_(std::move(file)), ended_(std::move(ended)) {
}

core::result<void> file_journal::commit(const core::journal_batch& batch) {
  return base_->commit(batch);
}

void file_journal::tidy_up() noexcept {
  base_->tidy_up();
}

uint64_t file_journal::sequence() const noexcept {
  return base_->sequence();
}

uint64_t file_journal::last_number() const noexcept {
  return base_->last_number();
}

core::result<void> file_journal::load(const storage::journal_visitor& visitor) {
  if (visitor.on_task)
    if (auto loaded = load_tasks(visitor.on_task); !loaded)
      return loaded;
  if (!visitor.on_document)
    return {};
  storage::journal_visitor documents;
  documents.on_document = [&](core::document&& x) {
    if (x.kind == "circuit")
      visitor.on_document(std::move(x));
  };
  return base_->load(documents);
}

core::result<void> file_journal::load_tasks(
  const std::function<void(core::task_image&&)>& on_task) {
  std::vector<core::task_image> images;
  storage::journal_visitor tasks;
  tasks.on_task = [&](core::task_image&& x) {
    if (metadata_of(*x.spec, file_key) == file_)
      images.push_back(std::move(x));
  };
  if (auto loaded = base_->load(tasks); !loaded)
    return loaded;
  for (auto& id : ended_) {
    auto image = base_->find(id);
    if (!image)
      return core::fail(std::move(image.error()));
    if (!*image)
      return core::fail(core::ec::journal_corrupt,
                        fmt::format("task {} was in the journal and is not any "
                                    "more; run `troupe journal verify`",
                                    core::to_string(id)));
    images.push_back(std::move(**image));
  }
  // Some that have ended are there because others need them, too.
  std::ranges::sort(images, {}, &core::task_image::number);
  auto is_same = [](auto& x, auto& y) {
    return x.number == y.number;
  };
  images.erase(std::unique(images.begin(), images.end(), is_same),
               images.end());
  for (auto& x : images)
    on_task(std::move(x));
  return {};
}

core::result<std::optional<core::task_image>>
file_journal::find(const core::task_id& id) {
  return base_->find(id);
}

core::result<core::task_page>
file_journal::list(const core::task_query& query) {
  return base_->list(query);
}

core::result<std::optional<core::task_image>>
file_journal::find(const core::key_question& key) {
  return base_->find(key);
}

core::result<core::audit_page>
file_journal::list_audit(const core::audit_query& query) {
  return base_->list_audit(query);
}

core::result<uint64_t>
file_journal::forget_audit(const storage::audit_retention_order& order) {
  return base_->forget_audit(order);
}

core::result<uint64_t> file_journal::forget(
  const storage::retention_order& order,
  const std::function<core::result<void>(const core::task_image&)>& on,
  const std::function<core::result<void>()>& before) {
  return base_->forget(order, on, before);
}

core::result<storage::journal_info> file_journal::info() {
  return base_->info();
}

} // namespace troupe::cli
