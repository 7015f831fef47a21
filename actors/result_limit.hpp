#pragma once

#include "actors/environment.hpp"
#include "core/attempt.hpp"
#include "core/payload_size.hpp"

#include <utility>

namespace troupe::actors {

/// Of a result that is too big makes a failure that says so. Where the attempt
/// ends, so that it is looked at once and nobody behind it has to carry it.
inline void limit_size(core::attempt_outcome& outcome, const environment& env) {
  if (!outcome.is_success())
    return;
  auto ok = core::check_size(outcome.result, env.payload_bytes_max, "a result");
  if (ok)
    return;
  outcome.result = {};
  outcome.failure = std::move(ok).error();
}

/// Whether the parameters of a task may be submitted.
inline core::result<void> check_size(const core::task_spec& spec,
                                     const environment& env) {
  auto ok = core::check_size(spec.parameters, env.payload_bytes_max,
                             "parameters");
  if (!ok)
    ok.error().message.insert(0, "task '" + spec.name + "': ");
  return ok;
}

} // namespace troupe::actors
