#include "control/methods.hpp"

#include <array>

namespace troupe::control {

namespace {

/// How long a drain may be said to take at most.
constexpr core::duration drain_max = std::chrono::hours{24};
constexpr core::duration drain_default = std::chrono::seconds{30};

/// Of names, arguments and results.
constexpr int protocol = 1;

tl::unexpected<core::error> no_nodes() {
  return core::fail(core::ec::invalid_argument,
                    "this manager does not listen for nodes");
}

core::result<core::json> describe(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto names = core::json::array();
  for (auto& method : all_methods())
    names.push_back(method.name);
  return core::json{{"name", x.around.options.name},
                    {"version", x.around.options.version},
                    {"protocol", protocol},
                    {"log", x.around.log},
                    {"methods", std::move(names)}};
}

core::result<core::json> list_nodes(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  if (x.around.nodes == nullptr)
    return no_nodes();
  auto nodes = x.around.nodes->list_nodes();
  if (!nodes)
    return core::fail(std::move(nodes.error()));
  return core::json{{"nodes", std::move(*nodes)}};
}

core::duration read_timeout(object_reader& from) {
  return from.seconds("timeout_seconds", drain_max).value_or(drain_default);
}

core::result<core::json> drain_node(request& x) {
  auto timeout = read_timeout(x.arguments);
  return with_text(x, "node",
                   [&](const std::string& name) -> core::result<void> {
                     if (x.around.nodes == nullptr)
                       return no_nodes();
                     return x.around.nodes->drain_node(name, timeout, x.by);
                   });
}

core::result<core::json> drain_manager(request& x) {
  auto timeout = read_timeout(x.arguments);
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  if (x.around.nodes == nullptr)
    return no_nodes();
  return done(x.around.nodes->drain_manager(timeout, x.by));
}

constexpr std::array<method, 4> manager_table{{
  {"control.describe", describe},
  {"nodes.list", list_nodes},
  {"nodes.drain", drain_node},
  {"manager.drain", drain_manager},
}};

} // namespace

std::span<const method> manager_methods() {
  return manager_table;
}

} // namespace troupe::control
