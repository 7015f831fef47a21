#include "core/circuit_codec.hpp"

#include "core/json_fields.hpp"

#include <array>

namespace troupe::core {

namespace {

template <auto Member>
result<void> read_memory(json& from, circuit_document& to) {
  return read_value(from, to.memory.*Member);
}

constexpr std::array<json_field<circuit_document>, 7> fields{{
  {"scope",
   [](json& from, circuit_document& to) {
     return read_enum(from, to.scope, circuit_scope_last);
   }},
  {"state",
   [](json& from, circuit_document& to) {
     return read_enum(from, to.memory.state, circuit_state_last);
   }},
  {"is_forced", read_memory<&circuit_memory::is_forced>},
  {"since", read_memory<&circuit_memory::since>},
  {"until", read_memory<&circuit_memory::until>},
  {"why", read_memory<&circuit_memory::why>},
  {"trips", read_memory<&circuit_memory::trips>},
}};

int64_t nanoseconds(time_point x) noexcept {
  return x.time_since_epoch().count();
}

} // namespace

payload to_document(const circuit_memory& x, circuit_scope scope) {
  return payload{
    {"scope", to_string(scope)},
    {"state", to_string(x.state)},
    {"is_forced", x.is_forced},
    {"since", nanoseconds(x.since)},
    {"until", nanoseconds(x.until)},
    {"why", x.why},
    {"trips", x.trips},
  };
}

result<circuit_document> parse_circuit_document(const payload& x) {
  circuit_document read;
  auto from = x.value();
  if (auto ok = read_fields(from, read, fields); !ok)
    return fail(std::move(ok.error()));
  return read;
}

} // namespace troupe::core
