#pragma once

#include "core/error.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace troupe::core {

using json = nlohmann::json;

/// Whether JSON text has more levels of arrays and objects in each other: who
/// reads it would run out of stack.
bool is_too_deep(std::string_view text, size_t levels_max) noexcept;

/// The type of a value with its article, for messages: `a list`.
std::string_view type_of(const json& x) noexcept;

/// Parameters or a result: JSON that never changes once it is in here, so that
/// all who hold it inside a process share one copy. Copying costs one reference
/// count. A default-made payload is JSON `null` and allocates nothing.
class payload {
public:
  /// Levels of arrays and objects in each other that parse() accepts: JSON is
  /// copied, compared and written recursively.
  static constexpr size_t nesting_max = 500;

  payload() noexcept = default;

  payload(json value);

  /// So that a braced list reads as it does for `json`:
  /// `payload{{"name", "value"}, ...}`.
  payload(json::initializer_list_t value);

  /// The JSON; lives as long as any payload that shares it.
  const json& value() const noexcept;

  bool is_null() const noexcept {
    return value_ == nullptr || value_->is_null();
  }

  /// Compact JSON text in UTF-8; invalid UTF-8 in strings is replaced.
  std::string dump() const;

  /// Reads JSON text; `ec::invalid_argument` names line and column.
  static result<payload> parse(std::string_view text);

  friend bool operator==(const payload& x, const payload& y) {
    return x.value_ == y.value_ || x.value() == y.value();
  }

private:
  std::shared_ptr<const json> value_;
};

} // namespace troupe::core
