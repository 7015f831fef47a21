#include "core/zone_file.hpp"

#include "core/posix_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

using std::chrono::seconds;

class listed_zone final : public time_zone {
public:
  struct change {
    utc_time at;
    seconds offset{0};
  };

  std::string_view name() const noexcept override {
    return title;
  }

  zone_period period_at(utc_time at) const override {
    auto next = std::ranges::upper_bound(changes, at, {}, &change::at);
    auto is_last = next == changes.end();
    zone_period result{utc_time::min(), is_last ? utc_time::max() : next->at,
                       first_offset};
    if (next != changes.begin()) {
      result.begin = std::prev(next)->at;
      result.offset = std::prev(next)->offset;
    }
    if (!is_last || !rules)
      return result;
    auto ruled = rules->period_at(at);
    ruled.begin = std::max(ruled.begin, result.begin);
    return ruled;
  }

  std::string title;
  seconds first_offset{0};
  std::vector<change> changes;
  std::optional<posix_zone> rules;
};

/// Takes numbers off the front; they are stored with the highest byte first.
class byte_reader {
public:
  explicit byte_reader(std::string_view rest) : rest_(rest) {
  }

  bool has(uint64_t count) const noexcept {
    return rest_.size() >= count;
  }

  std::string_view take(size_t count) {
    auto result = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return result;
  }

  uint64_t number(size_t width) {
    uint64_t result = 0;
    for (auto c : take(width))
      result = result << 8 | static_cast<unsigned char>(c);
    return result;
  }

  int64_t integer(size_t width) {
    auto x = number(width);
    return width == 4 ? static_cast<int32_t>(static_cast<uint32_t>(x))
                      : static_cast<int64_t>(x);
  }

  std::string_view rest() const noexcept {
    return rest_;
  }

private:
  std::string_view rest_;
};

constexpr size_t block_header_bytes = 44;

/// Of one of the two blocks of data.
struct block_header {
  char version = 0;
  uint64_t utc_flags = 0;
  uint64_t standard_flags = 0;
  uint64_t leaps = 0;
  uint64_t times = 0;
  uint64_t types = 0;
  uint64_t letters = 0;

  uint64_t bytes(size_t width) const noexcept {
    return times * (width + 1) + types * 6 + letters + leaps * (width + 4)
           + standard_flags + utc_flags;
  }
};

std::optional<block_header> take_block_header(byte_reader& from) {
  if (!from.has(block_header_bytes) || from.take(4) != "TZif")
    return std::nullopt;
  block_header x;
  x.version = from.take(1).front();
  from.take(15);
  for (auto count : {&x.utc_flags, &x.standard_flags, &x.leaps, &x.times,
                     &x.types, &x.letters})
    *count = from.number(4);
  return x;
}

/// Says what is wrong with the block, if anything is.
std::string_view take_block(byte_reader& from, const block_header& counts,
                            size_t width, listed_zone& zone) {
  if (counts.types == 0)
    return "it has no offsets";
  if (counts.leaps != 0)
    return "it counts leap seconds: take the zone without 'right/'";
  std::vector<std::pair<utc_time, size_t>> changes(counts.times);
  for (auto& change : changes)
    change.first = utc_time{seconds{from.integer(width)}};
  for (auto& change : changes)
    change.second = static_cast<size_t>(from.number(1));
  std::vector<seconds> offsets(counts.types);
  for (auto& offset : offsets) {
    offset = seconds{from.integer(4)};
    if (abs(offset) >= std::chrono::days{1})
      return "an offset is as long as a day";
    from.take(2);
  }
  from.take(static_cast<size_t>(counts.letters + counts.standard_flags
                                + counts.utc_flags));
  zone.first_offset = offsets.front();
  for (auto& [at, type] : changes) {
    if (type >= offsets.size())
      return "a change refers to an offset that is not there";
    if (!zone.changes.empty() && zone.changes.back().at >= at)
      return "its changes are not in order";
    zone.changes.push_back({at, offsets[type]});
  }
  return {};
}

std::string take_rules(byte_reader& from, listed_zone& zone) {
  auto end = from.rest().find('\n', 1);
  if (!from.rest().starts_with('\n') || end == std::string_view::npos)
    return "it is cut off";
  auto text = from.rest().substr(1, end - 1);
  if (text.empty())
    return {};
  auto rules = parse_posix_zone(text);
  if (!rules)
    return rules.error().message;
  zone.rules = *rules;
  return {};
}

std::string read_zone(std::string_view bytes, listed_zone& zone) {
  byte_reader from{bytes};
  auto counts = take_block_header(from);
  if (!counts)
    return "it is no compiled time zone (TZif)";
  if (!from.has(counts->bytes(4)))
    return "it is cut off";
  if (counts->version == 0)
    return std::string{take_block(from, *counts, 4, zone)};
  // The first block is for programs with times of 32 bits.
  from.take(static_cast<size_t>(counts->bytes(4)));
  counts = take_block_header(from);
  if (!counts || !from.has(counts->bytes(8)))
    return "it is cut off";
  if (auto problem = take_block(from, *counts, 8, zone); !problem.empty())
    return std::string{problem};
  return take_rules(from, zone);
}

} // namespace

result<time_zone_ptr> parse_zone_file(std::string name,
                                      std::string_view bytes) {
  auto zone = std::make_shared<listed_zone>();
  zone->title = std::move(name);
  if (auto problem = read_zone(bytes, *zone); !problem.empty())
    return fail(ec::invalid_argument,
                fmt::format("the file of time zone '{}' cannot be read: {}",
                            zone->title, problem));
  return zone;
}

} // namespace troupe::core
