#pragma once

/// \file
/// Messages that one actor sends to itself or to its children; nobody else
/// can, because the public handles do not know them.

#include "actors/attempt.hpp"
#include "core/supervision.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace troupe::actors {

/// An actor to itself: something may be due. See actors/timer.hpp.
struct timer_due {};

/// Agent to its worker: run this handler.
struct execute {
  std::shared_ptr<attempt> self;
  /// Lives as long as the attempt.
  const plain_handler* run = nullptr;
};

/// Worker to its agent.
struct executed {
  core::attempt_outcome outcome;
};

/// Manager to itself: hand on what has gathered since the last one.
struct flush_due {};

/// Manager to itself: forget ended tasks that are too old.
struct clean_up_due {};

/// Journal to itself: go on forgetting.
struct sweep_due {
  /// See messages::forget_others.
  std::vector<uint64_t> needed;
};

using worker_actor = compat::actor<void(execute)>;

/// What a supervisor looks after.
struct child {
  core::child_spec spec;
  /// Spawns it. What it throws counts as a death of the child.
  std::function<caf::actor()> start;
  /// Null = it is to be started.
  caf::actor running;
};

/// Whoever has made a child to its supervisor: look after it from now on.
struct supervise {
  child what;
};

using supervisor_actor = compat::actor<void(supervise)>;

} // namespace troupe::actors

TROUPE_LOCAL_MESSAGE(troupe::actors::timer_due)
TROUPE_LOCAL_MESSAGE(troupe::actors::execute)
TROUPE_LOCAL_MESSAGE(troupe::actors::executed)
TROUPE_LOCAL_MESSAGE(troupe::actors::flush_due)
TROUPE_LOCAL_MESSAGE(troupe::actors::clean_up_due)
TROUPE_LOCAL_MESSAGE(troupe::actors::supervise)
TROUPE_LOCAL_MESSAGE(troupe::actors::sweep_due)

CAF_BEGIN_TYPE_ID_BLOCK(troupe_actors, caf::id_block::troupe::end)
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::timer_due))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::execute))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::executed))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::flush_due))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::clean_up_due))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::worker_actor))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::supervise))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::supervisor_actor))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::actors::sweep_due))
CAF_END_TYPE_ID_BLOCK(troupe_actors)
