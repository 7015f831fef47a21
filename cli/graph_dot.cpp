#include "cli/graph_dot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace troupe::cli {

namespace {

/// Fan-outs with more tasks than this are drawn as one node.
constexpr size_t drawn_apart_max = 40;

struct colors {
  const char* fill;
  const char* line;
};

colors colors_of(const std::string& status) {
  if (status == "completed")
    return {"#d7f0dd", "#2e7d4f"};
  if (status == "failed")
    return {"#fbd9d7", "#c0392b"};
  if (status == "cancelled")
    return {"#fdebc8", "#b9770e"};
  if (status == "skipped")
    return {"#eeeeee", "#999999"};
  if (status == "running")
    return {"#d6e6fa", "#2c6cb0"};
  return {"#ffffff", "#555555"};
}

std::string escape(std::string_view text) {
  std::string result;
  for (auto c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (static_cast<unsigned char>(c) >= 0x20)
      result += c;
  }
  return result;
}

class dot_writer {
public:
  dot_writer(const std::vector<std::string>& groups, const plan& p,
             const std::vector<task_outcome>& outcomes)
    : groups_(groups), plan_(p), outcomes_(outcomes), members_(groups.size()) {
    for (size_t i = 0; i < p.tasks.size(); ++i)
      members_[p.tasks[i].group].push_back(i);
  }

  std::string run(const std::string& name) {
    out_ = fmt::format("digraph \"{0}\" {{\n"
                       "  graph [rankdir=LR, label=\"{0}\", labelloc=t, "
                       "fontname=\"Helvetica\"];\n"
                       "  node [shape=box, style=\"rounded,filled\", "
                       "fontname=\"Helvetica\", fontsize=10];\n"
                       "  edge [color=\"#777777\"];\n",
                       escape(name));
    for (size_t i = 0; i < groups_.size(); ++i)
      add_group(i);
    add_edges();
    return out_ + "}\n";
  }

private:
  bool is_folded(size_t group) const {
    return members_[group].size() > drawn_apart_max;
  }

  std::string node_of(size_t task) const {
    auto group = plan_.tasks[task].group;
    return is_folded(group) ? fmt::format("g{}", group)
                            : fmt::format("t{}", task);
  }

  std::string status_of(size_t task) const {
    return task < outcomes_.size() ? outcomes_[task].status : "";
  }

  void add_group(size_t group) {
    auto& members = members_[group];
    if (is_folded(group)) {
      add_folded(group);
      return;
    }
    auto is_boxed = members.size() > 1;
    if (is_boxed)
      out_ += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\"; "
                          "color=\"#bbbbbb\"; style=rounded; fontsize=10;\n",
                          group, escape(groups_[group]));
    for (auto i : members)
      add_task(i);
    if (is_boxed)
      out_ += "  }\n";
  }

  void add_task(size_t i) {
    auto status = status_of(i);
    auto label = escape(plan_.tasks[i].spec.name);
    if (i < outcomes_.size() && outcomes_[i].attempts > 0)
      label += "\\n" + format_time(outcomes_[i].time);
    if (i < outcomes_.size() && outcomes_[i].attempts > 1)
      label += fmt::format(", {} attempts", outcomes_[i].attempts);
    add_node(fmt::format("t{}", i), label, colors_of(status),
             status.empty() ? "" : status);
  }

  void add_folded(size_t group) {
    std::map<std::string, size_t> counts;
    for (auto i : members_[group])
      ++counts[status_of(i)];
    auto label = fmt::format("{}\\n{} tasks", escape(groups_[group]),
                             members_[group].size());
    // The worst of them gives the colour.
    std::string worst;
    for (auto status :
         {"failed", "cancelled", "running", "pending", "completed", "skipped"})
      if (counts.contains(status)) {
        label += fmt::format("\\n{} {}", counts[status], status);
        if (worst.empty())
          worst = status;
      }
    add_node(fmt::format("g{}", group), label, colors_of(worst), worst);
  }

  void add_node(const std::string& id, const std::string& label,
                const colors& look, const std::string& tooltip) {
    out_ += fmt::format("  {} [label=\"{}\", fillcolor=\"{}\", color=\"{}\"",
                        id, label, look.fill, look.line);
    if (!tooltip.empty())
      out_ += fmt::format(", tooltip=\"{}\"", tooltip);
    out_ += "];\n";
  }

  void add_edges() {
    std::set<std::pair<std::string, std::string>> seen;
    std::map<core::task_id, size_t> positions;
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      positions[plan_.tasks[i].spec.id] = i;
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      for (auto& x : plan_.tasks[i].spec.dependencies) {
        std::pair edge{node_of(positions.at(x.task)), node_of(i)};
        if (!seen.insert(edge).second)
          continue;
        auto style = x.policy == core::on_failure::cancel
                       ? ""
                       : fmt::format(" [style=dashed, tooltip=\"on failure: "
                                     "{}\"]",
                                     core::to_string(x.policy));
        out_ += fmt::format("  {} -> {}{};\n", edge.first, edge.second, style);
      }
  }

  const std::vector<std::string>& groups_;
  const plan& plan_;
  const std::vector<task_outcome>& outcomes_;
  std::vector<std::vector<size_t>> members_;
  std::string out_;
};

} // namespace

std::string render_dot(const std::string& name,
                       const std::vector<std::string>& groups, const plan& p,
                       const std::vector<task_outcome>& outcomes) {
  return dot_writer{groups, p, outcomes}.run(name);
}

} // namespace troupe::cli
