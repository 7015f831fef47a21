#include "agents/timer.hpp"

#include "agents/capabilities.hpp"
#include "agents/parameters.hpp"

#include <chrono>

namespace troupe::agents {

core::async<core::payload> sleep_for_a_while(actors::task_context& ctx) {
  const auto& given = ctx.parameters();
  if (auto valid = require_valid(*schema_of("timer.sleep"), given); !valid)
    throw core::failure{valid.error()};
  parameters from{given};
  auto time = from.time("seconds", from.time("duration", {}));
  auto started = ctx.now();
  co_await ctx.sleep(time);
  std::chrono::duration<double, std::milli> slept = ctx.now() - started;
  co_return core::json{{"slept_ms", slept.count()}};
}

} // namespace troupe::agents
