#include "core/token_bucket.hpp"

#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

std::vector<std::string> validate(const token_rate& x) {
  std::vector<std::string> problems;
  auto check_tokens = [&](std::string_view field, uint64_t tokens) {
    if (tokens == 0 || tokens > tokens_max)
      problems.push_back(
        fmt::format("{}: {} is not from 1 to {}", field, tokens, tokens_max));
  };
  check_tokens("tokens", x.tokens);
  check_tokens("burst", x.burst);
  if (x.per <= duration::zero())
    problems.emplace_back("per: must be longer than nothing");
  else if (x.per > time_max)
    problems.push_back(
      fmt::format("per: {} is longer than 100 years", to_string(x.per)));
  if (!problems.empty())
    return problems;
  token_bucket empty{x};
  empty.take(x.burst, never);
  if (empty.when(x.burst, never) > never + time_max)
    problems.push_back(fmt::format(
      "burst: at {} per {}, {} would take more than 100 years to come",
      x.tokens, to_string(x.per), x.burst));
  return problems;
}

std::string to_string(const token_rate& x) {
  auto text = fmt::format("no more than {} per {}", x.tokens, to_string(x.per));
  if (x.burst > 1)
    text += fmt::format(", at most {} at once", x.burst);
  return text;
}

token_bucket::token_bucket(const token_rate& rate) noexcept
  : rate_(rate), level_(units(rate.burst)) {
}

bool token_bucket::take(uint64_t tokens, time_point now) noexcept {
  if (tokens > rate_.burst)
    return false;
  auto left = level(now) - units(tokens);
  if (left < 0)
    return false;
  level_ = left;
  at_ = std::max(at_, now);
  return true;
}

time_point token_bucket::when(uint64_t tokens, time_point now) const noexcept {
  if (tokens > rate_.burst)
    return never;
  auto missing = units(tokens) - level(now);
  if (missing <= 0)
    return now;
  auto rate = static_cast<wide>(rate_.tokens);
  auto wait = (missing + rate - 1) / rate;
  auto since = std::max(at_, now).time_since_epoch().count();
  // Beyond the end of time only if the settings are not valid.
  constexpr wide last = duration::max().count();
  return time_point{
    duration{static_cast<int64_t>(std::min(since + wait, last))}};
}

uint64_t token_bucket::available(time_point now) const noexcept {
  return static_cast<uint64_t>(level(now) / rate_.per.count());
}

bool token_bucket::is_full(time_point now) const noexcept {
  return level(now) == units(rate_.burst);
}

token_bucket::wide token_bucket::units(uint64_t tokens) const noexcept {
  return static_cast<wide>(tokens) * rate_.per.count();
}

token_bucket::wide token_bucket::level(time_point now) const noexcept {
  if (now <= at_)
    return level_;
  auto gained = static_cast<wide>((now - at_).count())
                * static_cast<wide>(rate_.tokens);
  return std::min(units(rate_.burst), level_ + gained);
}

} // namespace troupe::core
