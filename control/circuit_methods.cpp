#include "control/methods.hpp"
#include "control/views.hpp"

#include <array>

namespace troupe::control {

namespace {

core::result<core::json> list_circuits(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto circuits = x.around.troupe.circuits();
  if (!circuits)
    return core::fail(std::move(circuits.error()));
  return list_of("circuits", *circuits);
}

core::result<core::json> trip_circuit(request& x) {
  return with_text(x, "circuit", [&](const std::string& key) {
    return x.around.troupe.trip_circuit(key, x.by);
  });
}

core::result<core::json> open_circuit(request& x) {
  return with_text(x, "circuit", [&](const std::string& key) {
    return x.around.troupe.force_open_circuit(key, x.by);
  });
}

core::result<core::json> reset_circuit(request& x) {
  return with_text(x, "circuit", [&](const std::string& key) {
    return x.around.troupe.reset_circuit(key, x.by);
  });
}

constexpr std::array<method, 4> circuit_table{{
  {"circuits.list", list_circuits},
  {"circuits.trip", trip_circuit},
  {"circuits.open", open_circuit},
  {"circuits.reset", reset_circuit},
}};

} // namespace

std::span<const method> circuit_methods() {
  return circuit_table;
}

} // namespace troupe::control
