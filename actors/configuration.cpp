#include "actors/configuration.hpp"

#include "actors/internal_messages.hpp"
#include "actors/run_next.hpp"

#include <algorithm>
#include <thread>

namespace troupe::actors {

configuration::configuration(size_t threads) {
  compat::register_core_types();
  compat::register_types<caf::id_block::troupe>(*this);
  compat::register_types<caf::id_block::troupe_actors>(*this);
  if (threads == 0)
    threads = std::max<size_t>(2, std::thread::hardware_concurrency());
  compat::schedule_by<run_next>(*this);
  compat::set(*this, "scheduler.max-threads", threads);
}

} // namespace troupe::actors
