#pragma once

#include "actors/runtime.hpp"
#include "bench/benchmark.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace troupe::bench {

/// What tasks here need, and the queue they wait in.
inline constexpr const char* noop_capability = "bench.noop";
inline constexpr const char* noop_queue = "bench";

/// Whether retries are bounded by a share of all attempts.
enum class retry_policy : uint8_t { as_usual, unlimited };

/// Options with the queue, which has no limit of its own.
actors::runtime_options
make_options(retry_policy retries = retry_policy::as_usual);

/// A runtime with them.
std::unique_ptr<actors::runtime>
make_runtime(retry_policy retries = retry_policy::as_usual,
             std::shared_ptr<storage::journal> journal = {});

/// Adds one agent of a thousand slots that does each task by `f`.
void add_agent(actors::runtime& to, actors::handler f);

/// Does nothing, at once.
actors::handler noop_handler();

/// Adds one that does it.
void add_noop_agent(actors::runtime& to);

/// A task of few words.
core::task_spec noop_task();

/// Throws std::runtime_error with the error, if there is one.
void require(const core::result<void>& x);

template <class T>
T require(core::result<T> x) {
  if (!x)
    throw std::runtime_error{core::to_string(x.error())};
  return *std::move(x);
}

/// Submits `count` of noop_task() through one stream; returns when all are
/// accepted and throws if one was not.
void submit_noops(actors::runtime& to, uint64_t count);

/// The same, a thousand at a time.
void submit_batches(actors::runtime& to, uint64_t count);

/// The same, each when the one before is accepted.
void submit_singles(actors::runtime& to, uint64_t count);

/// The same from several clients.
void submit_from(actors::runtime& to, uint64_t clients, uint64_t count);

template <uint64_t Clients>
void submit_from(actors::runtime& to, uint64_t count) {
  submit_from(to, Clients, count);
}

/// How clients get `count` tasks to the runtime.
using submission = void (*)(actors::runtime&, uint64_t count);

/// What each of `count` tasks costs, from the first submission to the last end,
/// after a twentieth of them as a warm-up. There has to be an agent.
sample cost_of_tasks(actors::runtime& at, submission submit, uint64_t count);

/// The same; adds the agent.
sample cost_of_noops(actors::runtime& at, submission submit, uint64_t count);

/// Waits until nothing is left to do, and throws unless `completed` tasks have
/// completed since the start.
void require_completed(actors::runtime& at, uint64_t completed);

} // namespace troupe::bench
