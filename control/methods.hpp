#pragma once

#include "actors/runtime.hpp"
#include "control/fleet.hpp"
#include "control/object_reader.hpp"
#include "control/schedule_fields.hpp"
#include "control/service.hpp"
#include "control/views.hpp"

#include <span>
#include <string>
#include <string_view>

namespace troupe::control {

/// What methods work on.
struct surroundings {
  actors::runtime& troupe;
  /// Null if there is none.
  fleet* nodes = nullptr;
  service_options options;
  /// Tells this log of events from that of another process.
  std::string log;
};

/// A call, while it is carried out.
struct request {
  surroundings& around;
  object_reader& arguments;
  /// Who wants it.
  std::string by;
};

/// Reads its arguments, finishes them, and carries it out.
struct method {
  std::string_view name;
  core::result<core::json> (*run)(request& x);
};

/// Calls are bounded, so that those who make them notice when they are alone.
inline constexpr core::duration wait_max = std::chrono::seconds{60};

// -- the methods, by what they are about --------------------------------------

std::span<const method> task_methods();
std::span<const method> order_methods();
std::span<const method> queue_methods();
std::span<const method> agent_methods();
std::span<const method> circuit_methods();
std::span<const method> schedule_methods();
std::span<const method> dead_letter_methods();
std::span<const method> event_methods();
std::span<const method> journal_methods();
std::span<const method> manager_methods();

/// All of them, by name.
std::span<const method> all_methods();

// -- answers ------------------------------------------------------------------

/// An empty object, or why not.
core::result<core::json> done(core::result<void> x);

/// `{name: [...]}`, each made by to_json().
template <class Items>
core::json list_of(const char* name, const Items& items) {
  auto list = core::json::array();
  for (auto& x : items)
    list.push_back(to_json(x));
  return {{name, std::move(list)}};
}

/// A page of tasks, and `next` if there are more.
core::json page_of(const core::task_page& x);

/// A method whose one argument is the name of something, which it hands to a
/// function of the runtime.
template <class Call>
core::result<core::json>
with_text(request& x, std::string_view name, Call call) {
  x.arguments.require(name);
  auto text = x.arguments.text(name).value_or("");
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  return done(call(text));
}

/// Likewise, the id of a task.
template <class Call>
core::result<core::json> with_task(request& x, Call call) {
  x.arguments.require("task");
  auto id = x.arguments.id("task").value_or(core::task_id{});
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  return call(id);
}

} // namespace troupe::control
