#include "control/dead_letter_fields.hpp"

#include "control/task_fields.hpp"

namespace troupe::control {

core::dead_letter_query read_dead_letter_query(object_reader& from) {
  core::dead_letter_query result;
  result.queue = from.text("queue").value_or("");
  result.owner = from.text("owner").value_or("");
  result.tag = from.text("tag").value_or("");
  result.name = from.text("name").value_or("");
  result.capability = from.text("capability").value_or("");
  result.code = from.choice("code", core::ec_last);
  return result;
}

dead_letter_choice read_dead_letter_choice(object_reader& from) {
  dead_letter_choice result;
  auto is_all = from.boolean("all").value_or(false);
  result.task = from.id("task").value_or(core::task_id{});
  result.query = read_dead_letter_query(from);
  if (from.has("task") == is_all)
    from.complain("task", "or 'all' says which are meant, and not both");
  if (!is_all)
    for (auto* name : {"queue", "owner", "tag", "name", "capability", "code"})
      if (from.has(name))
        from.complain(name, "goes with 'all'");
  return result;
}

core::replay_edit read_replay_edit(object_reader& from) {
  core::replay_edit result;
  if (auto parameters = from.any("parameters"))
    result.parameters = core::payload(std::move(*parameters));
  result.priority = read_priority(from, "priority");
  if (auto retry = from.any("retry"); retry && !retry->is_null())
    result.retry = read_retry(std::move(*retry), "retry", from);
  if (auto limits = from.any("limits"); limits && !limits->is_null())
    result.limits = read_limits(std::move(*limits), "limits", from);
  return result;
}

} // namespace troupe::control
