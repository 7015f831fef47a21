#include "control/methods.hpp"
#include "control/views.hpp"

#include <array>

namespace troupe::control {

namespace {

core::result<core::json> list_queues(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto status = x.around.troupe.status();
  if (!status)
    return core::fail(std::move(status.error()));
  return list_of("queues", status->queues);
}

core::result<core::json> pause_queue(request& x) {
  return with_text(x, "queue", [&](const std::string& name) {
    return x.around.troupe.pause_queue(name, x.by);
  });
}

core::result<core::json> resume_queue(request& x) {
  return with_text(x, "queue", [&](const std::string& name) {
    return x.around.troupe.resume_queue(name, x.by);
  });
}

core::result<core::json> process_queue(request& x) {
  x.arguments.require("queue");
  auto name = x.arguments.text("queue").value_or("");
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto started = x.around.troupe.process_queue(name);
  if (!started)
    return core::fail(std::move(started.error()));
  return core::json{{"started", *started}};
}

core::result<core::json> list_rate_limits(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto limits = x.around.troupe.rate_limits();
  if (!limits)
    return core::fail(std::move(limits.error()));
  return list_of("rate_limits", *limits);
}

constexpr std::array<method, 5> queue_table{{
  {"queues.list", list_queues},
  {"queues.pause", pause_queue},
  {"queues.resume", resume_queue},
  {"queues.process", process_queue},
  {"rate_limits.list", list_rate_limits},
}};

} // namespace

std::span<const method> queue_methods() {
  return queue_table;
}

} // namespace troupe::control
