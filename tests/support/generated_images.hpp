#pragma once

// Long because every field has its line.

#include "core/journal_batch.hpp"

#include <rapidcheck.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// Text that JSON has to escape, and that it has not.
inline std::string generated_text() {
  return *rc::gen::element<std::string>(
    "", "a", "two words", "\"quoted\" \\ and\nbroken", "gr\u00fc\u00dfe",
    std::string("nul\0inside", 10), "\u4efb\u52a1", "\x7f", "a/b");
}

inline core::task_id generated_id() {
  return {*rc::gen::arbitrary<uint64_t>(), *rc::gen::arbitrary<uint64_t>()};
}

inline core::duration generated_duration() {
  return core::duration{*rc::gen::arbitrary<int64_t>()};
}

inline core::time_point generated_time() {
  return core::time_point{generated_duration()};
}

/// Any of the values up to `last`.
template <class Enum>
Enum generated_enum(Enum last) {
  return static_cast<Enum>(*rc::gen::inRange(0, static_cast<int>(last) + 1));
}

template <class Make>
auto generated_list(Make make, int size_max = 3) {
  std::vector<decltype(make())> result;
  for (auto n = *rc::gen::inRange(0, size_max + 1); n > 0; --n)
    result.push_back(make());
  return result;
}

inline core::json generated_json(int depth = 3) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<int64_t>();
    case 3:
      return *rc::gen::arbitrary<uint64_t>();
    case 4:
      return *rc::gen::element(0.0, -0.0, 1.0, 0.1, 1e300, -2.5e-310, 1e22);
    case 5:
      return generated_text();
    case 6: {
      auto list = core::json::array();
      for (auto& x : generated_list([&] { return generated_json(depth - 1); }))
        list.push_back(std::move(x));
      return list;
    }
    default: {
      auto object = core::json::object();
      for (auto& x : generated_list([&] { return generated_json(depth - 1); }))
        object[generated_text()] = std::move(x);
      return object;
    }
  }
}

inline core::payload generated_payload() {
  return core::payload(generated_json());
}

inline core::retry_settings generated_retry() {
  core::retry_settings x;
  x.max_retries = *rc::gen::element(0u, 3u, UINT32_MAX);
  x.backoff = generated_enum(core::backoff_kind_last);
  x.jitter = generated_enum(core::jitter_kind_last);
  x.base = *rc::gen::element(x.base, generated_duration());
  x.cap = *rc::gen::element(x.cap, generated_duration());
  x.factor = *rc::gen::element(2.0, 1.0, 1.1, 1e9);
  for (auto code : generated_list([] { return generated_enum(core::ec_last); }))
    x.retry_on.insert(code);
  return x;
}

inline core::label_rule generated_rule() {
  return {generated_text(), generated_enum(core::label_test_last),
          generated_list(generated_text)};
}

/// With an id, and each field now as it is by itself, now another.
inline core::task_spec generated_spec() {
  core::task_spec x;
  x.id = {*rc::gen::inRange<uint64_t>(1, UINT64_MAX), 1};
  x.name = generated_text();
  x.description = generated_text();
  x.capabilities = generated_list(generated_text);
  x.parameters = generated_payload();
  x.priority = *rc::gen::element(50, 0, 100, -7, 1'000'000);
  x.queue = *rc::gen::element<std::string>("default", "", "slow");
  x.dependencies = generated_list([] {
    return core::dependency{generated_id(), generated_text(),
                            generated_enum(core::on_failure_last)};
  });
  x.condition = generated_text();
  x.agent = generated_text();
  x.wish = generated_enum(core::agent_wish_last);
  if (*rc::gen::arbitrary<bool>())
    x.keys = core::submission_keys{generated_text(), generated_text(),
                                   generated_enum(core::uniqueness_last),
                                   generated_duration()};
  x.sticky_key = generated_text();
  x.concurrency_key = generated_text();
  x.resources = generated_list([] {
    return core::resource_amount{generated_text(),
                                 *rc::gen::element(0.0, 0.1, 4096.0, 1e18)};
  });
  x.owner = generated_text();
  for (auto& name : generated_list(generated_text))
    x.metadata[name] = generated_text();
  x.tags = generated_list(generated_text);
  if (*rc::gen::arbitrary<bool>())
    x.durability = generated_enum(core::durability_last);
  if (*rc::gen::arbitrary<bool>())
    x.retry = generated_retry();
  if (*rc::gen::arbitrary<bool>())
    x.limits = {generated_duration(), generated_duration(),
                generated_duration(), generated_duration()};
  x.parent = *rc::gen::element(core::task_id{}, generated_id());
  if (*rc::gen::arbitrary<bool>())
    x.placement = core::placement{generated_list(generated_rule),
                                  generated_list(generated_rule)};
  if (auto dead = *rc::gen::element(core::task_id{}, generated_id());
      !dead.is_nil())
    x.replay_of = dead;
  return x;
}

inline core::error generated_error() {
  return {generated_enum(core::ec_last), generated_text(),
          *rc::gen::arbitrary<bool>(), generated_duration()};
}

inline core::history_entry generated_history() {
  return {generated_time(), generated_enum(core::history_kind_last),
          *rc::gen::arbitrary<uint32_t>(), generated_text()};
}

inline core::given_answer generated_answer() {
  return {{*rc::gen::arbitrary<uint32_t>(), generated_text(),
           generated_payload(), generated_time()},
          generated_payload(),
          generated_time(),
          *rc::gen::arbitrary<uint32_t>()};
}

/// Anything: not what could be of a task.
inline core::task_image generated_image() {
  core::task_image x;
  x.number = *rc::gen::inRange<uint64_t>(1, UINT64_MAX);
  x.spec = std::make_shared<const core::task_spec>(generated_spec());
  x.created = generated_time();
  x.durability = generated_enum(core::durability_last);
  x.status = generated_enum(core::task_status_last);
  x.attempt = *rc::gen::arbitrary<uint32_t>();
  x.agent = generated_text();
  x.is_live = *rc::gen::arbitrary<bool>();
  x.priority = *rc::gen::element(50, 0, 100);
  x.ready_at = generated_time();
  x.started = generated_time();
  x.finished = generated_time();
  x.failures = *rc::gen::arbitrary<uint32_t>();
  x.losses = *rc::gen::arbitrary<uint32_t>();
  x.retry_at = generated_time();
  x.is_to_pause = *rc::gen::arbitrary<bool>();
  x.pause = *rc::gen::arbitrary<uint32_t>();
  x.result = generated_payload();
  if (*rc::gen::arbitrary<bool>())
    x.failure = generated_error();
  x.is_dead_letter = *rc::gen::arbitrary<bool>();
  x.history = generated_list(generated_history);
  x.answers = generated_list(generated_answer);
  return x;
}

} // namespace troupe::test
