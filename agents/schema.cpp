#include "agents/schema.hpp"

#include "core/nearest.hpp"
#include "core/time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace troupe::agents {

namespace {

using core::json;

bool has_reference(const json& value) {
  return value.is_string()
         && value.get_ref<const std::string&>().find("${") != std::string::npos;
}

bool is_count(const json& value) {
  if (value.is_number_integer())
    return value.is_number_unsigned() || value.get<int64_t>() >= 0;
  return value.is_number_float() && value.get<double>() >= 0
         && value.get<double>() < 9e15
         && std::trunc(value.get<double>()) == value.get<double>();
}

bool is_scalar(const json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

/// Collects what is wrong with one value.
class value_checker {
public:
  value_checker(std::string_view name, references mode,
                std::vector<parameter_problem>& problems)
    : name_(name), mode_(mode), problems_(problems) {
  }

  void check(const parameter_schema& parameter, const json& value);

private:
  bool is_open(const json& value) const {
    return mode_ == references::allowed && has_reference(value);
  }

  void add(std::string at, std::string message) {
    problems_.push_back({std::move(at), false, std::move(message)});
  }

  void expect(bool holds, const std::string& at, std::string_view what,
              const json& value) {
    if (!holds)
      add(at, fmt::format("'{}' must be {}, not {}", label(at), what,
                          value.type_name()));
  }

  /// `/argv/2` as people say it: `argv[2]`.
  std::string label(const std::string& at) const {
    std::string result{name_};
    for (auto i = at.find('/', 1); i != std::string::npos;) {
      auto end = at.find('/', i + 1);
      result += fmt::format("[{}]", at.substr(i + 1, end - i - 1));
      i = end;
    }
    return result;
  }

  void check_type(const parameter_schema& parameter, const std::string& at,
                  const json& value);
  void check_duration(const std::string& at, const json& value);
  void check_texts(const std::string& at, const json& value);
  void check_arguments(const std::string& at, const json& value, bool inside);
  void check_environment(const std::string& at, const json& value);
  void check_exit_codes(const std::string& at, const json& value);

  std::string_view name_;
  references mode_;
  std::vector<parameter_problem>& problems_;
};

std::string pointer(std::string_view key) {
  json::json_pointer result;
  result /= std::string{key};
  return result.to_string();
}

void value_checker::check(const parameter_schema& parameter,
                          const json& value) {
  if (is_open(value))
    return;
  auto at = pointer(parameter.name);
  auto before = problems_.size();
  check_type(parameter, at, value);
  if (problems_.size() != before || parameter.choices.empty())
    return;
  const auto& word = value.get_ref<const std::string&>();
  if (std::ranges::find(parameter.choices, word) != parameter.choices.end())
    return;
  add(at, fmt::format("'{}' must be one of {}, not '{}'{}", name_,
                      fmt::join(parameter.choices, ", "), word,
                      core::did_you_mean(word, parameter.choices)));
}

void value_checker::check_type(const parameter_schema& parameter,
                               const std::string& at, const json& value) {
  auto what = describe(parameter.type);
  switch (parameter.type) {
    case parameter_type::boolean:
      return expect(value.is_boolean(), at, what, value);
    case parameter_type::count:
      if (value.is_number() && !is_count(value))
        return add(at, fmt::format("'{}' must be {}, not {}", name_, what,
                                   value.dump()));
      return expect(value.is_number(), at, what, value);
    case parameter_type::number:
      if (value.is_number() && !(value.get<double>() >= 0))
        return add(at, fmt::format("'{}' must not be negative", name_));
      return expect(value.is_number(), at, what, value);
    case parameter_type::text:
      return expect(value.is_string(), at, what, value);
    case parameter_type::duration:
      return check_duration(at, value);
    case parameter_type::texts:
      return check_texts(at, value);
    case parameter_type::arguments:
      return check_arguments(at, value, false);
    case parameter_type::environment:
      return check_environment(at, value);
    case parameter_type::exit_codes:
      return check_exit_codes(at, value);
    case parameter_type::object:
      return expect(value.is_object(), at, what, value);
    case parameter_type::any:
      return;
  }
}

void value_checker::check_duration(const std::string& at, const json& value) {
  if (value.is_number()) {
    if (!(value.get<double>() >= 0))
      add(at, fmt::format("'{}' must not be negative", name_));
    return;
  }
  if (!value.is_string())
    return expect(false, at, describe(parameter_type::duration), value);
  auto read = core::parse_duration(value.get_ref<const std::string&>());
  if (!read)
    add(at, fmt::format("'{}': {}", name_, read.error().message));
}

void value_checker::check_texts(const std::string& at, const json& value) {
  if (value.is_string())
    return;
  if (!value.is_array())
    return expect(false, at, describe(parameter_type::texts), value);
  if (value.empty())
    add(at, fmt::format("'{}' must not be empty", name_));
  for (size_t i = 0; i < value.size(); ++i)
    expect(value[i].is_string(), fmt::format("{}/{}", at, i), "a string",
           value[i]);
}

void value_checker::check_arguments(const std::string& at, const json& value,
                                    bool inside) {
  if (!value.is_array())
    return expect(false, at, describe(parameter_type::arguments), value);
  if (value.empty() && !inside)
    add(at, fmt::format("'{}' must not be empty", name_));
  for (size_t i = 0; i < value.size(); ++i) {
    auto here = fmt::format("{}/{}", at, i);
    if (value[i].is_array() && !inside)
      check_arguments(here, value[i], true);
    else
      expect(is_scalar(value[i]), here, "a string or a number", value[i]);
  }
}

void value_checker::check_environment(const std::string& at,
                                      const json& value) {
  if (!value.is_object())
    return expect(false, at, describe(parameter_type::environment), value);
  for (const auto& [key, x] : value.items()) {
    auto here = at + pointer(key);
    if (key.empty() || key.find('=') != std::string::npos)
      problems_.push_back({here, true,
                           fmt::format("'{}' cannot be the name "
                                       "of a variable in '{}'",
                                       key, name_)});
    expect(is_scalar(x) || x.is_null(), here, "a string, a number or null", x);
  }
}

void value_checker::check_exit_codes(const std::string& at, const json& value) {
  if (!value.is_array())
    return expect(false, at, describe(parameter_type::exit_codes), value);
  if (value.empty())
    add(at, fmt::format("'{}' must not be empty", name_));
  for (size_t i = 0; i < value.size(); ++i) {
    auto holds = is_open(value[i])
                 || (is_count(value[i]) && value[i].get<double>() <= 255);
    if (!holds)
      add(fmt::format("{}/{}", at, i), fmt::format("'{}[{}]' must be a whole "
                                                   "number from 0 to 255",
                                                   name_, i));
  }
}

void check_names(const capability_schema& capability, const json& parameters,
                 references mode, std::vector<parameter_problem>& problems) {
  for (const auto& [key, value] : parameters.items()) {
    if (const auto* parameter = capability.find(key)) {
      value_checker{parameter->name, mode, problems}.check(*parameter, value);
      continue;
    }
    std::vector<std::string_view> known;
    for (const auto& parameter : capability.parameters)
      known.push_back(parameter.name);
    auto hint = core::did_you_mean(key, known);
    if (hint.empty())
      hint = fmt::format("; it has {}", fmt::join(known, ", "));
    problems.push_back(
      {pointer(key), true,
       fmt::format("{} has no parameter '{}'{}", capability.name, key, hint)});
  }
}

/// Once per group: the first parameter of it
/// speaks for all.
void check_group(const capability_schema& capability,
                 const parameter_schema& first, const json& parameters,
                 std::vector<parameter_problem>& problems) {
  std::vector<std::string> names;
  std::vector<std::string_view> given;
  for (const auto& parameter : capability.parameters) {
    if (parameter.one_of != first.one_of)
      continue;
    if (names.empty() && parameter.name != first.name)
      return;
    names.push_back(fmt::format("'{}'", parameter.name));
    if (parameters.contains(parameter.name))
      given.push_back(parameter.name);
  }
  auto either = fmt::format("{}", fmt::join(names, " or "));
  if (given.empty())
    problems.push_back(
      {"", false, fmt::format("{} needs {}", capability.name, either)});
  else if (given.size() > 1)
    problems.push_back(
      {pointer(given.back()), true,
       fmt::format("{} takes either {}, not both", capability.name, either)});
}

} // namespace

std::string_view describe(parameter_type x) noexcept {
  switch (x) {
    case parameter_type::boolean:
      return "true or false";
    case parameter_type::count:
      return "a whole number, 0 or more";
    case parameter_type::number:
      return "a number";
    case parameter_type::text:
      return "a string";
    case parameter_type::duration:
      return "seconds as a number, or a time "
             "such as '1.5s'";
    case parameter_type::texts:
      return "a string or a list of strings";
    case parameter_type::arguments:
      return "a list of strings";
    case parameter_type::environment:
      return "an object of strings";
    case parameter_type::exit_codes:
      return "a list of whole numbers from 0 "
             "to 255";
    case parameter_type::object:
      return "an object";
    case parameter_type::any:
      return "any value";
  }
  return "?";
}

const parameter_schema*
capability_schema::find(std::string_view parameter) const noexcept {
  auto i = std::ranges::find(parameters, parameter, &parameter_schema::name);
  return i != parameters.end() ? &*i : nullptr;
}

std::vector<parameter_problem>
check_parameters(const capability_schema& capability, const json& parameters,
                 references mode) {
  if (mode == references::allowed && has_reference(parameters))
    return {};
  if (!parameters.is_object() && !parameters.is_null())
    return {{"", false,
             fmt::format("the parameters of {} must "
                         "be an object, not {}",
                         capability.name, parameters.type_name())}};
  static const json none = json::object();
  const auto& given = parameters.is_null() ? none : parameters;
  std::vector<parameter_problem> problems;
  check_names(capability, given, mode, problems);
  for (const auto& parameter : capability.parameters) {
    if (!parameter.one_of.empty())
      check_group(capability, parameter, given, problems);
    else if (parameter.is_required && !given.contains(parameter.name))
      problems.push_back(
        {"", false,
         fmt::format("{} needs '{}'", capability.name, parameter.name)});
  }
  return problems;
}

core::result<void> require_valid(const capability_schema& capability,
                                 const json& parameters) {
  auto problems = check_parameters(capability, parameters,
                                   references::resolved);
  if (problems.empty())
    return {};
  std::vector<std::string_view> messages;
  messages.reserve(problems.size());
  for (const auto& problem : problems)
    messages.push_back(problem.message);
  return core::fail(core::error{core::ec::invalid_argument,
                                fmt::format("{}", fmt::join(messages, "; ")),
                                true});
}

} // namespace troupe::agents
