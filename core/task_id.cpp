#include "core/task_id.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

namespace {

constexpr uint64_t version_bits = 0x7000;
constexpr uint64_t variant_bits = uint64_t{0b10} << 62;
constexpr uint64_t random_mask = (uint64_t{1} << 62) - 1;
constexpr uint32_t counter_max = 0xfff;
constexpr uint32_t counter_seed_max = 0x7ff;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

constexpr bool is_dash_at(size_t i) noexcept {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

} // namespace

std::string to_string(const task_id& id) {
  constexpr auto digits = "0123456789abcdef";
  std::string text(36, '-');
  size_t nibble = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_dash_at(i))
      continue;
    auto word = nibble < 16 ? id.high : id.low;
    text[i] = digits[(word >> (60 - nibble % 16 * 4)) & 0xf];
    ++nibble;
  }
  return text;
}

result<task_id> parse_task_id(std::string_view text) {
  auto refuse = [text] {
    return fail(ec::invalid_argument,
                fmt::format("'{}' is not a task id, which looks like "
                            "0190163d-8694-739b-aea5-966c26f8ad91",
                            text));
  };
  if (text.size() != 36)
    return refuse();
  task_id id;
  size_t nibble = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_dash_at(i)) {
      if (text[i] != '-')
        return refuse();
      continue;
    }
    auto value = hex_value(text[i]);
    if (value < 0)
      return refuse();
    auto& word = nibble++ < 16 ? id.high : id.low;
    word = word << 4 | static_cast<uint64_t>(value);
  }
  return id;
}

task_id_generator::task_id_generator(uint64_t seed) : random_(seed) {
  // nop
}

task_id task_id_generator::next(time_point now) {
  using std::chrono::milliseconds;
  auto since = std::chrono::floor<milliseconds>(now.time_since_epoch()).count();
  auto current = static_cast<uint64_t>(std::max<int64_t>(since, 0));
  auto bits = random_();
  if (current > milliseconds_) {
    milliseconds_ = current;
    counter_ = random_() & counter_seed_max;
  } else if (counter_ < counter_max) {
    ++counter_;
  } else {
    ++milliseconds_;
    counter_ = 0;
  }
  return version_7_id(milliseconds_, counter_, bits);
}

task_id version_7_id(uint64_t milliseconds, uint32_t middle,
                     uint64_t low) noexcept {
  return {milliseconds << 16 | version_bits | (middle & counter_max),
          variant_bits | (low & random_mask)};
}

time_point time_of(const task_id& id) noexcept {
  if ((id.high >> 12 & 0xf) != 7)
    return never;
  return time_point{std::chrono::milliseconds{id.high >> 16}};
}

} // namespace troupe::core
