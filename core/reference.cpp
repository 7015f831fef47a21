#include "core/reference.hpp"

#include "core/nearest.hpp"
#include "core/payload_size.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace troupe::core {

namespace {

using names = std::vector<std::string_view>;

/// A few names for an error message.
std::string some_of(const names& all) {
  constexpr size_t count_max = 8;
  auto count = std::min(all.size(), count_max);
  auto text = fmt::format("'{}'",
                          fmt::join(std::span{all}.first(count), "', '"));
  if (count < all.size())
    text += fmt::format(" and {} more", all.size() - count);
  return text;
}

/// The nearest name, or else all there are.
std::string instead_of(std::string_view name, const names& all) {
  auto text = did_you_mean(name, all);
  if (text.empty())
    text = fmt::format("; there is {}", some_of(all));
  return text;
}

/// Follows a path from one value, and knows how to spell where it is.
class path_walker {
public:
  path_walker(const json& start, std::string spelled)
    : at_(&start), spelled_(std::move(spelled)) {
    // nop
  }

  result<void> walk(std::span<const path_step> path) {
    for (auto& step : path)
      if (auto done = at_->is_array() ? into_list(step) : into_object(step);
          !done)
        return done;
    return {};
  }

  const json& value() const noexcept {
    return *at_;
  }

private:
  result<void> into_list(const path_step& step) {
    if (!step.index)
      return missing("{} is a list: '{}' is not the number of an item",
                     spelled_, step.key);
    if (*step.index >= at_->size())
      return missing("{} has {} item{}, so there is no [{}]", spelled_,
                     at_->size(), at_->size() == 1 ? "" : "s", *step.index);
    at_ = &(*at_)[*step.index];
    spelled_ += fmt::format("[{}]", *step.index);
    return {};
  }

  result<void> into_object(const path_step& step) {
    auto is_key = !step.index || !step.key.empty();
    if (!at_->is_object() || !is_key)
      return missing("{} is {} and has no {}", spelled_, type_of(*at_),
                     is_key ? fmt::format("'{}'", step.key)
                            : fmt::format("[{}]", *step.index));
    auto i = at_->find(step.key);
    if (i == at_->end()) {
      names keys;
      for (auto& [key, value] : at_->get_ref<const json::object_t&>())
        keys.push_back(key);
      if (keys.empty())
        return missing("{} is empty and has no '{}'", spelled_, step.key);
      return missing("{} has no '{}'{}", spelled_, step.key,
                     instead_of(step.key, keys));
    }
    at_ = &*i;
    spelled_ += is_identifier(step.key) ? fmt::format(".{}", step.key)
                                        : quoted_name(step.key);
    return {};
  }

  template <class... Ts>
  static result<void> missing(fmt::format_string<Ts...> format, Ts&&... xs) {
    return fail(ec::unresolved_reference,
                fmt::format(format, std::forward<Ts>(xs)...));
  }

  const json* at_;
  std::string spelled_;
};

result<void> check_alias(const reference& what,
                         const dependency_results& known) {
  names aliases;
  for (auto& x : known) {
    if (x.alias == what.alias)
      return {};
    if (aliases.empty() || aliases.back() != x.alias)
      aliases.push_back(x.alias);
  }
  if (aliases.empty())
    return fail(ec::unresolved_reference, "the task has no dependencies");
  return fail(ec::unresolved_reference,
              fmt::format("no dependency is called '{}'{}", what.alias,
                          instead_of(what.alias, aliases)));
}

json error_value(const dependency_result& from, bool is_whole) {
  if (!from.failure)
    return nullptr;
  if (is_whole)
    return to_string(*from.failure);
  return {{"code", to_string(from.failure->code)},
          {"message", from.failure->message}};
}

/// The value of a reference to one dependency.
result<json> value_in(const dependency_result& from, reference_field field,
                      std::span<const path_step> path, std::string spelled) {
  json made;
  const json* start = &made;
  switch (field) {
    case reference_field::result:
      start = &from.result.value();
      if (start->is_null() && !path.empty()
          && from.status != task_status::completed)
        return fail(ec::unresolved_reference,
                    fmt::format("'{}' has no result: it is {}{}", from.alias,
                                to_string(from.status),
                                from.failure ? fmt::format(
                                  " ({})", to_string(*from.failure))
                                             : ""));
      break;
    case reference_field::status:
      made = to_string(from.status);
      break;
    case reference_field::error:
      made = error_value(from, path.empty());
      break;
    case reference_field::id:
      made = to_string(from.task);
      break;
  }
  path_walker walker{*start, std::move(spelled)};
  if (auto done = walker.walk(path); !done)
    return fail(std::move(done).error());
  return walker.value();
}

/// The value of a reference to all dependencies with its alias.
result<json> list_value(const reference& what,
                        std::span<const dependency_result* const> all,
                        std::string spelled) {
  if (what.path.empty()) {
    auto list = json::array();
    for (auto* x : all) {
      auto item = value_in(*x, what.field, {}, spelled);
      list.push_back(*std::move(item));
    }
    return list;
  }
  auto& first = what.path.front();
  if (!first.index)
    return fail(ec::unresolved_reference,
                fmt::format("{} is the list of {}: say which, as {}[0]",
                            spelled, all.size(), spelled));
  if (*first.index >= all.size())
    return fail(ec::unresolved_reference,
                fmt::format("{} has {} items, so there is no [{}]", spelled,
                            all.size(), *first.index));
  spelled += fmt::format("[{}]", *first.index);
  return value_in(*all[*first.index], what.field,
                  std::span{what.path}.subspan(1), std::move(spelled));
}

result<json> find_value(const reference& what,
                        const dependency_results& known) {
  if (!what.problem.empty())
    return fail(ec::unresolved_reference, what.problem);
  if (auto found = check_alias(what, known); !found)
    return fail(std::move(found).error());
  auto spelled = fmt::format("{}.{}", quoted_name(what.alias),
                             to_string(what.field));
  std::vector<const dependency_result*> all;
  for (auto& x : known)
    if (x.alias == what.alias)
      all.push_back(&x);
  if (what.is_list || all.size() > 1)
    return list_value(what, all, std::move(spelled));
  return value_in(*all.front(), what.field, what.path, std::move(spelled));
}

/// Builds the parameters with values in place of references.
class resolver {
public:
  /// `bytes`: what there is beside references.
  resolver(const dependency_results& known, size_t bytes, size_t bytes_max)
    : known_(known), bytes_(bytes), bytes_max_(bytes_max) {
    // nop
  }

  json resolved(const json& value, const std::string& place) {
    if (!has_references(value))
      return value;
    if (value.is_string())
      return resolved_text(value.get_ref<const std::string&>(), place);
    if (value.is_object()) {
      auto result = json::object();
      for (auto& [key, item] : value.items())
        result[key] = resolved(item, json_pointer_step(place, key));
      return result;
    }
    auto result = json::array();
    for (size_t i = 0; i < value.size(); ++i)
      result.push_back(resolved(value[i], fmt::format("{}/{}", place, i)));
    return result;
  }

  const std::vector<std::string>& problems() const noexcept {
    return problems_;
  }

  /// The first reference that brought too much; empty if none did.
  const std::string& excess() const noexcept {
    return excess_;
  }

private:
  json resolved_text(const std::string& text, const std::string& place) {
    auto pieces = split_text(text);
    if (pieces.size() == 1 && pieces.front().what)
      return value_at(*pieces.front().what, place);
    std::string result;
    for (auto& piece : pieces) {
      if (!piece.what) {
        result += piece.literal;
        continue;
      }
      auto value = value_at(*piece.what, place);
      if (value.is_string())
        result += value.get_ref<const std::string&>();
      else
        result += value.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return result;
  }

  json value_at(const reference& what, const std::string& place) {
    if (!excess_.empty())
      return nullptr;
    auto where = [&] {
      return place.empty() ? "the top" : place;
    };
    auto value = value_of(what, known_);
    if (!value) {
      problems_.push_back(
        fmt::format("at {}: {}", where(), value.error().message));
      return nullptr;
    }
    bytes_ += rough_size(*value, bytes_max_);
    if (bytes_ <= bytes_max_)
      return *std::move(value);
    excess_ = fmt::format("at {}: {}", where(), what.text);
    return nullptr;
  }

  const dependency_results& known_;
  size_t bytes_;
  size_t bytes_max_;
  std::string excess_;
  std::vector<std::string> problems_;
};

} // namespace

result<json> value_of(const reference& what, const dependency_results& known) {
  auto found = find_value(what, known);
  if (found)
    return found;
  return fail(ec::unresolved_reference,
              fmt::format("{}: {}", what.text, found.error().message));
}

result<payload> resolve(const payload& parameters,
                        const dependency_results& known, size_t bytes_max) {
  if (!has_references(parameters.value()))
    return parameters;
  // Values take the places of references, and of their quotes.
  auto bytes = rough_size(parameters.value());
  for (auto& what : references_in(parameters.value()))
    bytes -= std::min(bytes, what.text.size() + 2);
  resolver all{known, bytes, bytes_max};
  auto resolved = all.resolved(parameters.value(), {});
  if (!all.problems().empty())
    return fail(ec::unresolved_reference,
                fmt::format("{}", fmt::join(all.problems(), "; ")));
  if (!all.excess().empty()) {
    error why{ec::limit_exceeded,
              fmt::format("{}: with it the parameters have more than {} bytes "
                          "(payload_bytes_max); put it into a file and hand on "
                          "its name",
                          all.excess(), bytes_max)};
    why.is_permanent = true;
    return fail(std::move(why));
  }
  return payload(std::move(resolved));
}

} // namespace troupe::core
