#pragma once

#include "core/error.hpp"
#include "core/task_spec.hpp"
#include "core/token_bucket.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// Which tasks share a token bucket.
enum class limit_scope : uint8_t {
  /// All; the one bucket is called `all`.
  all,
  /// Those with the same first capability, which names the handler.
  capability,
  /// Those of one queue.
  queue,
  /// Those of one owner. Tasks without one are not limited.
  owner,
  /// Those with the same concurrency key. Tasks without one are not limited.
  concurrency_key,
  /// Those with the same value under `metadata_key`. Tasks without one are not
  /// limited.
  metadata,
};

inline constexpr limit_scope limit_scope_last = limit_scope::metadata;

std::string_view to_string(limit_scope x) noexcept;
result<limit_scope> parse_limit_scope(std::string_view text);

/// What happens to a submission that finds too few tokens.
enum class rate_policy : uint8_t {
  /// It is refused, with `ec::rate_limited` and `error::retry_after`.
  refuse,
  /// It waits for tokens, the most urgent first; until then it is not answered.
  wait,
};

inline constexpr rate_policy rate_policy_last = rate_policy::wait;

std::string_view to_string(rate_policy x) noexcept;
result<rate_policy> parse_rate_policy(std::string_view text);

/// So many tasks in a time may be submitted. Each takes a token.
struct rate_limit {
  /// For messages; not empty, and not that of another limit.
  std::string name = {};
  limit_scope scope = limit_scope::all;
  /// With scope `metadata`; else empty.
  std::string metadata_key = {};
  /// Only this capability, queue, owner, ... is limited; empty = all of them,
  /// each with a bucket of its own. With scope `all` it is empty.
  std::string only = {};
  token_rate rate = {};
  rate_policy when_exceeded = rate_policy::refuse;
  /// With `wait`: tasks that wait at once, over all buckets of this limit; what
  /// is beyond is refused.
  uint64_t waiting_max = 1000;
};

struct rate_limit_options {
  /// All of them count: a submission passes when each has tokens for it.
  std::vector<rate_limit> limits = {};
  /// Buckets kept at once. One that is full and not waited for is forgotten, so
  /// these are the keys in use; with so many of them tasks with others are
  /// refused.
  uint64_t keys_max = 100'000;
};

/// Which of the limit's buckets the task needs a token of; empty if of none.
/// Valid as long as the spec.
std::string_view key_of(const rate_limit& x, const task_spec& spec);

/// `limit 'api' (10 per 1s, 20 at once, for capability 'fetch')`.
std::string describe(const rate_limit& x, std::string_view key);

/// What is wrong with it by itself, each as `<field>: <problem>`; nothing if it
/// is valid: no name, an invalid rate, a metadata_key that is missing or too
/// much, `only` with scope `all`, `wait` without room to wait.
std::vector<std::string> validate(const rate_limit& x);

/// `ec::invalid_argument` names every wrong field, and the limit it is in; also
/// names that are there twice, and no keys.
result<void> check(const rate_limit_options& x);

} // namespace troupe::core
