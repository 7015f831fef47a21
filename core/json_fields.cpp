#include "core/json_fields.hpp"

#include <limits>
#include <utility>

namespace troupe::core {

namespace {

tl::unexpected<error> refuse_type(const json& from, std::string_view wanted) {
  return fail(ec::invalid_argument,
              fmt::format("is {}, not {}", type_of(from), wanted));
}

template <class Number>
result<void> read_integer(const json& from, Number& to) {
  using limits = std::numeric_limits<Number>;
  if (!from.is_number_integer())
    return refuse_type(from, "an integer");
  auto fits = from.is_number_unsigned()
                ? std::in_range<Number>(from.get<uint64_t>())
                : std::in_range<Number>(from.get<int64_t>());
  if (!fits)
    return fail(ec::invalid_argument,
                fmt::format("{} is not from {} to {}", from.dump(),
                            limits::min(), limits::max()));
  to = from.get<Number>();
  return {};
}

} // namespace

result<void> read_value(json& from, std::string& to) {
  if (!from.is_string())
    return refuse_type(from, "a string");
  to = std::move(from.get_ref<std::string&>());
  return {};
}

result<void> read_value(json& from, bool& to) {
  if (!from.is_boolean())
    return refuse_type(from, "a boolean");
  to = from.get<bool>();
  return {};
}

result<void> read_value(json& from, double& to) {
  if (!from.is_number())
    return refuse_type(from, "a number");
  to = from.get<double>();
  return {};
}

result<void> read_value(json& from, int32_t& to) {
  return read_integer(from, to);
}

result<void> read_value(json& from, uint32_t& to) {
  return read_integer(from, to);
}

result<void> read_value(json& from, uint64_t& to) {
  return read_integer(from, to);
}

result<void> read_value(json& from, duration& to) {
  int64_t count = 0;
  auto read = read_integer(from, count);
  to = duration{count};
  return read;
}

result<void> read_value(json& from, time_point& to) {
  duration since{};
  auto read = read_value(from, since);
  to = time_point{since};
  return read;
}

result<void> read_value(json& from, task_id& to) {
  if (!from.is_string())
    return refuse_type(from, "a string");
  auto id = parse_task_id(from.get_ref<const std::string&>());
  if (!id)
    return fail(std::move(id.error()));
  to = *id;
  return {};
}

result<void> read_value(json& from, payload& to) {
  to = payload(std::move(from));
  return {};
}

result<void> read_value(json& from, std::vector<std::string>& to) {
  if (!from.is_array())
    return refuse_type(from, "a list");
  to.reserve(from.size());
  for (size_t i = 0; i < from.size(); ++i)
    if (auto read = read_value(from[i], to.emplace_back()); !read)
      return at_field(std::to_string(i), std::move(read.error()));
  return {};
}

result<void> read_value(json& from, std::map<std::string, std::string>& to) {
  if (!from.is_object())
    return refuse_type(from, "an object");
  for (auto& [name, value] : from.get_ref<json::object_t&>())
    if (auto read = read_value(value, to[name]); !read)
      return at_field(name, std::move(read.error()));
  return {};
}

result<json> read_json(std::string_view text) {
  auto value = json::parse(text, nullptr, false);
  if (!value.is_discarded())
    return value;
  // Once more, for the place.
  try {
    value = json::parse(text);
  } catch (const json::exception& x) {
    return fail(ec::invalid_argument, x.what());
  }
  return value;
}

} // namespace troupe::core
