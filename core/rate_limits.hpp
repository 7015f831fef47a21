#pragma once

// Long because it is one table and the rules for it.

#include "core/rate_limit_settings.hpp"
#include "core/task_spec.hpp"

#include <tsl/robin_map.h>

#include <compare>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// A bucket as it is shown.
struct rate_limit_info {
  std::string limit = {};
  /// The capability, queue, owner, ...; `all` if there is one for all.
  std::string key = {};
  /// Tasks that may pass right now.
  uint64_t tokens = 0;
  /// Tasks that wait for tokens of this bucket.
  uint64_t waiting = 0;
  /// When the first of those may pass; `never` if none waits.
  time_point next = never;
};

/// Decides when submissions pass, by rate limits with a token bucket per key,
/// and keeps those that wait. Whoever waits for a bucket is ahead of what comes
/// later and is not more urgent; the urgency of a submission is that of its
/// most urgent task. A submission that needs a task that waits, waits for that.
/// Once it waits, it is not refused any more. Time may not run backwards.
/// Takes logarithmic time per task and limit.
class rate_limits {
public:
  explicit rate_limits(const rate_limit_options& options);
  ~rate_limits();

  rate_limits(const rate_limits&) = delete;
  rate_limits& operator=(const rate_limits&) = delete;

  /// What a submission that waits is called; counts from 1.
  using ticket = uint64_t;

  struct released {
    ticket number = 0;
    std::vector<task_spec_ptr> specs;
  };

  /// All of them pass (0), wait (the ticket), or are refused.
  /// `ec::rate_limited` says by which limit, and `retry_after` when they would
  /// pass if nobody else came; it is permanent if they are more than can ever
  /// pass at once. To be called when release() has no more to say.
  result<ticket> admit(std::span<const task_spec_ptr> specs, time_point now);

  /// Those that pass now, in this order.
  std::vector<released> release(time_point now);

  /// All that wait, tokens or not, in the order in which they came.
  std::vector<released> release_all();

  /// When the next of those that wait may pass; `never` if none waits.
  time_point next() const noexcept;

  /// The buckets in use: those that are not full or waited for. In the order of
  /// the limits, then of the keys.
  std::vector<rate_limit_info> list(time_point now) const;

private:
  /// In a line: the most urgent first, then the oldest.
  struct place {
    int urgency = 0;
    ticket number = 0;

    friend auto operator<=>(const place& x, const place& y) noexcept {
      if (x.urgency != y.urgency)
        return y.urgency <=> x.urgency;
      return x.number <=> y.number;
    }
  };

  struct bucket;
  struct waiter;

  /// So many tokens of this one.
  struct need {
    bucket* from = nullptr;
    uint64_t tokens = 0;

    /// When it may be had, if nobody comes who is more urgent.
    time_point possible(time_point now) const;
  };

  /// In an order that does not depend on where they are.
  struct due_first {
    bool operator()(const bucket* x, const bucket* y) const noexcept;
  };

  /// A bucket without users, and when it will be full.
  struct idle {
    time_point full = never;
    bucket* what = nullptr;

    friend bool operator>(const idle& x, const idle& y) noexcept {
      return x.full > y.full;
    }
  };

  struct limit {
    rate_limit settings;
    std::map<std::string, bucket, std::less<>> buckets;
    /// Tasks.
    uint64_t waiting = 0;
  };

  result<std::vector<need>> needs_of(std::span<const task_spec_ptr> specs,
                                     time_point now);
  result<bucket*> find_or_add(limit& of, std::string_view key, time_point now);
  std::set<ticket> held_by(std::span<const task_spec_ptr> specs) const;
  /// The first that does not let it pass; null if it may.
  static const need* obstacle(std::span<const need> needs, const place& at,
                              time_point now);
  /// Of those that are refused and not waited for, the one that takes longest.
  static const need* last_to_refuse(std::span<const need> needs,
                                    const place& at, time_point now);
  static error refusal(const need& what, time_point now);
  result<limit*> room_for(size_t tasks, limit& in, const need* obstacle,
                          time_point now) const;
  ticket hold(std::span<const task_spec_ptr> specs, std::vector<need> needs,
              const place& at, limit& in);
  void take(std::span<const need> needs, time_point now);
  void stand(waiter& x, bucket& in, time_point now);
  /// If it may, and with it those that waited only for it.
  void pass(const place& first, time_point now, std::vector<released>& passed);
  /// After its tokens or its line have changed.
  void reconsider(bucket& x, time_point now);
  void list_idle(bucket& x, time_point now);
  void forget(time_point now, size_t steps);

  std::vector<limit> limits_;
  uint64_t keys_max_ = 0;
  uint64_t keys_ = 0;
  ticket last_ = 0;
  uint64_t asked_ = 0;
  std::map<ticket, waiter> waiters_;
  tsl::robin_map<task_id, ticket> held_tasks_;
  /// Those with a line, by when its head may pass; but for those in `ready_`.
  std::set<bucket*, due_first> due_;
  /// Those whose head has tokens, by the head's place.
  std::map<place, bucket*> ready_;
  std::priority_queue<idle, std::vector<idle>, std::greater<>> idle_;
};

} // namespace troupe::core
