#pragma once

#include "core/schedule_book.hpp"
#include "messages/compat.hpp"
#include "messages/tasks.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::messages {

/// Answered when it is safe, as are the three below. The very same schedule may
/// be added again.
struct add_schedule {
  core::schedule_spec spec;
  /// Who wants it, for the audit log; also below.
  std::string by = {};
};

/// A run that has been accepted goes on.
struct remove_schedule {
  std::string name;
  std::string by = {};
};

struct pause_schedule {
  std::string name;
  std::string by = {};
};

struct resume_schedule {
  std::string name;
  std::string by = {};
};

/// Each with so many of its next times.
struct get_schedules {
  size_t next_max = 0;
};

struct schedule_list {
  std::vector<core::schedule_info> schedules;
};

struct get_schedule {
  std::string name;
  size_t next_max = 0;
};

struct schedule_found {
  core::error failure;
  core::schedule_info info;
};

/// The queues are there: hand out what is due. Before it nothing is.
struct begin_schedules {};

/// Hand out nothing more.
struct stop_schedules {};

/// The SCHEDULE KEEPER submits tasks when their schedules say so.
using schedule_keeper_actor = task_watcher_actor::extend_with<compat::actor<
  done(add_schedule), done(remove_schedule), done(pause_schedule),
  done(resume_schedule), schedule_list(get_schedules),
  schedule_found(get_schedule), done(begin_schedules), done(stop_schedules)>>;

} // namespace troupe::messages
