#include "cli/read_tasks.hpp"

#include "cli/names.hpp"
#include "cli/read_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace troupe::cli {

namespace {

constexpr size_t instances_max = 200'000;

// They have a meaning of their own in references.
constexpr std::array<std::string_view, 5> reserved = {"vars", "env", "pipeline",
                                                      "item", "index"};

/// Puts `names` into all of a task but its `foreach`.
void substitute_in_task(yaml_node& task, const scope& names,
                        substitution& substitute) {
  for (auto& x : task.entries) {
    if (x.key == "when")
      substitute.apply_to_condition(x.value, names);
    else if (x.key != "foreach")
      substitute.apply(x.value, names);
  }
}

void check_task_name(const yaml_entry& entry, mistakes& found) {
  check_name("a task", entry.key, entry.key_mark, found);
  if (std::ranges::find(reserved, entry.key) != reserved.end())
    found.add(entry.key_mark,
              fmt::format("a task cannot be named '{}': '${{{}}}' has another "
                          "meaning",
                          entry.key, entry.key));
}

class group_reader {
public:
  group_reader(const yaml_entry& entry, const task_surroundings& around)
    : around_(around), found_(around.found), task_(entry.value) {
    group_.name = entry.key;
    group_.mark = entry.key_mark;
    check_task_name(entry, found_);
    substitute_in_task(task_, around_.names, around_.substitute);
  }

  task_group run(size_t room) {
    auto foreach_node = task_.find("foreach");
    group_.is_fan_out = foreach_node && !foreach_node->is_null();
    if (!group_.is_fan_out)
      group_.instances.push_back(read(task_, nullptr));
    else
      read_all(*foreach_node, room);
    return std::move(group_);
  }

private:
  void read_all(const yaml_node& foreach_node, size_t room) {
    auto list = foreach_node;
    around_.substitute.apply(list, around_.names);
    auto elements = expand_foreach(list, fmt::format("task '{}'", group_.name),
                                   around_.find_files, found_);
    // The rest is looked at all the same, so that its mistakes show too.
    if (!elements) {
      auto task = task_;
      scope blank = around_.names;
      auto broken = make_null({}, true);
      blank.roots["item"] = blank.roots["index"] = &broken;
      substitute_in_task(task, blank, around_.substitute);
      read(task, &broken);
      return;
    }
    if (elements->size() > room) {
      found_.add(group_.mark, fmt::format("more than {} tasks", instances_max));
      return;
    }
    std::vector<std::string> labels;
    for (size_t i = 0; i < elements->size(); ++i) {
      auto before = found_.size();
      read_element((*elements)[i], i, labels);
      // The others have the same mistakes.
      if (found_.size() > before)
        return;
    }
    labels = unique_labels(std::move(labels));
    for (size_t i = 0; i < labels.size(); ++i)
      group_.instances[i].spec.name = fmt::format("{}/{}", group_.name,
                                                  labels[i]);
  }

  void read_element(const foreach_element& element, size_t i,
                    std::vector<std::string>& labels) {
    auto index = make_scalar(std::to_string(i), group_.mark, false);
    auto names = around_.names;
    names.roots["item"] = &element.value;
    names.roots["index"] = &index;
    auto task = task_;
    substitute_in_task(task, names, around_.substitute);
    auto instance = read(task, &element.value);
    auto label = task.find("label");
    auto text = label && !label->is_null()
                  ? plain_text(*label,
                               fmt::format("'label' of task '{}'", group_.name),
                               found_)
                  : std::nullopt;
    labels.push_back(text.value_or(element.label));
    group_.instances.push_back(std::move(instance));
  }

  task_instance read(const yaml_node& task, const yaml_node* element) {
    auto result = read_task(task, group_.name, group_.mark, element != nullptr,
                            around_.defaults, found_);
    if (element)
      result.element = to_json(*element);
    return result;
  }

  const task_surroundings& around_;
  mistakes& found_;
  yaml_node task_;
  task_group group_;
};

} // namespace

std::vector<task_group> read_tasks(const yaml_node& root,
                                   const task_surroundings& around) {
  std::vector<task_group> result;
  auto section = root.find("tasks");
  if (!section || section->is_null()) {
    around.found.add(root.mark, "the file needs 'tasks'");
    return result;
  }
  if (!section->is_mapping()) {
    around.found.add(section->mark,
                     fmt::format("'tasks' must be a mapping of names to tasks, "
                                 "not {}",
                                 describe_value(*section)));
    return result;
  }
  if (section->entries.empty())
    around.found.add(section->mark, "'tasks' is empty");
  auto room = instances_max;
  for (auto& entry : section->entries) {
    group_reader reader{entry, around};
    result.push_back(reader.run(room));
    room -= std::min(room, result.back().instances.size());
  }
  return result;
}

} // namespace troupe::cli
