#include "storage/audit_chain.hpp"

#include "core/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace troupe::storage {

sha256_hash chain(sha256& with, const sha256_hash& before, uint64_t sequence,
                  const core::audit_entry& entry) {
  with.add(std::string_view{reinterpret_cast<const char*>(before.data()),
                            before.size()});
  with.add(sequence);
  with.add(static_cast<uint64_t>(entry.at.time_since_epoch().count()));
  with.add_text(entry.by);
  with.add_text(entry.action);
  with.add(entry.task.high);
  with.add(entry.task.low);
  with.add_text(entry.detail);
  return with.finish();
}

void number_ranges::add(uint64_t number) {
  if (!ranges_.empty() && ranges_.back().last + 1 == number)
    ranges_.back().last = number;
  else
    ranges_.push_back({number, number});
}

std::string number_ranges::text() const {
  std::string text;
  for (auto& x : ranges_) {
    if (!text.empty())
      text += ',';
    text += std::to_string(x.first);
    if (x.last != x.first)
      text += '-' + std::to_string(x.last);
  }
  return text;
}

core::result<std::vector<uint64_t>>
number_ranges::parse(std::string_view text) {
  std::vector<uint64_t> numbers;
  auto* next = text.data();
  auto* end = next + text.size();
  auto take = [&](uint64_t& to) {
    auto [stop, code] = std::from_chars(next, end, to);
    next = stop;
    return code == std::errc{};
  };
  auto refuse = [&] {
    return core::fail(core::ec::invalid_argument,
                      fmt::format("'{}' is no list of numbers", text));
  };
  while (next != end) {
    uint64_t first = 0;
    if (!take(first))
      return refuse();
    auto last = first;
    if (next != end && *next == '-' && (++next, !take(last)))
      return refuse();
    if (last < first || last - first > 10'000'000)
      return refuse();
    for (uint64_t i = 0; i <= last - first; ++i)
      numbers.push_back(first + i);
    if (next != end && (*next++ != ',' || next == end))
      return refuse();
  }
  return numbers;
}

void submission_digest::add(const core::task_image& image,
                            std::string_view spec) {
  ++count_;
  at_ = std::max(at_, image.created);
  numbers_.add(image.number);
  hash_.add(image.number);
  hash_.add(image.spec->id.high);
  hash_.add(image.spec->id.low);
  hash_.add(static_cast<uint64_t>(image.created.time_since_epoch().count()));
  hash_.add_text(spec);
}

core::audit_entry submission_digest::finish(std::string owner) {
  core::audit_entry entry;
  entry.at = at_;
  entry.by = std::move(owner);
  entry.action = "submit";
  core::json_writer to{entry.detail};
  to.begin_object();
  to.member("count", count_);
  to.member("numbers", std::string_view{numbers_.text()});
  to.member("sha256", std::string_view{to_hex(hash_.finish())});
  to.end_object();
  numbers_ = {};
  at_ = core::never;
  count_ = 0;
  return entry;
}

} // namespace troupe::storage
