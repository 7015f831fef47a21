#include "core/cron.hpp"
#include "core/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

constexpr size_t cron_bytes_max = 1000;

constexpr std::array<std::string_view, 12> month_names{
  "jan", "feb", "mar", "apr", "may", "jun",
  "jul", "aug", "sep", "oct", "nov", "dec",
};

constexpr std::array<std::string_view, 7> weekday_names{
  "sun", "mon", "tue", "wed", "thu", "fri", "sat",
};

struct cron_macro {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array<cron_macro, 7> cron_macros{{
  {"@yearly", "0 0 1 1 *"},
  {"@annually", "0 0 1 1 *"},
  {"@monthly", "0 0 1 * *"},
  {"@weekly", "0 0 * * 0"},
  {"@daily", "0 0 * * *"},
  {"@midnight", "0 0 * * *"},
  {"@hourly", "0 * * * *"},
}};

struct cron_field_kind {
  std::string_view name;
  uint32_t min = 0;
  /// What `*` reaches to.
  uint32_t max = 0;
  /// Of `min`, and so on.
  std::span<const std::string_view> names = {};
};

enum cron_field {
  at_second,
  at_minute,
  at_hour,
  at_day,
  at_month,
  at_weekday,
};

constexpr std::array<cron_field_kind, 6> cron_field_kinds{{
  {"second", 0, 59},
  {"minute", 0, 59},
  {"hour", 0, 23},
  {"day of month", 1, 31},
  {"month", 1, 12, month_names},
  {"day of week", 0, 6, weekday_names},
}};

std::string in_lower_case(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::vector<std::string_view> split_at(std::string_view text,
                                       std::string_view separators) {
  std::vector<std::string_view> result;
  for (;;) {
    auto end = text.find_first_of(separators);
    result.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return result;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  auto result = split_at(text, " \t");
  std::erase(result, std::string_view{});
  return result;
}

/// What is wrong, with what to write instead.
using cron_problem = std::string;

/// Reads one field; `problems()` says what is wrong with it.
class cron_field_reader {
public:
  cron_field_reader(cron_field which, cron_fields& out)
    : which_(which), kind_(cron_field_kinds[which]), out_(out) {
  }

  void read(std::string_view text) {
    for (auto item : split_at(text, ",")) {
      if (auto wrong = read_item(item); !wrong.empty())
        problems_.push_back(
          fmt::format("{}: '{}': {}", kind_.name, item, wrong));
    }
  }

  uint64_t bits() const noexcept {
    return bits_;
  }

  const std::vector<cron_problem>& problems() const noexcept {
    return problems_;
  }

private:
  cron_problem read_item(std::string_view item) {
    if (item.empty())
      return "a value is missing; commas go between two values";
    if (which_ == at_day && item.starts_with('l'))
      return read_last_day(item);
    if (which_ == at_day && item.ends_with('w'))
      return "nearest workdays (W) cannot be named; name the days of week in "
             "the last field";
    if (which_ == at_weekday) {
      if (auto at = item.find('#'); at != std::string_view::npos)
        return read_nth(item.substr(0, at), to_number(item.substr(at + 1)));
      if (item == "l")
        return "the last of which weekday? Write e.g. friL, or sat";
      if (item.ends_with('l'))
        return read_weekday(item.substr(0, item.size() - 1), 0);
    }
    return read_range(item);
  }

  /// `L` or `L-3`.
  cron_problem read_last_day(std::string_view item) {
    uint32_t before = 0;
    if (item != "l") {
      auto number = item.starts_with("l-") ? to_number(item.substr(2))
                                           : std::nullopt;
      if (!number || *number > 30)
        return "write L for the last day of the month, or L-1 to L-30 for one "
               "before it";
      before = *number;
    }
    out_.days_from_end |= 1u << before;
    return {};
  }

  /// `fri#2`.
  cron_problem read_nth(std::string_view name, std::optional<uint32_t> nth) {
    if (!nth || *nth < 1 || *nth > 5)
      return "write #1 to #5 for which one of the month it is, or e.g. friL "
             "for the last";
    return read_weekday(name, *nth);
  }

  /// The nth of the month; 0 stands for the last.
  cron_problem read_weekday(std::string_view name, uint32_t nth) {
    uint32_t which = 0;
    if (auto wrong = read_value(name, which); !wrong.empty())
      return wrong;
    out_.nth_weekdays[which % 7] |= static_cast<uint8_t>(1u << nth);
    return {};
  }

  cron_problem read_range(std::string_view item) {
    auto slash = item.find('/');
    auto range = item.substr(0, slash);
    auto begin = kind_.min;
    auto end = kind_.max;
    auto dash = range.find('-');
    if (range == "?" && which_ != at_day && which_ != at_weekday)
      return "? is for the fields of days only; write *";
    if (range != "*" && range != "?") {
      if (auto wrong = read_value(range.substr(0, dash), begin); !wrong.empty())
        return wrong;
      if (dash == std::string_view::npos && slash == std::string_view::npos)
        end = begin;
      else if (which_ == at_weekday && begin == 7)
        begin = 0;
    }
    if (dash != std::string_view::npos)
      if (auto wrong = read_end(range, dash, begin, end); !wrong.empty())
        return wrong;
    uint32_t step = 1;
    if (slash != std::string_view::npos)
      if (auto wrong = read_step(item.substr(slash + 1), step); !wrong.empty())
        return wrong;
    for (auto i = begin; i <= end; i += step)
      bits_ |= uint64_t{1} << (which_ == at_weekday ? i % 7 : i);
    return {};
  }

  /// The end of a range, which begins with `begin`.
  cron_problem read_end(std::string_view range, size_t dash, uint32_t begin,
                        uint32_t& end) {
    auto text = range.substr(dash + 1);
    if (auto wrong = read_value(text, end); !wrong.empty())
      return wrong;
    // A week may end with Sunday as well as begin with it.
    if (which_ == at_weekday && end == 0 && begin != 0)
      end = 7;
    if (end >= begin)
      return {};
    auto is_named = text.front() > '9';
    return fmt::format("the range goes backwards; write {}-{},{}-{}",
                       range.substr(0, dash), label(kind_.max, is_named),
                       label(kind_.min, is_named), text);
  }

  std::string label(uint32_t value, bool is_named) const {
    return is_named ? std::string{kind_.names[value - kind_.min]}
                    : fmt::format("{}", value);
  }

  cron_problem read_step(std::string_view text, uint32_t& step) {
    auto number = to_number(text);
    auto max = kind_.max - kind_.min;
    if (number && *number >= 1 && *number <= max) {
      step = *number;
      return {};
    }
    return fmt::format("the step '{}' is not a number from 1 to {}{}", text,
                       max,
                       number && *number > max
                         ? fmt::format("; write {} for once", kind_.min)
                         : std::string{});
  }

  cron_problem read_value(std::string_view text, uint32_t& value) {
    // Sunday is 0 and 7.
    auto max = which_ == at_weekday ? 7 : kind_.max;
    auto name = std::ranges::find(kind_.names, text);
    if (name != kind_.names.end()) {
      value = kind_.min + static_cast<uint32_t>(name - kind_.names.begin());
      return {};
    }
    auto number = to_number(text);
    if (number && *number >= kind_.min && *number <= max) {
      value = *number;
      return {};
    }
    auto wanted = fmt::format("from {} to {}", kind_.min, max);
    if (!kind_.names.empty())
      wanted += fmt::format(" or one of {}{}", fmt::join(kind_.names, ", "),
                            did_you_mean(text, kind_.names));
    return fmt::format("'{}' is not {}", text, wanted);
  }

  /// Of at most three digits.
  static std::optional<uint32_t> to_number(std::string_view text) {
    if (text.empty() || text.size() > 3)
      return std::nullopt;
    uint32_t result = 0;
    for (auto c : text) {
      if (c < '0' || c > '9')
        return std::nullopt;
      result = result * 10 + static_cast<uint32_t>(c - '0');
    }
    return result;
  }

  cron_field which_;
  const cron_field_kind& kind_;
  cron_fields& out_;
  uint64_t bits_ = 0;
  std::vector<cron_problem> problems_;
};

/// What an `@name` stands for, or what is wrong with it.
tl::expected<std::string_view, cron_problem>
expand_macro(const std::string& name) {
  for (auto& x : cron_macros)
    if (x.name == name)
      return x.meaning;
  if (name.starts_with("@every"))
    return tl::unexpected<cron_problem>{
      "an interval is no cron expression; make it a schedule of the kind "
      "'every'"};
  if (name == "@reboot")
    return tl::unexpected<cron_problem>{
      "there is no time of a start; submit the task when the program starts"};
  std::vector<std::string_view> names;
  names.reserve(std::size(cron_macros));
  for (auto& x : cron_macros)
    names.push_back(x.name);
  return tl::unexpected<cron_problem>{
    fmt::format("'{}' is unknown{}; there are {}", name,
                did_you_mean(name, names), fmt::join(names, ", "))};
}

std::string problem_of_count(size_t count) {
  if (count == 7)
    return "it has 7 fields; years cannot be named, leave out the last and "
           "set an end of the schedule";
  return fmt::format("it has {} field{}; write 5 (minute, hour, day of month, "
                     "month, day of week) or 6 (seconds first)",
                     count, count == 1 ? "" : "s");
}

bool begins_open(std::string_view field) noexcept {
  return field.starts_with('*') || field.starts_with('?');
}

/// Of five or six fields.
std::vector<cron_problem>
read_cron_fields(const std::vector<std::string_view>& texts, cron_fields& out) {
  std::vector<cron_problem> problems;
  std::array<uint64_t, 6> bits{1};
  auto first = cron_field_kinds.size() - texts.size();
  for (size_t i = 0; i < texts.size(); ++i) {
    cron_field_reader reader{static_cast<cron_field>(first + i), out};
    reader.read(texts[i]);
    bits[first + i] = reader.bits();
    problems.insert(problems.end(), reader.problems().begin(),
                    reader.problems().end());
  }
  out.seconds = bits[at_second];
  out.minutes = bits[at_minute];
  out.hours = static_cast<uint32_t>(bits[at_hour]);
  out.days = static_cast<uint32_t>(bits[at_day]);
  out.months = static_cast<uint32_t>(bits[at_month]);
  out.weekdays = static_cast<uint32_t>(bits[at_weekday]);
  out.is_any_day = begins_open(texts[at_day - first]);
  out.is_any_weekday = begins_open(texts[at_weekday - first]);
  return problems;
}

tl::unexpected<error> refuse_cron(std::string_view text,
                                  const std::vector<cron_problem>& problems) {
  return fail(ec::invalid_argument,
              fmt::format("cron '{}': {}", text, fmt::join(problems, "; ")));
}

} // namespace

result<cron_expression> parse_cron(std::string_view text) {
  if (text.size() > cron_bytes_max)
    return refuse_cron(
      text.substr(0, 50),
      {fmt::format("it goes on, and is longer than {} bytes", cron_bytes_max)});
  auto meaning = in_lower_case(text);
  auto texts = words_of(meaning);
  if (texts.empty())
    return refuse_cron(text,
                       {"it is empty; write e.g. '30 2 * * *' for each day at "
                        "2:30"});
  if (texts.front().find('=') != std::string_view::npos)
    return refuse_cron(text, {"a time zone goes into the field 'zone' of the "
                              "schedule"});
  if (texts.front().starts_with('@')) {
    auto expanded = texts.size() > 1 && !texts.front().starts_with("@every")
                      ? expand_macro(meaning)
                      : expand_macro(std::string{texts.front()});
    if (!expanded)
      return refuse_cron(text, {expanded.error()});
    texts = words_of(*expanded);
  }
  if (texts.size() != 5 && texts.size() != 6)
    return refuse_cron(text, {problem_of_count(texts.size())});
  cron_fields fields;
  if (auto problems = read_cron_fields(texts, fields); !problems.empty())
    return refuse_cron(text, problems);
  cron_expression result{fields, std::string{text}};
  // What comes at all comes within the 400 years after which all repeats.
  if (!result.next_after(local_time{}))
    return refuse_cron(text,
                       {fmt::format("no date is in all of day of month '{}', "
                                    "month '{}' and day of week '{}'; write L "
                                    "for the last day of a month",
                                    texts[texts.size() - 3],
                                    texts[texts.size() - 2], texts.back())});
  return result;
}

} // namespace troupe::core
