#include "cli/pipeline_file.hpp"

#include "cli/checks.hpp"
#include "cli/placeholders.hpp"
#include "cli/read_gates.hpp"
#include "cli/read_settings.hpp"
#include "cli/read_tasks.hpp"
#include "cli/yaml_document.hpp"
#include "cli/yaml_reader.hpp"

#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 9> top_keys
  = {"name",        "description", "vars",     "queues", "agents",
     "rate_limits", "circuits",    "defaults", "tasks"};

yaml_node make_pipeline_root(const std::string& name,
                             const std::string& directory) {
  yaml_node result;
  result.kind = yaml_kind::mapping;
  auto add = [&](const char* key, const std::string& text) {
    result.entries.push_back(
      {key, {}, make_scalar(escape_references(text), {})});
  };
  add("name", name);
  add("dir", directory);
  return result;
}

yaml_node* find_entry(yaml_node& root, std::string_view key) {
  for (auto& x : root.entries)
    if (x.key == key)
      return &x.value;
  return nullptr;
}

} // namespace

std::optional<pipeline> load_pipeline(std::string_view text,
                                      const load_options& options,
                                      mistakes& found) {
  auto document = parse_yaml(text, found);
  if (!document)
    return std::nullopt;
  auto& root = *document;
  if (root.is_null()) {
    found.add({}, "the file is empty");
    return std::nullopt;
  }
  mapping_reader reader{root, root.mark, "the file", top_keys, found};
  if (!reader.is_valid())
    return std::nullopt;
  substitution substitute{found};
  scope names;
  names.environment = options.environment;
  if (auto name = find_entry(root, "name"))
    substitute.apply(*name, names);
  pipeline result;
  result.name = reader.text("name").value_or(options.name);
  auto self = make_pipeline_root(result.name, options.directory);
  names.roots["pipeline"] = &self;
  auto vars = resolve_variables(root.find("vars"), options.settings, names,
                                substitute, found);
  names.roots["vars"] = &vars;
  for (auto key : {"description", "queues", "agents", "rate_limits", "circuits",
                   "defaults"})
    if (auto section = find_entry(root, key))
      substitute.apply(*section, names);
  result.description = reader.text("description").value_or("");
  result.queues = read_queues(root, found);
  result.agents = read_agents(root, options.default_slots, found);
  result.rate_limits = read_rate_limits(root, found);
  result.circuits = read_circuits(root, found);
  auto defaults = read_defaults(root, found);
  task_surroundings around{defaults, names, options.find_files, substitute,
                           found};
  result.groups = read_tasks(root, around);
  check_pipeline(result, found);
  if (!found.empty())
    return std::nullopt;
  return result;
}

} // namespace troupe::cli
