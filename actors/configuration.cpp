#include "actors/configuration.hpp"

#include "actors/run_next.hpp"
#include "actors/uplink_messages.hpp"

#include <caf/io/middleman.hpp>

#include <algorithm>
#include <thread>

namespace troupe::actors {

configuration::configuration(size_t threads, bool has_network) {
  compat::register_core_types();
  compat::register_types<caf::id_block::troupe>(*this);
  compat::register_types<caf::id_block::troupe_actors>(*this);
  compat::register_types<caf::id_block::troupe_nodes>(*this);
  compat::register_types<caf::id_block::troupe_uplink>(*this);
  if (threads == 0)
    threads = std::max<size_t>(2, std::thread::hardware_concurrency());
  compat::schedule_by<run_next>(*this);
  compat::set(*this, "scheduler.max-threads", threads);
  if (!has_network)
    return;
  compat::load_network<caf::io::middleman>(*this);
  // It has a thread of its own. The link takes silence for the end of a
  // connection, so those that have nothing to say yet have to say so.
  compat::set(*this, "middleman.workers", size_t{0});
  compat::set(*this, "middleman.heartbeat-interval",
              caf::timespan{std::chrono::seconds{1}});
  compat::set(*this, "middleman.connection-timeout",
              caf::timespan{std::chrono::seconds{10}});
}

} // namespace troupe::actors
