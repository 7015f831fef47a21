#include "tests/support/recorder.hpp"

namespace troupe::test {

template class recorder<messages::agent_host_actor>;
template class recorder<messages::event_bus_actor>;
template class recorder<messages::manager_actor>;
template class recorder<messages::queue_actor>;

} // namespace troupe::test
