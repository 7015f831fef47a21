#pragma once

#include "core/payload.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace troupe::core {

/// Reads what json_writer wrote; `ec::invalid_argument` says what is there
/// instead. `from` is used up.
result<void> read_value(json& from, std::string& to);
result<void> read_value(json& from, bool& to);
result<void> read_value(json& from, double& to);
result<void> read_value(json& from, int32_t& to);
result<void> read_value(json& from, uint32_t& to);
result<void> read_value(json& from, uint64_t& to);
result<void> read_value(json& from, duration& to);
result<void> read_value(json& from, time_point& to);
result<void> read_value(json& from, task_id& to);
result<void> read_value(json& from, payload& to);
result<void> read_value(json& from, std::vector<std::string>& to);
result<void> read_value(json& from, std::map<std::string, std::string>& to);

/// One field of an object, and where it goes.
template <class T>
struct json_field {
  std::string_view name;
  result<void> (*read)(json& from, T& to);
};

/// A field that goes to a member: `{"queue", read_member<&task_spec::queue>}`.
template <auto Member, class T>
result<void> read_member(json& from, T& to) {
  return read_value(from, to.*Member);
}

/// The one of the names of an enum, whose last value is `last`, that it is.
template <class Enum>
result<void> read_enum(json& from, Enum& to, Enum last) {
  std::string text;
  if (auto read = read_value(from, text); !read)
    return read;
  using number = std::underlying_type_t<Enum>;
  for (auto i = number{0}; i <= static_cast<number>(last); ++i) {
    if (to_string(static_cast<Enum>(i)) == text) {
      to = static_cast<Enum>(i);
      return {};
    }
  }
  return fail(ec::invalid_argument,
              fmt::format("'{}' is none of the names there are", text));
}

/// Puts where it is before what is wrong.
inline tl::unexpected<error> at_field(std::string_view name, error why) {
  why.message = fmt::format("{}: {}", name, why.message);
  return fail(std::move(why));
}

/// Reads an object; what is not in it stays as it is in `to`, and what is not
/// among the fields is refused.
template <class T>
result<void>
read_fields(json& from, T& to,
            std::type_identity_t<std::span<const json_field<T>>> fields) {
  if (!from.is_object())
    return fail(ec::invalid_argument,
                fmt::format("is {}, not an object", type_of(from)));
  for (auto& [name, value] : from.get_ref<json::object_t&>()) {
    auto field = fields.begin();
    while (field != fields.end() && field->name != name)
      ++field;
    if (field == fields.end())
      return fail(ec::invalid_argument,
                  fmt::format("'{}' is no field that is known here; it was "
                              "written by another version of Troupe, or by "
                              "something else",
                              name));
    if (auto read = field->read(value, to); !read)
      return at_field(name, std::move(read.error()));
  }
  return {};
}

/// A list of objects.
template <class T>
result<void>
read_list(json& from, std::vector<T>& to,
          std::type_identity_t<std::span<const json_field<T>>> fields) {
  if (!from.is_array())
    return fail(ec::invalid_argument,
                fmt::format("is {}, not a list", type_of(from)));
  to.reserve(from.size());
  for (size_t i = 0; i < from.size(); ++i)
    if (auto read = read_fields(from[i], to.emplace_back(), fields); !read)
      return at_field(std::to_string(i), std::move(read.error()));
  return {};
}

/// JSON text of any depth; it is what a program has written, not a person.
result<json> read_json(std::string_view text);

} // namespace troupe::core
