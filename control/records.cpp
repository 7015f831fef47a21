#include "control/records.hpp"

#include "control/task_fields.hpp"

#include <fmt/format.h>

#include <cmath>

namespace troupe::control {

namespace {

core::history_entry read_entry(const core::json& from, std::string where,
                               object_reader& outer) {
  object_reader in{from, std::move(where), outer};
  core::history_entry result;
  result.at = in.time("at").value_or(core::never);
  result.kind
    = in.choice("kind", core::history_kind_last).value_or(result.kind);
  result.attempt
    = static_cast<uint32_t>(in.count("attempt", 0, UINT32_MAX).value_or(0));
  result.detail = in.text("detail").value_or("");
  return result;
}

} // namespace

std::optional<core::error> read_error(const core::json& from) {
  auto code = from.find("code");
  auto message = from.find("message");
  if (!from.is_object() || code == from.end() || !code->is_string()
      || message == from.end() || !message->is_string())
    return std::nullopt;
  core::error result{core::ec::unavailable, message->get<std::string>()};
  auto name = code->get<std::string>();
  auto is_known = false;
  for (size_t i = 0; i <= static_cast<size_t>(core::ec_last); ++i)
    if (core::to_string(static_cast<core::ec>(i)) == name) {
      result.code = static_cast<core::ec>(i);
      is_known = true;
    }
  if (!is_known)
    result.message = name + ": " + result.message;
  if (auto x = from.find("is_permanent"); x != from.end() && x->is_boolean())
    result.is_permanent = x->get<bool>();
  if (auto x = from.find("retry_after_seconds");
      x != from.end() && x->is_number()) {
    auto wait = x->get<double>() * 1e9;
    if (wait >= 0 && wait < 0x1p63)
      result.retry_after = std::chrono::nanoseconds{std::llround(wait)};
  }
  return result;
}

core::result<core::event> read_event(const core::json& from) {
  object_reader in{from};
  core::event result;
  in.require("kind");
  result.kind = in.choice("kind", core::event_kind_last).value_or(result.kind);
  result.sequence = in.count("sequence").value_or(0);
  result.at = in.time("at").value_or(core::never);
  result.task = in.id("task").value_or(core::task_id{});
  result.attempt
    = static_cast<uint32_t>(in.count("attempt", 0, UINT32_MAX).value_or(0));
  result.progress = static_cast<float>(in.number("progress").value_or(0));
  result.subject = in.text("subject").value_or("");
  result.text = in.text("text").value_or("");
  result.data = core::payload(in.any("data").value_or(nullptr));
  if (auto good = in.problems(); !good)
    return core::fail(std::move(good.error()));
  return result;
}

core::result<core::task_record> read_record(const core::json& from) {
  object_reader in{from};
  core::task_record result;
  auto spec = read_task(in).spec;
  spec.parent = in.id("parent").value_or(core::task_id{});
  spec.replay_of = in.id("replay_of").value_or(core::task_id{});
  result.priority = spec.priority;
  result.spec = std::make_shared<const core::task_spec>(std::move(spec));
  in.require("status");
  result.status
    = in.choice("status", core::task_status_last).value_or(result.status);
  result.reason
    = in.choice("reason", core::pending_reason_last).value_or(result.reason);
  result.attempt
    = static_cast<uint32_t>(in.count("attempt", 0, UINT32_MAX).value_or(0));
  result.agent = in.text("agent").value_or("");
  result.created = in.time("created").value_or(core::never);
  result.started = in.time("started").value_or(core::never);
  result.finished = in.time("finished").value_or(core::never);
  result.progress = in.number("progress").value_or(0);
  result.progress_note = in.text("progress_note").value_or("");
  result.result = core::payload(in.any("result").value_or(nullptr));
  if (auto why = in.any("error"); why && !why->is_null()) {
    result.failure = read_error(*why);
    if (!result.failure)
      in.complain("error", "is no error");
  }
  auto history = in.list("history").value_or(core::json::array());
  for (size_t i = 0; i < history.size(); ++i)
    result.history.push_back(
      read_entry(history[i], fmt::format("history.{}", i), in));
  if (auto good = in.problems(); !good)
    return core::fail(std::move(good.error()));
  return result;
}

} // namespace troupe::control
