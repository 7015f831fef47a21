#pragma once

#include "core/attempt.hpp"
#include "tests/support/deterministic_system.hpp"

#include <memory>
#include <string>
#include <utility>

namespace troupe::test {

/// A task that needs one capability, with an id.
inline core::task_spec make_task(deterministic_system& system, std::string name,
                                 std::string capability = "work") {
  core::task_spec spec;
  spec.id = system.env().ids->next(system.now());
  spec.name = std::move(name);
  spec.capabilities.push_back(std::move(capability));
  return spec;
}

inline core::task_spec_ptr share(core::task_spec spec) {
  return std::make_shared<const core::task_spec>(std::move(spec));
}

/// What an agent says of an attempt that went well.
inline core::attempt_outcome success(const core::attempt_key& key,
                                     core::time_point at,
                                     core::payload result = {}) {
  core::attempt_outcome outcome;
  outcome.key = key;
  outcome.started = outcome.finished = at;
  outcome.result = std::move(result);
  return outcome;
}

} // namespace troupe::test
