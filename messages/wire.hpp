#pragma once

// Long because it is one list: what of core crosses the wire, and how.

/// \file
/// How values of core travel between processes: inspect() for those that
/// messages between nodes are made of. What is read is checked, since it comes
/// from another process: enums for their range, text for being what it should.

#include "core/agent_spec.hpp"
#include "core/attempt.hpp"
#include "core/event.hpp"
#include "core/input.hpp"
#include "core/node_document.hpp"
#include "core/record_codec.hpp"
#include "core/recovery.hpp"
#include "core/spec_codec.hpp"
#include "messages/compat.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::messages {

/// What a payload may be wrapped in.
inline constexpr size_t wire_levels_max = core::payload::nesting_max + 8;

/// A spec with its id. Only what differs from a default-made one is sent.
struct wire_spec {
  core::task_spec_ptr spec;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, wire_spec& x) {
  return compat::through<std::string>(
    f,
    [&] {
      auto text = core::to_string(x.spec->id);
      core::encode_spec(*x.spec, text);
      return text;
    },
    [&](std::string&& text) {
      constexpr size_t id_size = 36;
      if (text.size() < id_size || core::is_too_deep(text, wire_levels_max))
        return false;
      auto view = std::string_view{text};
      auto id = core::parse_task_id(view.substr(0, id_size));
      auto spec = core::decode_spec(view.substr(id_size));
      if (!id || !spec)
        return false;
      spec->id = *id;
      x.spec = std::make_shared<const core::task_spec>(*std::move(spec));
      return true;
    });
}

/// A task that has ended.
struct wire_record {
  core::task_record record;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, wire_record& x) {
  return compat::through<std::string>(
    f,
    [&] {
      std::string text;
      core::encode_record(x.record, text);
      return text;
    },
    [&](std::string&& text) {
      if (core::is_too_deep(text, wire_levels_max))
        return false;
      auto record = core::decode_record(text);
      if (!record)
        return false;
      x.record = *std::move(record);
      return true;
    });
}

} // namespace troupe::messages

namespace troupe::core {

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, task_id& x) {
  return compat::object(f, x, "task_id", compat::field{"high", x.high},
                        compat::field{"low", x.low});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, attempt_key& x) {
  return compat::object(f, x, "attempt_key", compat::field{"task", x.task},
                        compat::field{"number", x.number});
}

constexpr ec last_value(ec) noexcept {
  return ec_last;
}

constexpr event_kind last_value(event_kind) noexcept {
  return event_kind_last;
}

constexpr task_status last_value(task_status) noexcept {
  return task_status_last;
}

constexpr live_attempt::state last_value(live_attempt::state) noexcept {
  return live_attempt::state::unparking;
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, error& x) {
  return compat::object(f, x, "error", compat::field{"code", x.code},
                        compat::field{"message", x.message},
                        compat::field{"is_permanent", x.is_permanent},
                        compat::field{"retry_after", x.retry_after});
}

/// As JSON text; nothing at all for null.
template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, payload& x) {
  return compat::through<std::string>(
    f, [&] { return x.is_null() ? std::string{} : x.dump(); },
    [&](std::string&& text) {
      if (text.empty()) {
        x = payload{};
        return true;
      }
      auto value = payload::parse(text);
      if (!value)
        return false;
      x = *std::move(value);
      return true;
    });
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, resource_amount& x) {
  return compat::object(f, x, "resource_amount", compat::field{"name", x.name},
                        compat::field{"amount", x.amount});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, agent_spec& x) {
  return compat::object(f, x, "agent_spec", compat::field{"id", x.id},
                        compat::field{"name", x.name},
                        compat::field{"capabilities", x.capabilities},
                        compat::field{"max_concurrent", x.max_concurrent},
                        compat::field{"labels", x.labels},
                        compat::field{"resources", x.resources},
                        compat::field{"node", x.node});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_spec& x) {
  return compat::object(f, x, "node_spec", compat::field{"name", x.name},
                        compat::field{"labels", x.labels},
                        compat::field{"resources", x.resources});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_agent& x) {
  return compat::object(f, x, "node_agent", compat::field{"number", x.number},
                        compat::field{"spec", x.spec});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, attempt_outcome& x) {
  return compat::object(f, x, "attempt_outcome", compat::field{"key", x.key},
                        compat::field{"started", x.started},
                        compat::field{"finished", x.finished},
                        compat::field{"result", x.result},
                        compat::field{"failure", x.failure});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, question& x) {
  return compat::object(f, x, "question", compat::field{"number", x.number},
                        compat::field{"prompt", x.prompt},
                        compat::field{"schema", x.schema},
                        compat::field{"deadline", x.deadline});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, input_answer& x) {
  return compat::object(f, x, "input_answer", compat::field{"key", x.key},
                        compat::field{"number", x.number},
                        compat::field{"value", x.value},
                        compat::field{"failure", x.failure});
}

/// What a handler says; the number in the order of all is not its to give.
template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, event& x) {
  return compat::object(
    f, x, "event", compat::field{"at", x.at}, compat::field{"kind", x.kind},
    compat::field{"task", x.task}, compat::field{"attempt", x.attempt},
    compat::field{"progress", x.progress}, compat::field{"subject", x.subject},
    compat::field{"text", x.text}, compat::field{"data", x.data});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, dependency_result& x) {
  return compat::object(
    f, x, "dependency_result", compat::field{"task", x.task},
    compat::field{"alias", x.alias}, compat::field{"status", x.status},
    compat::field{"result", x.result}, compat::field{"failure", x.failure});
}

} // namespace troupe::core
