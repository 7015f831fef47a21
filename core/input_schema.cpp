#include "core/input_schema.hpp"

#include "core/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 7> type_names{
  "null", "boolean", "integer", "number", "string", "array", "object"};

constexpr std::array<std::string_view, 17> keywords{"type",
                                                    "enum",
                                                    "const",
                                                    "minimum",
                                                    "maximum",
                                                    "minLength",
                                                    "maxLength",
                                                    "items",
                                                    "minItems",
                                                    "maxItems",
                                                    "properties",
                                                    "required",
                                                    "additionalProperties",
                                                    "title",
                                                    "description",
                                                    "default",
                                                    "examples"};

using problems = std::vector<std::string>;

/// `/a/0` and the name of one in there: `/a/0/b`.
std::string below(const std::string& place, std::string_view name) {
  std::string result = place + "/";
  for (auto c : name)
    result += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return result;
}

template <class... Ts>
void add(problems& to, const std::string& place,
         fmt::format_string<Ts...> format, Ts&&... xs) {
  to.push_back((place.empty() ? std::string{} : place + ": ")
               + fmt::format(format, std::forward<Ts>(xs)...));
}

bool is_whole(const json& x) {
  return x.is_number_integer()
         || (x.is_number_float()
             && std::trunc(x.get<double>()) == x.get<double>());
}

bool is_count(const json& x) {
  return is_whole(x) && x.get<double>() >= 0;
}

bool is_of_type(const json& x, std::string_view type) {
  if (type == "null")
    return x.is_null();
  if (type == "boolean")
    return x.is_boolean();
  if (type == "integer")
    return is_whole(x);
  if (type == "number")
    return x.is_number();
  if (type == "string")
    return x.is_string();
  return type == "array" ? x.is_array() : x.is_object();
}

// -- schemas ------------------------------------------------------------------

void check_schema(const json& schema, const std::string& place, problems& to);

void check_type_name(const json& x, const std::string& place, problems& to) {
  if (!x.is_string())
    return add(to, place, "must be the name of a type, not {}", type_of(x));
  std::string_view name = x.get_ref<const std::string&>();
  if (std::ranges::find(type_names, name) == type_names.end())
    add(to, place, "'{}' is not a type{}; there are {}", name,
        did_you_mean(name, type_names), fmt::join(type_names, ", "));
}

void check_types(const json& x, const std::string& place, problems& to) {
  if (!x.is_array())
    return check_type_name(x, place, to);
  if (x.empty())
    add(to, place, "must name at least one type");
  for (size_t i = 0; i < x.size(); ++i)
    check_type_name(x[i], below(place, std::to_string(i)), to);
}

void check_names(const json& x, const std::string& place, problems& to) {
  auto is_text = [](const json& name) {
    return name.is_string();
  };
  if (!x.is_array() || !std::ranges::all_of(x, is_text))
    add(to, place, "must be a list of names");
}

void check_keyword(const std::string& name, const json& x,
                   const std::string& place, problems& to) {
  if (name == "type") {
    check_types(x, place, to);
  } else if (name == "enum") {
    if (!x.is_array() || x.empty())
      add(to, place, "must be a list of at least one value");
  } else if (name == "minimum" || name == "maximum") {
    if (!x.is_number())
      add(to, place, "must be a number, not {}", type_of(x));
  } else if (name.ends_with("Length") || name.ends_with("Items")) {
    if (!is_count(x))
      add(to, place, "must be a whole number from 0");
  } else if (name == "items") {
    check_schema(x, place, to);
  } else if (name == "properties") {
    if (!x.is_object())
      return add(to, place, "must be an object, not {}", type_of(x));
    for (auto& [key, schema] : x.items())
      check_schema(schema, below(place, key), to);
  } else if (name == "required") {
    check_names(x, place, to);
  } else if (name == "additionalProperties" && !x.is_boolean()) {
    add(to, place, "must be true or false, not {}", type_of(x));
  }
}

void check_schema(const json& schema, const std::string& place, problems& to) {
  if (!schema.is_object())
    return add(to, place, "must be an object, not {}", type_of(schema));
  for (auto& [name, x] : schema.items()) {
    if (std::ranges::find(keywords, name) == keywords.end())
      add(to, place, "'{}' is not a keyword that is known here{}", name,
          did_you_mean(name, keywords));
    else
      check_keyword(name, x, below(place, name), to);
  }
}

// -- values -------------------------------------------------------------------

/// The value of a keyword, or null if the schema has none.
const json* find(const json& schema, const char* name) {
  auto i = schema.find(name);
  return i == schema.end() ? nullptr : &*i;
}

void check_types_of(const json& types, const json& value,
                    const std::string& place, problems& to) {
  auto is_one = [&](const json& type) {
    return is_of_type(value, type.get_ref<const std::string&>());
  };
  if (types.is_string()) {
    if (!is_one(types))
      add(to, place, "must be of type {}, not {}",
          types.get_ref<const std::string&>(), type_of(value));
  } else if (std::ranges::none_of(types, is_one)) {
    add(to, place, "must be of one of the types {}, not {}",
        fmt::join(types.get<std::vector<std::string>>(), ", "), type_of(value));
  }
}

void check_bounds(const json& schema, const char* least, const char* most,
                  double is, std::string_view what, const std::string& place,
                  problems& to) {
  if (const auto* min = find(schema, least); min && is < min->get<double>())
    add(to, place, "must {} at least {}, not {}", what, min->dump(), is);
  if (const auto* max = find(schema, most); max && is > max->get<double>())
    add(to, place, "must {} at most {}, not {}", what, max->dump(), is);
}

void check(const json& schema, const json& value, const std::string& place,
           problems& to);

void check_members(const json& schema, const json& value,
                   const std::string& place, problems& to) {
  if (const auto* required = find(schema, "required"))
    for (auto& name : *required)
      if (!value.contains(name.get_ref<const std::string&>()))
        add(to, place, "'{}' is missing", name.get_ref<const std::string&>());
  const auto* known = find(schema, "properties");
  const auto* others = find(schema, "additionalProperties");
  for (auto& [name, member] : value.items()) {
    if (known != nullptr && known->contains(name))
      check((*known)[name], member, below(place, name), to);
    else if (others != nullptr && !others->get<bool>())
      add(to, place, "'{}' is not expected", name);
  }
}

void check(const json& schema, const json& value, const std::string& place,
           problems& to) {
  if (const auto* types = find(schema, "type"))
    check_types_of(*types, value, place, to);
  if (const auto* all = find(schema, "enum");
      all != nullptr && std::ranges::find(*all, value) == all->end())
    add(to, place, "must be one of {}, not {}", all->dump(), value.dump());
  if (const auto* one = find(schema, "const"); one != nullptr && *one != value)
    add(to, place, "must be {}, not {}", one->dump(), value.dump());
  if (value.is_number()) {
    check_bounds(schema, "minimum", "maximum", value.get<double>(), "be", place,
                 to);
  } else if (value.is_string()) {
    auto& text = value.get_ref<const std::string&>();
    // All but the bytes that continue a character.
    auto length = std::ranges::count_if(text, [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    check_bounds(schema, "minLength", "maxLength", static_cast<double>(length),
                 "have a length of", place, to);
  } else if (value.is_array()) {
    check_bounds(schema, "minItems", "maxItems",
                 static_cast<double>(value.size()), "have a length of", place,
                 to);
    if (const auto* items = find(schema, "items"))
      for (size_t i = 0; i < value.size(); ++i)
        check(*items, value[i], below(place, std::to_string(i)), to);
  } else if (value.is_object()) {
    check_members(schema, value, place, to);
  }
}

} // namespace

result<void> check_schema(const json& schema) {
  problems found;
  if (!schema.is_null())
    check_schema(schema, "", found);
  if (found.empty())
    return {};
  return fail(error{ec::invalid_argument,
                    fmt::format("the schema: {}", fmt::join(found, "; ")),
                    true});
}

result<void> check_value(const json& schema, const json& value) {
  problems found;
  if (!schema.is_null())
    check(schema, value, "", found);
  if (found.empty())
    return {};
  return fail(ec::invalid_argument, fmt::format("{}", fmt::join(found, "; ")));
}

} // namespace troupe::core
