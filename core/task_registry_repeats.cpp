// Which tasks of a submission are there already, by their keys.

#include "core/spec_codec.hpp"
#include "core/task_registry.hpp"
#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace troupe::core {

/// One pass over a submission: it knows the tasks that are here, those that
/// only a journal has, and those of the submission itself.
class task_registry::repeats_search {
public:
  repeats_search(const task_registry& registry,
                 std::span<const task_spec_ptr> specs,
                 std::span<const known_task> elsewhere, time_point now)
    : registry_(registry), specs_(specs), elsewhere_(elsewhere), now_(now) {
    for (size_t i = 0; i < elsewhere.size(); ++i)
      others_.add(*elsewhere[i].spec, static_cast<uint32_t>(i));
  }

  result<resolved> run() {
    std::vector<match> matches(specs_.size());
    for (size_t i = 0; i < specs_.size(); ++i) {
      if (!specs_[i]->keys)
        continue;
      matches[i] = find(*specs_[i]);
      if (matches[i].spec == nullptr)
        earlier_.add(*specs_[i], static_cast<uint32_t>(i));
      else
        places_.emplace(specs_[i]->id, matches[i].spec->id);
    }
    resolved all;
    for (size_t i = 0; i < specs_.size(); ++i) {
      auto spec = moved(specs_[i]);
      if (matches[i].spec == nullptr) {
        all.specs.push_back(std::move(spec));
        continue;
      }
      if (auto ok = check(*spec, matches[i]); !ok)
        return fail(std::move(ok).error());
      if (spec->id != matches[i].spec->id)
        all.repeated.push_back({spec->id, matches[i].spec->id});
    }
    return all;
  }

private:
  struct match {
    /// Null: there is none.
    task_spec_ptr spec;
    key_kind by = key_kind::submission;
  };

  match find(const task_spec& spec) const {
    auto& keys = *spec.keys;
    auto in = [&](const key_table& table, key_kind kind) {
      return table.find(kind, spec.owner,
                        kind == key_kind::submission ? keys.submission
                                                     : keys.unique);
    };
    if (auto slot = in(registry_.keys_, key_kind::submission))
      return {registry_.at(*slot).spec, key_kind::submission};
    if (auto i = in(others_, key_kind::submission))
      return {elsewhere_[*i].spec, key_kind::submission};
    if (auto i = in(earlier_, key_kind::submission))
      return {specs_[*i], key_kind::submission};
    if (auto slot = in(registry_.keys_, key_kind::unique)) {
      auto& x = registry_.at(*slot);
      if (is_alone(keys, x))
        return {x.spec, key_kind::unique};
    } else if (auto i = in(others_, key_kind::unique);
               i && is_recent(keys, elsewhere_[*i].created)) {
      return {elsewhere_[*i].spec, key_kind::unique};
    }
    if (auto i = in(earlier_, key_kind::unique))
      return {specs_[*i], key_kind::unique};
    return {};
  }

  bool is_alone(const submission_keys& keys, const entry& x) const {
    switch (keys.unique_while) {
      case uniqueness::pending:
        return !is_end(x.status) && x.attempt == 0;
      case uniqueness::unfinished:
        return !is_end(x.status);
      case uniqueness::time:
        break;
    }
    return is_recent(keys, x.created);
  }

  bool is_recent(const submission_keys& keys, time_point created) const {
    return keys.unique_while == uniqueness::time
           && now_ - created < keys.unique_for;
  }

  /// With the tasks it refers to in the places of those that were submitted.
  task_spec_ptr moved(const task_spec_ptr& spec) const {
    auto is_moved = [this](const task_id& id) {
      return places_.contains(id);
    };
    if (places_.empty()
        || (!is_moved(spec->parent)
            && std::ranges::none_of(spec->dependencies, is_moved,
                                    &dependency::task)))
      return spec;
    auto other = *spec;
    auto move = [this](task_id& id) {
      if (auto i = places_.find(id); i != places_.end())
        id = i->second;
    };
    move(other.parent);
    for (auto& needed : other.dependencies)
      move(needed.task);
    return std::make_shared<const task_spec>(std::move(other));
  }

  /// Whether it may be taken for the task it was found to be.
  result<void> check(const task_spec& spec, const match& found) const {
    auto& there = *found.spec;
    auto is_submission = found.by == key_kind::submission;
    auto refuse = [&](std::string_view why) {
      return fail(
        ec::key_conflict,
        fmt::format("task '{}' has the {} key '{}' of task {} ('{}')"
                    "{}",
                    spec.name, is_submission ? "submission" : "unique",
                    is_submission ? spec.keys->submission : spec.keys->unique,
                    to_string(there.id), there.name, why));
    };
    if (is_submission && !asks_for_the_same(spec, *moved(found.spec)))
      return refuse(", which asks for something else; use another key");
    if (!spec.replay_of->is_nil() && spec.id != there.id)
      return refuse("; replay it when that is done");
    // It would wait for itself.
    auto above = spec.parent;
    for (auto slot = registry_.find(above); slot != none;
         slot = registry_.find(above)) {
      if (above == there.id)
        return refuse(", which it is a child of; use another key");
      above = registry_.at(slot).spec->parent;
    }
    return {};
  }

  const task_registry& registry_;
  std::span<const task_spec_ptr> specs_;
  std::span<const known_task> elsewhere_;
  time_point now_;
  key_table others_;
  /// Tasks of this submission that are no repetitions.
  key_table earlier_;
  std::map<task_id, task_id> places_;
};

bool task_registry::have_keys(std::span<const task_spec_ptr> specs) noexcept {
  return std::ranges::any_of(specs, [](auto& x) { return bool{x->keys}; });
}

result<task_registry::resolved>
task_registry::find_repeats(std::span<const task_spec_ptr> specs,
                            std::span<const known_task> elsewhere,
                            time_point now) const {
  return repeats_search{*this, specs, elsewhere, now}.run();
}

std::vector<key_question>
task_registry::unknown_keys(std::span<const task_spec_ptr> specs) const {
  std::vector<key_question> result;
  auto add = [&](key_kind kind, const task_spec& spec, const std::string& key) {
    if (!key.empty() && !keys_.find(kind, spec.owner, key))
      result.push_back({kind, spec.owner, key});
  };
  for (auto& spec : specs) {
    if (!spec->keys)
      continue;
    add(key_kind::submission, *spec, spec->keys->submission);
    // What has not ended is here.
    if (spec->keys->unique_while == uniqueness::time)
      add(key_kind::unique, *spec, spec->keys->unique);
  }
  return result;
}

} // namespace troupe::core
