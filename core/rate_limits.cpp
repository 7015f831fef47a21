#include "core/rate_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe::core {

namespace {

/// Buckets looked at in passing.
constexpr size_t forget_steps = 16;

error to_be_retried(std::string text, duration after) {
  // What is due now is due when the one who asks has been told.
  return {ec::rate_limited, std::move(text), false,
          std::max(after, duration{1})};
}

} // namespace

struct rate_limits::bucket {
  explicit bucket(limit& of) : of(&of), tokens(of.settings.rate) {
  }

  limit* of;
  /// Where it stands in `of`.
  const std::string* key = nullptr;
  token_bucket tokens;
  /// Who waits for it, and for how many tokens.
  std::map<place, uint64_t> line;
  /// In `due_`; `never` if it is not.
  time_point due = never;
  /// In `ready_`, under this.
  std::optional<place> ready;
  /// Waiters that need it, in its line or not.
  uint64_t users = 0;
  bool is_listed_idle = false;
  /// Which submission asked for it last, and where in its needs it is.
  uint64_t asked = 0;
  size_t need_at = 0;
};

struct rate_limits::waiter {
  place at;
  std::vector<task_spec_ptr> specs;
  std::vector<need> needs;
  /// Against whose bound it counts.
  limit* counts_in = nullptr;
  /// Submissions it needs; if there are any, it stands in no line.
  uint64_t unmet = 0;
  /// Those that need one of its tasks.
  std::vector<ticket> followers;
};

time_point rate_limits::need::possible(time_point now) const {
  return std::max(from->tokens.when(tokens, now), from->due);
}

bool rate_limits::due_first::operator()(const bucket* x,
                                        const bucket* y) const noexcept {
  if (x->due != y->due)
    return x->due < y->due;
  if (x->of != y->of)
    return x->of < y->of;
  return *x->key < *y->key;
}

rate_limits::rate_limits(const rate_limit_options& options)
  : keys_max_(options.keys_max) {
  // Buckets point to them.
  limits_.reserve(options.limits.size());
  for (auto& x : options.limits)
    limits_.push_back({x, {}, 0});
}

rate_limits::~rate_limits() = default;

// -- coming -------------------------------------------------------------------

result<rate_limits::ticket>
rate_limits::admit(std::span<const task_spec_ptr> specs, time_point now) {
  // Not later: what is found from here on is not to be forgotten.
  forget(now, keys_ < keys_max_ ? forget_steps : keys_);
  auto needs = needs_of(specs, now);
  if (!needs)
    return fail(std::move(needs).error());
  place at{0, last_ + 1};
  for (auto& spec : specs)
    at.urgency = std::max(at.urgency, spec->priority.value());
  auto held = waiters_.empty() ? std::set<ticket>{} : held_by(specs);
  if (!held.empty()) {
    // It counts where the one counts that it needs.
    auto in = room_for(specs.size(), *waiters_.at(*held.begin()).counts_in,
                       nullptr, now);
    if (!in)
      return fail(std::move(in).error());
    auto number = hold(specs, *std::move(needs), at, **in);
    for (auto needed : held)
      waiters_.at(needed).followers.push_back(number);
    waiters_.at(number).unmet = held.size();
    return number;
  }
  if (auto* last = last_to_refuse(*needs, at, now))
    return fail(refusal(*last, now));
  auto* missing = obstacle(*needs, at, now);
  if (!missing) {
    take(*needs, now);
    return ticket{0};
  }
  auto in = room_for(specs.size(), *missing->from->of, missing, now);
  if (!in)
    return fail(std::move(in).error());
  auto& line = *missing->from;
  auto number = hold(specs, *std::move(needs), at, **in);
  stand(waiters_.at(number), line, now);
  return number;
}

result<std::vector<rate_limits::need>>
rate_limits::needs_of(std::span<const task_spec_ptr> specs, time_point now) {
  std::vector<need> result;
  ++asked_;
  for (auto& of : limits_)
    for (auto& spec : specs) {
      auto key = key_of(of.settings, *spec);
      if (key.empty())
        continue;
      auto found = find_or_add(of, key, now);
      if (!found)
        return fail(std::move(found).error());
      auto& from = **found;
      if (std::exchange(from.asked, asked_) != asked_) {
        from.need_at = result.size();
        result.push_back({&from, 0});
      }
      ++result[from.need_at].tokens;
    }
  for (auto& x : result) {
    auto& settings = x.from->of->settings;
    if (x.tokens <= settings.rate.burst)
      continue;
    error why{ec::rate_limited,
              fmt::format("{} never lets {} tasks pass at once; submit them "
                          "in parts, or give it a larger burst",
                          describe(settings, *x.from->key), x.tokens)};
    why.is_permanent = true;
    return fail(std::move(why));
  }
  return result;
}

result<rate_limits::bucket*>
rate_limits::find_or_add(limit& of, std::string_view key, time_point now) {
  if (auto i = of.buckets.find(key); i != of.buckets.end())
    return &i->second;
  if (keys_ >= keys_max_) {
    // If all of them are waited for, in a while.
    auto wait = idle_.empty() ? of.settings.rate.per : idle_.top().full - now;
    return fail(to_be_retried(
      fmt::format("{} cannot be counted: {} keys are in use, which is all "
                  "there may be (keys_max)",
                  describe(of.settings, key), keys_),
      wait));
  }
  auto i = of.buckets.try_emplace(std::string{key}, of).first;
  i->second.key = &i->first;
  ++keys_;
  list_idle(i->second, now);
  return &i->second;
}

std::set<rate_limits::ticket>
rate_limits::held_by(std::span<const task_spec_ptr> specs) const {
  std::set<ticket> result;
  auto look = [&](const task_id& id) {
    if (auto i = held_tasks_.find(id); i != held_tasks_.end())
      result.insert(i->second);
  };
  for (auto& spec : specs) {
    look(spec->parent);
    for (auto& needed : spec->dependencies)
      look(needed.task);
  }
  return result;
}

const rate_limits::need* rate_limits::obstacle(std::span<const need> needs,
                                               const place& at,
                                               time_point now) {
  for (auto& x : needs) {
    auto& line = x.from->line;
    if ((!line.empty() && line.begin()->first < at)
        || x.from->tokens.when(x.tokens, now) > now)
      return &x;
  }
  return nullptr;
}

const rate_limits::need*
rate_limits::last_to_refuse(std::span<const need> needs, const place& at,
                            time_point now) {
  const need* result = nullptr;
  for (auto& x : needs)
    if (x.from->of->settings.when_exceeded == rate_policy::refuse
        && obstacle({&x, 1}, at, now)
        && (!result || result->possible(now) < x.possible(now)))
      result = &x;
  return result;
}

error rate_limits::refusal(const need& what, time_point now) {
  auto wait = what.possible(now) - now;
  return to_be_retried(
    fmt::format("{} has no room for {} more; submit again in {}",
                describe(what.from->of->settings, *what.from->key), what.tokens,
                to_string(wait)),
    wait);
}

result<rate_limits::limit*> rate_limits::room_for(size_t tasks, limit& in,
                                                  const need* obstacle,
                                                  time_point now) const {
  if (in.waiting + tasks <= in.settings.waiting_max)
    return &in;
  auto why
    = obstacle
        ? refusal(*obstacle, now)
        : to_be_retried(fmt::format("limit '{}' keeps a task back that this "
                                    "submission needs",
                                    in.settings.name),
                        std::max(next(), now) - now);
  why.message += fmt::format("; {} of {} tasks are waiting already", in.waiting,
                             in.settings.waiting_max);
  return fail(std::move(why));
}

// -- waiting ------------------------------------------------------------------

rate_limits::ticket rate_limits::hold(std::span<const task_spec_ptr> specs,
                                      std::vector<need> needs, const place& at,
                                      limit& in) {
  last_ = at.number;
  in.waiting += specs.size();
  for (auto& x : needs)
    ++x.from->users;
  for (auto& spec : specs)
    held_tasks_[spec->id] = at.number;
  auto& added = waiters_[at.number];
  added.at = at;
  added.specs.assign(specs.begin(), specs.end());
  added.needs = std::move(needs);
  added.counts_in = &in;
  return at.number;
}

void rate_limits::stand(waiter& x, bucket& in, time_point now) {
  auto own = std::ranges::find(x.needs, &in, &need::from);
  in.line.emplace(x.at, own->tokens);
  reconsider(in, now);
}

void rate_limits::reconsider(bucket& x, time_point now) {
  if (x.due != never) {
    due_.erase(&x);
    x.due = never;
  }
  if (x.ready) {
    ready_.erase(*x.ready);
    x.ready.reset();
  }
  if (x.line.empty())
    return;
  if (auto due = x.tokens.when(x.line.begin()->second, now); due > now) {
    x.due = due;
    due_.insert(&x);
  } else {
    x.ready = x.line.begin()->first;
    ready_.emplace(*x.ready, &x);
  }
}

// -- passing ------------------------------------------------------------------

void rate_limits::take(std::span<const need> needs, time_point now) {
  for (auto& x : needs) {
    x.from->tokens.take(x.tokens, now);
    if (!x.from->line.empty())
      reconsider(*x.from, now);
    if (x.from->users == 0)
      list_idle(*x.from, now);
  }
}

std::vector<rate_limits::released> rate_limits::release(time_point now) {
  std::vector<released> result;
  while (!due_.empty() && (*due_.begin())->due <= now)
    reconsider(**due_.begin(), now);
  while (!ready_.empty()) {
    auto [at, from] = *ready_.begin();
    from->line.erase(at);
    reconsider(*from, now);
    pass(at, now, result);
  }
  return result;
}

void rate_limits::pass(const place& first, time_point now,
                       std::vector<released>& passed) {
  std::set<place> next{first};
  while (!next.empty()) {
    auto at = *next.begin();
    next.erase(next.begin());
    auto i = waiters_.find(at.number);
    if (auto* missing = obstacle(i->second.needs, at, now)) {
      stand(i->second, *missing->from, now);
      continue;
    }
    auto x = std::move(i->second);
    waiters_.erase(i);
    for (auto& need : x.needs)
      --need.from->users;
    take(x.needs, now);
    x.counts_in->waiting -= x.specs.size();
    for (auto& spec : x.specs)
      held_tasks_.erase(spec->id);
    for (auto number : x.followers)
      if (auto& follower = waiters_.at(number); --follower.unmet == 0)
        next.insert(follower.at);
    passed.push_back({at.number, std::move(x.specs)});
  }
}

std::vector<rate_limits::released> rate_limits::release_all() {
  std::vector<released> result;
  for (auto& [number, x] : waiters_)
    result.push_back({number, std::move(x.specs)});
  waiters_.clear();
  held_tasks_.clear();
  due_.clear();
  ready_.clear();
  idle_ = {};
  keys_ = 0;
  for (auto& x : limits_) {
    x.buckets.clear();
    x.waiting = 0;
  }
  return result;
}

time_point rate_limits::next() const noexcept {
  return due_.empty() ? never : (*due_.begin())->due;
}

// -- buckets ------------------------------------------------------------------

void rate_limits::list_idle(bucket& x, time_point now) {
  if (std::exchange(x.is_listed_idle, true))
    return;
  idle_.push({x.tokens.when(x.tokens.rate().burst, now), &x});
}

void rate_limits::forget(time_point now, size_t steps) {
  for (; steps > 0 && !idle_.empty() && idle_.top().full <= now; --steps) {
    auto& x = *idle_.top().what;
    idle_.pop();
    x.is_listed_idle = false;
    // Listed again when nobody waits for it any more.
    if (x.users > 0)
      continue;
    if (x.tokens.is_full(now)) {
      --keys_;
      auto& buckets = x.of->buckets;
      buckets.erase(buckets.find(*x.key));
    } else {
      list_idle(x, now);
    }
  }
}

std::vector<rate_limit_info> rate_limits::list(time_point now) const {
  std::vector<rate_limit_info> result;
  for (auto& of : limits_)
    for (auto& [key, x] : of.buckets) {
      if (x.users == 0 && x.tokens.is_full(now))
        continue;
      auto& added = result.emplace_back();
      added.limit = of.settings.name;
      added.key = key;
      added.tokens = x.tokens.available(now);
      added.next = x.due;
      for (auto& [at, tokens] : x.line)
        added.waiting += tokens;
    }
  return result;
}

} // namespace troupe::core
