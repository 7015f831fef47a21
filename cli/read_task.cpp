#include "cli/read_task.hpp"

#include "agents/capabilities.hpp"
#include "cli/conditions.hpp"
#include "cli/names.hpp"
#include "cli/parameters.hpp"
#include "cli/read_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 21> own_keys
  = {"description", "run",       "with",
     "needs",       "when",      "foreach",
     "label",       "priority",  "queue",
     "agent",       "requires",  "timeout",
     "retries",     "owner",     "sticky_key",
     "key",         "resources", "tags",
     "metadata",    "labels",    "preferred_labels"};

constexpr std::array<std::string_view, 4> need_keys = {"task", "as",
                                                       "on_failure", "each"};

constexpr std::array<std::string_view, 2> wish_keys = {"prefer", "require"};

constexpr std::array<std::string_view, 2> each_words = {"all", "same"};

constexpr std::string_view program_capability = "process.run";

const agents::capability_schema& program_schema() {
  return *agents::schema_of(program_capability);
}

std::vector<std::string_view> all_keys() {
  std::vector<std::string_view> result;
  for (auto x : own_keys)
    if (!x.empty())
      result.push_back(x);
  for (auto& x : program_schema().parameters)
    result.push_back(x.name);
  return result;
}

/// One task while it is read.
class task_reader {
public:
  task_reader(const yaml_node& task, const std::string& key, source_mark at,
              bool is_fan_out, mistakes& found)
    : task_(task),
      key_(key),
      at_(at),
      is_fan_out_(is_fan_out),
      where_(fmt::format("task '{}'", key)),
      found_(found),
      known_(all_keys()),
      reader_(task, at, where_, known_, found) {
  }

  task_instance run(const common_settings& defaults) {
    if (!reader_.is_valid())
      return std::move(result_);
    read_description();
    read_settings(defaults);
    read_agent();
    read_needs();
    read_parameters(defaults);
    read_condition();
    return std::move(result_);
  }

private:
  void read_description() {
    auto& spec = result_.spec;
    spec.name = key_;
    spec.description = reader_.text("description").value_or("");
    spec.owner = reader_.text("owner").value_or("");
    spec.sticky_key = reader_.text("sticky_key").value_or("");
    spec.concurrency_key = reader_.text("key").value_or("");
    spec.resources = read_resources(reader_, found_);
    if (auto resources = reader_.find("resources"))
      result_.resources_mark = resources->mark;
    core::placement where{read_labels(reader_, "labels", found_),
                          read_labels(reader_, "preferred_labels", found_)};
    if (where != core::placement{})
      spec.placement = std::move(where);
    if (auto labels = reader_.find("labels"))
      result_.labels_mark = labels->mark;
    spec.tags = reader_.texts("tags");
    spec.metadata = reader_.text_map("metadata");
    if (!is_fan_out_)
      if (auto label = reader_.find("label"))
        found_.add(label->mark, fmt::format("'label' of {} has a meaning only "
                                            "with 'foreach'",
                                            where_));
  }

  void read_settings(const common_settings& defaults) {
    auto common = read_common(reader_, defaults, found_);
    auto& spec = result_.spec;
    spec.queue = common.queue.value_or(spec.queue);
    result_.queue_mark = common.queue ? common.queue_mark : at_;
    spec.priority = common.priority.value_or(spec.priority);
    spec.limits = common.limits.value_or(spec.limits);
    spec.retry = common.retry.value_or(spec.retry);
  }

  void read_agent() {
    auto value = reader_.find("agent");
    if (!value)
      return;
    result_.agent_mark = value->mark;
    auto& spec = result_.spec;
    if (!value->is_mapping()) {
      spec.agent = reader_.text("agent").value_or("");
      return;
    }
    mapping_reader inner{*value, value->mark, "'agent' of " + where_, wish_keys,
                         found_};
    auto preferred = inner.text("prefer");
    auto required = inner.text("require");
    if (preferred.has_value() == required.has_value()) {
      found_.add(value->mark, fmt::format("'agent' of {} needs either 'prefer' "
                                          "or 'require'",
                                          where_));
      return;
    }
    spec.agent = required ? *required : *preferred;
    spec.wish = required ? core::agent_wish::require : core::agent_wish::prefer;
  }

  void read_needs() {
    auto value = reader_.find("needs");
    if (!value)
      return;
    if (!value->is_list()) {
      read_need(*value);
      return;
    }
    for (auto& x : value->items)
      read_need(x);
  }

  void read_need(const yaml_node& node) {
    need result;
    result.mark = node.mark;
    if (node.is_mapping()) {
      auto where = "'needs' of " + where_;
      mapping_reader inner{node, node.mark, where, need_keys, found_};
      if (auto task = inner.require("task"))
        result.mark = task->mark;
      result.task = inner.text("task").value_or("");
      result.alias = inner.text("as").value_or(result.task);
      if (auto alias = inner.find("as"); alias && !is_name(result.alias))
        check_name("an alias", result.alias, alias->mark, found_);
      if (auto i = inner.choice_of("on_failure", core::on_failure_last))
        result.policy = *i;
      if (auto i = inner.choice("each", each_words)) {
        result.is_paired = *i == 1;
        if (result.is_paired && !is_fan_out_)
          found_.add(inner.find("each")->mark,
                     fmt::format("'each: same' in {}: {} has no 'foreach'",
                                 where, where_));
      }
    } else {
      auto name = "an element of 'needs' of " + where_;
      result.task = plain_text(node, name, found_).value_or("");
      result.alias = result.task;
    }
    auto is_same = [&](auto& x) {
      return x.task == result.task && x.alias == result.alias;
    };
    if (result.task.empty())
      return;
    if (std::ranges::any_of(result_.needs, is_same))
      found_.add(result.mark,
                 fmt::format("{} needs '{}' twice", where_, result.task));
    else
      result_.needs.push_back(std::move(result));
  }

  /// The capability that does it; empty after a mistake.
  std::string read_capability() {
    auto argv = task_.find("argv");
    auto shell = task_.find("shell");
    auto run = reader_.find("run");
    result_.capability_mark = run ? run->mark : at_;
    if (!run) {
      if (argv || shell)
        return std::string{program_capability};
      if (auto given = task_.find("run"); !given || !given->is_broken)
        found_.add(at_,
                   fmt::format("{} needs 'run', 'argv' or 'shell'", where_));
      return {};
    }
    auto name = reader_.text("run").value_or("");
    if (name.empty() || agents::is_standard_capability(name))
      return name;
    std::vector<std::string_view> names;
    for (auto& x : agents::standard_capabilities())
      names.push_back(x.name);
    found_.add(
      run->mark,
      fmt::format("unknown capability {} in {}{}", in_quotes(name), where_,
                  suggest(name, std::span<const std::string_view>{names})));
    return {};
  }

  void read_parameters(const common_settings& defaults) {
    auto capability = read_capability();
    for (auto& x : reader_.texts("requires"))
      extra_.push_back(x);
    auto parameters = gather_parameters(capability);
    if (capability.empty())
      return;
    auto& spec = result_.spec;
    spec.capabilities = {capability};
    spec.capabilities.insert(spec.capabilities.end(), extra_.begin(),
                             extra_.end());
    if (capability == program_capability)
      add_defaults(parameters, defaults);
    check_references(parameters, aliases(), where_, found_);
    auto& schema = *agents::schema_of(capability);
    auto value = parameters_to_json(parameters, schema);
    if (!has_broken(parameters))
      check_parameters(parameters, value, schema, at_, where_, found_);
    spec.parameters = core::payload(std::move(value));
  }

  /// What stands in `with`, and beside it.
  yaml_node gather_parameters(const std::string& capability) {
    yaml_node result;
    result.kind = yaml_kind::mapping;
    result.mark = at_;
    if (auto with = reader_.find("with")) {
      if (with->is_mapping())
        result.entries = with->entries;
      else
        reader_.complain("with", *with, "a mapping of parameters");
    }
    for (auto& x : task_.entries) {
      if (!program_schema().find(x.key))
        continue;
      if (capability != program_capability) {
        if (!capability.empty())
          found_.add(x.key_mark,
                     fmt::format("'{}' is for process.run, and {} runs {}, "
                                 "whose parameters go under 'with'",
                                 x.key, where_, capability));
      } else if (result.find(x.key)) {
        found_.add(x.key_mark, fmt::format("'{}' of {} is given here and under "
                                           "'with'",
                                           x.key, where_));
      } else {
        result.entries.push_back(x);
      }
    }
    return result;
  }

  static void add_defaults(yaml_node& parameters,
                           const common_settings& defaults) {
    if (defaults.cwd && !parameters.find("cwd"))
      parameters.entries.push_back({"cwd", defaults.cwd->mark, *defaults.cwd});
    if (!defaults.env)
      return;
    auto env = std::ranges::find(parameters.entries, "env", &yaml_entry::key);
    if (env == parameters.entries.end()) {
      parameters.entries.push_back({"env", defaults.env->mark, *defaults.env});
      return;
    }
    for (auto& x : defaults.env->entries)
      if (env->value.is_mapping() && !env->value.find(x.key))
        env->value.entries.push_back(x);
  }

  void read_condition() {
    auto value = reader_.find("when");
    if (!value)
      return;
    if (!value->is_scalar()) {
      reader_.complain("when", *value, "a condition");
      return;
    }
    check_references(*value, aliases(), where_, found_);
    if (auto problem = find_condition_problem(value->text))
      found_.add(value->mark,
                 fmt::format("'when' of {}: {}", where_, *problem));
    result_.spec.condition = value->text;
  }

  std::vector<std::string> aliases() const {
    std::vector<std::string> result;
    for (auto& x : result_.needs)
      result.push_back(x.alias);
    return result;
  }

  const yaml_node& task_;
  const std::string& key_;
  source_mark at_;
  bool is_fan_out_;
  std::string where_;
  mistakes& found_;
  std::vector<std::string_view> known_;
  mapping_reader reader_;
  task_instance result_;
  std::vector<std::string> extra_;
};

} // namespace

task_instance read_task(const yaml_node& task, const std::string& key,
                        source_mark at, bool is_fan_out,
                        const common_settings& defaults, mistakes& found) {
  return task_reader{task, key, at, is_fan_out, found}.run(defaults);
}

} // namespace troupe::cli
