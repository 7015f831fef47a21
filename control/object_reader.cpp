#include "control/object_reader.hpp"

#include "core/iso_time.hpp"
#include "core/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace troupe::control {

namespace {

/// Names that are not known come from outside, and may be of any length.
constexpr size_t name_shown_max = 100;

constexpr double nanoseconds_per_second = 1e9;

std::string shown(std::string_view text) {
  return std::string{text.substr(0, name_shown_max)};
}

} // namespace

object_reader::object_reader(core::json from)
  : from_(std::move(from)),
    problems_(std::make_shared<std::vector<std::string>>()) {
  if (from_.is_null())
    from_ = core::json::object();
  if (!from_.is_object()) {
    problems_->push_back(
      fmt::format("what was given is {}, not an object", core::type_of(from_)));
    from_ = core::json::object();
  }
}

object_reader::object_reader(core::json from, std::string where,
                             object_reader& outer)
  : from_(std::move(from)),
    where_(std::move(where)),
    problems_(outer.problems_) {
  if (!from_.is_object()) {
    problems_->push_back(
      fmt::format("'{}' is {}, not an object", where_, core::type_of(from_)));
    from_ = core::json::object();
  }
}

bool object_reader::has(std::string_view name) const {
  auto i = from_.find(name);
  return i != from_.end() && !i->is_null();
}

void object_reader::require(std::string_view name) {
  if (!has(name))
    problems_->push_back(fmt::format("'{}' is missing", path(name)));
}

const core::json* object_reader::find(std::string_view name) {
  known_.emplace_back(name);
  auto i = from_.find(name);
  return i == from_.end() || i->is_null() ? nullptr : &*i;
}

std::optional<core::json> object_reader::any(std::string_view name) {
  known_.emplace_back(name);
  auto i = from_.find(name);
  return i == from_.end() ? std::nullopt : std::optional{*i};
}

std::optional<std::string> object_reader::text(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_string())
    return value->get<std::string>();
  complain_of_type(name, *value, "a string");
  return std::nullopt;
}

std::optional<bool> object_reader::boolean(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>();
  complain_of_type(name, *value, "true or false");
  return std::nullopt;
}

std::optional<uint64_t> object_reader::count(std::string_view name,
                                             uint64_t min, uint64_t max) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  auto wanted = max == UINT64_MAX
                  ? fmt::format("a whole number from {} on", min)
                  : fmt::format("a whole number from {} to {}", min, max);
  if (!value->is_number_integer()) {
    complain_of_type(name, *value, wanted);
    return std::nullopt;
  }
  auto is_negative = !value->is_number_unsigned() && value->get<int64_t>() < 0;
  auto x = value->get<uint64_t>();
  if (!is_negative && x >= min && x <= max)
    return x;
  complain(name, fmt::format("is {}, not {}", value->dump(), wanted));
  return std::nullopt;
}

std::optional<double> object_reader::number(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_number())
    return value->get<double>();
  complain_of_type(name, *value, "a number");
  return std::nullopt;
}

std::optional<core::duration> object_reader::seconds(std::string_view name,
                                                     core::duration max) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  core::duration result{};
  if (value->is_string()) {
    auto read = core::parse_duration(value->get_ref<const std::string&>());
    if (!read) {
      complain(name, ": " + read.error().message);
      return std::nullopt;
    }
    result = *read;
  } else if (!value->is_number()) {
    complain_of_type(name, *value, "a number of seconds");
    return std::nullopt;
  } else {
    auto x = value->get<double>() * nanoseconds_per_second;
    // Also if it is no number; 2^63 is the first that does not fit.
    if (!(x >= 0 && x < 0x1p63)) {
      complain(name, fmt::format("is {}, not a number of seconds from 0 on",
                                 value->dump()));
      return std::nullopt;
    }
    result = core::duration{std::llround(x)};
  }
  if (result <= max)
    return result;
  complain(name, fmt::format("is {}, which is longer than {}",
                             core::to_string(result), core::to_string(max)));
  return std::nullopt;
}

std::optional<core::time_point> object_reader::time(std::string_view name) {
  auto value = text(name);
  if (!value)
    return std::nullopt;
  auto read = core::parse_time(*value);
  if (read)
    return *read;
  complain(name, ": " + read.error().message);
  return std::nullopt;
}

std::optional<core::task_id> object_reader::id(std::string_view name) {
  auto value = text(name);
  if (!value)
    return std::nullopt;
  auto read = core::parse_task_id(*value);
  if (read)
    return *read;
  complain(name, ": " + read.error().message);
  return std::nullopt;
}

std::optional<std::vector<std::string>>
object_reader::texts(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_string())
    return std::vector{value->get<std::string>()};
  auto is_text = [](auto& x) {
    return x.is_string();
  };
  if (value->is_array() && std::ranges::all_of(*value, is_text))
    return value->get<std::vector<std::string>>();
  complain_of_type(name, *value, "a string or a list of strings");
  return std::nullopt;
}

std::optional<std::vector<core::task_id>>
object_reader::ids(std::string_view name) {
  auto all = texts(name);
  if (!all)
    return std::nullopt;
  std::vector<core::task_id> result;
  for (auto& x : *all) {
    auto id = core::parse_task_id(x);
    if (!id) {
      complain(name, ": " + id.error().message);
      return std::nullopt;
    }
    result.push_back(*id);
  }
  return result;
}

std::optional<std::map<std::string, std::string>>
object_reader::text_map(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  auto is_text = [](auto& x) {
    return x.is_string();
  };
  if (value->is_object() && std::ranges::all_of(*value, is_text))
    return value->get<std::map<std::string, std::string>>();
  complain_of_type(name, *value, "an object of strings");
  return std::nullopt;
}

std::optional<core::json> object_reader::list(std::string_view name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_array())
    return *value;
  complain_of_type(name, *value, "a list");
  return std::nullopt;
}

std::optional<size_t>
object_reader::position(std::string_view name, const std::string& text,
                        const std::vector<std::string_view>& names) {
  auto i = std::ranges::find(names, text);
  if (i != names.end())
    return static_cast<size_t>(i - names.begin());
  complain(name, fmt::format("cannot be '{}'{}; it is one of {}", shown(text),
                             core::did_you_mean(text, names),
                             fmt::join(names, ", ")));
  return std::nullopt;
}

void object_reader::complain(std::string_view name, std::string_view message) {
  problems_->push_back(fmt::format(
    "'{}'{}{}", path(name), message.starts_with(':') ? "" : " ", message));
}

void object_reader::complain_of_type(std::string_view name,
                                     const core::json& value,
                                     std::string_view wanted) {
  complain(name, fmt::format("is {}, not {}", core::type_of(value), wanted));
}

void object_reader::refuse_others() {
  std::vector<std::string_view> names{known_.begin(), known_.end()};
  for (auto& [name, value] : from_.items())
    if (std::ranges::find(names, name) == names.end())
      problems_->push_back(fmt::format("'{}' is not known here{}",
                                       shown(path(name)),
                                       core::did_you_mean(name, names)));
}

core::result<void> object_reader::finish() {
  refuse_others();
  return problems();
}

core::result<void> object_reader::problems() const {
  if (problems_->empty())
    return {};
  return core::fail(core::ec::invalid_argument,
                    fmt::format("{}", fmt::join(*problems_, "; ")));
}

std::string object_reader::path(std::string_view name) const {
  return where_.empty() ? std::string{name}
                        : fmt::format("{}.{}", where_, name);
}

} // namespace troupe::control
