#include "storage/memory_journal.hpp"

#include "storage/task_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace troupe::storage {

namespace {

tl::unexpected<core::error> refuse(const core::task_image& image,
                                   std::string_view why) {
  return core::fail(core::ec::journal_corrupt,
                    fmt::format("task {} ({}): {}", image.number,
                                to_string(image.spec->id), why));
}

bool is_in_scope(const retention_order& order,
                 const core::task_image& image) noexcept {
  auto& queue = image.spec->queue;
  return image.has_ended() && !image.is_dead_letter
         && (order.queue.empty() ? std::ranges::find(order.other_queues, queue)
                                     == order.other_queues.end()
                                 : order.queue == queue);
}

} // namespace

memory_journal::memory_journal(std::shared_ptr<memory_content> content)
  : content_(std::move(content)) {
  // nop
}

void memory_journal::fail_commits(uint64_t count, core::error why) {
  failing_ = count;
  why_ = std::move(why);
}

void memory_journal::fail_at(uint64_t part, core::error why) {
  failing_part_ = part;
  why_ = std::move(why);
}

core::result<void> memory_journal::check(const core::task_image& image) const {
  auto known = content_->tasks.find(image.number);
  auto is_known = known != content_->tasks.end();
  if (image.is_new) {
    if (is_known || content_->numbers.contains(image.spec->id))
      return refuse(image, "is said to be new, and is there already");
    return {};
  }
  if (!is_known || known->second.spec->id != image.spec->id)
    return refuse(image, "is not there");
  auto has_ended = known->second.has_ended();
  if (has_ended && !image.is_end_known)
    return refuse(image, "has ended, and is told about again");
  if (!has_ended && image.is_end_known)
    return refuse(image, "has not ended, and is said to have");
  return {};
}

core::result<void>
memory_journal::check_parts(const core::journal_batch& batch) {
  uint64_t part = 0;
  auto fails = [&] {
    if (failing_part_ != part++)
      return false;
    failing_part_.reset();
    return true;
  };
  for (auto& image : batch.tasks) {
    if (fails())
      return core::fail(why_);
    if (auto checked = check(image); !checked)
      return checked;
  }
  for (auto n = batch.documents.size() + batch.audit.size() + 1; n > 0; --n)
    if (fails())
      return core::fail(why_);
  return {};
}

void memory_journal::apply(const core::task_image& image) {
  auto& to = content_->tasks[image.number];
  if (image.is_end_known) {
    to.is_dead_letter = image.is_dead_letter;
    to.history = image.history;
    return;
  }
  content_->numbers[image.spec->id] = image.number;
  content_->last_number = std::max(content_->last_number, image.number);
  to = image;
  to.is_new = false;
  if (to.has_ended())
    to.answers.clear();
}

core::result<void> memory_journal::commit(const core::journal_batch& batch) {
  if (batch.sequence <= content_->sequence)
    return {};
  if (failing_ > 0) {
    --failing_;
    return core::fail(why_);
  }
  if (auto checked = check_parts(batch); !checked)
    return checked;
  for (auto& image : batch.tasks)
    apply(image);
  for (auto& document : batch.documents) {
    std::pair key{document.kind, document.name};
    if (document.value)
      content_->documents[std::move(key)] = *document.value;
    else
      content_->documents.erase(key);
  }
  content_->audit.insert(content_->audit.end(), batch.audit.begin(),
                         batch.audit.end());
  content_->sequence = batch.sequence;
  return {};
}

core::result<void> memory_journal::load(const journal_visitor& visitor) {
  std::set<uint64_t> wanted;
  auto want = [&](const core::task_id& id) {
    if (auto i = content_->numbers.find(id); i != content_->numbers.end())
      wanted.insert(i->second);
  };
  for (auto& [number, image] : content_->tasks) {
    if (image.is_dead_letter)
      wanted.insert(number);
    if (image.has_ended())
      continue;
    wanted.insert(number);
    want(image.spec->parent);
    for (auto& needed : image.spec->dependencies)
      want(needed.task);
  }
  if (visitor.on_task)
    for (auto number : wanted)
      visitor.on_task(core::task_image{content_->tasks.at(number)});
  if (visitor.on_document)
    for (auto& [key, value] : content_->documents)
      visitor.on_document({key.first, key.second, value});
  return {};
}

core::result<std::optional<core::task_image>>
memory_journal::find(const core::task_id& id) {
  auto i = content_->numbers.find(id);
  if (i == content_->numbers.end())
    return std::nullopt;
  return content_->tasks.at(i->second);
}

core::result<std::optional<core::task_image>>
memory_journal::find(const core::key_question& key) {
  for (auto i = content_->tasks.rbegin(); i != content_->tasks.rend(); ++i) {
    auto& image = i->second;
    auto& keys = *image.spec->keys;
    auto& there = key.kind == core::key_kind::submission ? keys.submission
                                                         : keys.unique;
    if (there == key.key && image.spec->owner == key.owner)
      return image;
  }
  return std::nullopt;
}

core::result<core::audit_page>
memory_journal::list_audit(const core::audit_query& query) {
  core::audit_page page;
  auto sequence = content_->audit_forgotten;
  for (auto& entry : content_->audit) {
    if (++sequence <= query.after || !matches(query, entry))
      continue;
    if (page.entries.size() == page_limit(query)) {
      page.next = page.entries.back().sequence;
      break;
    }
    page.entries.push_back({sequence, entry});
  }
  return page;
}

core::result<uint64_t>
memory_journal::forget_audit(const audit_retention_order& order) {
  auto& all = content_->audit;
  size_t count = 0;
  while (
    count < order.steps && count + 1 < all.size()
    && (all[count].at < order.before || all.size() - count > order.count_max))
    ++count;
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  content_->audit_forgotten += count;
  return count;
}

core::result<core::task_page>
memory_journal::list(const core::task_query& query) {
  core::task_page page;
  auto limit = page_limit(query);
  auto steps = list_steps_max;
  auto i = content_->numbers.upper_bound(query.after);
  core::task_id last;
  for (; i != content_->numbers.end() && steps > 0 && page.tasks.size() < limit;
       ++i, --steps) {
    last = i->first;
    auto& image = content_->tasks.at(i->second);
    if (matches(query, image))
      page.tasks.push_back(core::to_record(image));
  }
  if (i != content_->numbers.end())
    page.next = last;
  return page;
}

core::result<uint64_t> memory_journal::forget(
  const retention_order& order,
  const std::function<core::result<void>(const core::task_image&)>& on,
  const std::function<core::result<void>()>& before) {
  std::vector<const core::task_image*> ended;
  for (auto& [number, image] : content_->tasks)
    if (is_in_scope(order, image))
      ended.push_back(&image);
  std::ranges::stable_sort(ended, {}, &core::task_image::finished);
  uint64_t kept = ended.size();
  std::erase_if(ended, [&](auto* image) {
    return std::ranges::binary_search(order.needed, image->number);
  });
  size_t count = 0;
  while (count < ended.size() && count < order.steps
         && (ended[count]->finished < order.finished_before
             || kept > order.count_max)) {
    ++count;
    --kept;
  }
  ended.resize(count);
  if (on)
    for (auto* image : ended)
      if (auto done = on(*image); !done)
        return core::fail(std::move(done.error()));
  if (before && !ended.empty())
    if (auto done = before(); !done)
      return core::fail(std::move(done.error()));
  for (auto* image : ended) {
    auto number = image->number;
    content_->numbers.erase(image->spec->id);
    content_->tasks.erase(number);
  }
  return count;
}

core::result<journal_info> memory_journal::info() {
  journal_info info;
  info.place = "memory";
  info.audit_entries = content_->audit.size();
  info.sequence = content_->sequence;
  for (auto& [number, image] : content_->tasks) {
    info.dead_letters += image.is_dead_letter ? 1 : 0;
    switch (image.status) {
      case core::task_status::completed:
        ++info.completed;
        break;
      case core::task_status::failed:
        ++info.failed;
        break;
      case core::task_status::cancelled:
        ++info.cancelled;
        break;
      default:
        ++info.unended;
    }
  }
  return info;
}

} // namespace troupe::storage
