#pragma once

#include "core/payload.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::core {

/// Appends compact JSON text to a string that can be used again and again: no
/// JSON value is made on the way, and nothing is allocated once the string is
/// large enough. Text that is not UTF-8 is replaced as payload::dump() does,
/// and numbers that are not finite become null.
class json_writer {
public:
  /// `to` must outlive this; what is in it stays.
  explicit json_writer(std::string& to) noexcept : to_(to), start_(to.size()) {
  }

  void begin_object() {
    open('{');
  }

  void end_object() {
    to_ += '}';
  }

  void begin_list() {
    open('[');
  }

  void end_list() {
    to_ += ']';
  }

  /// The next value's; a name that needs no escaping.
  void key(std::string_view name);

  void value(std::string_view text);

  void value(const char* text) {
    value(std::string_view{text});
  }

  void value(const task_id& id);

  /// As the number of nanoseconds.
  void value(duration time) {
    value(static_cast<int64_t>(time.count()));
  }

  /// Since 1970.
  void value(time_point time) {
    value(time.time_since_epoch());
  }

  void value(const payload& x) {
    value(x.value());
  }

  void value(const json& x);
  void value(bool x);
  void value(double x);
  void value(int64_t x);
  void value(uint64_t x);

  void value(uint32_t x) {
    value(uint64_t{x});
  }

  void value(int32_t x) {
    value(int64_t{x});
  }

  template <class T>
  void member(std::string_view name, const T& x) {
    key(name);
    value(x);
  }

private:
  void open(char bracket) {
    separate();
    to_ += bracket;
  }

  /// A comma, unless this is the first in something.
  void separate();

  /// In quotes, escaped.
  void quote(std::string_view text);

  std::string& to_;
  size_t start_;
};

/// Writes what is not as it is anyway.
template <class T>
void write_unless(json_writer& to, std::string_view name, const T& x,
                  const T& plain) {
  if (x != plain)
    to.member(name, x);
}

inline void write_text(json_writer& to, std::string_view name,
                       std::string_view text) {
  if (!text.empty())
    to.member(name, text);
}

} // namespace troupe::core
