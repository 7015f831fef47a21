#pragma once

#include "core/payload.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::control {

/// Reads a JSON object that a person or another program has written, field by
/// field, and gathers all that is wrong with it. Each getter answers nothing if
/// the field is not there or null, or, with a problem noted, if it is of
/// another type. Fields that no getter was asked for are not known.
class object_reader {
public:
  /// Null counts as an object without fields.
  explicit object_reader(core::json from);

  /// An object inside of another, called `where` in messages; its problems are
  /// those of the other.
  object_reader(core::json from, std::string where, object_reader& outer);

  object_reader(const object_reader&) = delete;
  object_reader& operator=(const object_reader&) = delete;

  /// Whether it is there, and not null.
  bool has(std::string_view name) const;

  /// Notes a problem if it is not there.
  void require(std::string_view name);

  /// Of any type, also null.
  std::optional<core::json> any(std::string_view name);

  std::optional<std::string> text(std::string_view name);
  std::optional<bool> boolean(std::string_view name);

  /// A whole number from `min` to `max`.
  std::optional<uint64_t> count(std::string_view name, uint64_t min = 0,
                                uint64_t max = UINT64_MAX);

  std::optional<double> number(std::string_view name);

  /// A number of seconds, or a text such as `1h30m`; from zero to `max`.
  std::optional<core::duration>
  seconds(std::string_view name, core::duration max = core::duration::max());

  /// A text in ISO 8601.
  std::optional<core::time_point> time(std::string_view name);

  std::optional<core::task_id> id(std::string_view name);

  /// A list of texts, or one text.
  std::optional<std::vector<std::string>> texts(std::string_view name);

  /// The same for ids.
  std::optional<std::vector<core::task_id>> ids(std::string_view name);

  std::optional<std::map<std::string, std::string>>
  text_map(std::string_view name);

  /// A list.
  std::optional<core::json> list(std::string_view name);

  /// One of the names of an enum, of which this is the last.
  template <class Enum>
  std::optional<Enum> choice(std::string_view name, Enum last) {
    auto value = text(name);
    if (!value)
      return std::nullopt;
    std::vector<std::string_view> names;
    for (size_t i = 0; i <= static_cast<size_t>(last); ++i)
      names.push_back(to_string(static_cast<Enum>(i)));
    auto i = position(name, *value, names);
    return i ? std::optional{static_cast<Enum>(*i)} : std::nullopt;
  }

  /// The text's place among them; a problem if it is none of them.
  std::optional<size_t> position(std::string_view name, const std::string& text,
                                 const std::vector<std::string_view>& names);

  /// Notes that a field is wrong: `message` goes on after its name.
  void complain(std::string_view name, std::string_view message);

  /// Notes which fields are not known; to be called when all has been asked
  /// for.
  void refuse_others();

  /// All problems so far in one `ec::invalid_argument`.
  core::result<void> problems() const;

  /// refuse_others(), and then problems().
  core::result<void> finish();

  /// The name of a field in messages, with what it is in.
  std::string path(std::string_view name) const;

private:
  const core::json* find(std::string_view name);
  void complain_of_type(std::string_view name, const core::json& value,
                        std::string_view wanted);

  core::json from_;
  std::string where_;
  std::vector<std::string> known_;
  std::shared_ptr<std::vector<std::string>> problems_;
};

} // namespace troupe::control
