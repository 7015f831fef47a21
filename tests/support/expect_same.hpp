#pragma once

#include "core/journal_batch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::test {

/// The same in every field but the id.
inline void expect_same(const core::task_spec& x, const core::task_spec& y) {
  EXPECT_EQ(x.name, y.name);
  EXPECT_EQ(x.description, y.description);
  EXPECT_EQ(x.capabilities, y.capabilities);
  EXPECT_EQ(x.parameters.dump(), y.parameters.dump());
  EXPECT_EQ(x.priority, y.priority);
  EXPECT_EQ(x.queue, y.queue);
  ASSERT_EQ(x.dependencies.size(), y.dependencies.size());
  for (size_t i = 0; i < x.dependencies.size(); ++i) {
    EXPECT_EQ(x.dependencies[i].task, y.dependencies[i].task);
    EXPECT_EQ(x.dependencies[i].alias, y.dependencies[i].alias);
    EXPECT_EQ(x.dependencies[i].policy, y.dependencies[i].policy);
  }
  EXPECT_EQ(x.condition, y.condition);
  EXPECT_EQ(x.agent, y.agent);
  EXPECT_EQ(x.wish, y.wish);
  EXPECT_EQ(x.sticky_key, y.sticky_key);
  EXPECT_EQ(x.concurrency_key, y.concurrency_key);
  EXPECT_EQ(*x.keys, *y.keys);
  EXPECT_EQ(x.resources, y.resources);
  EXPECT_TRUE(x.placement == y.placement);
  EXPECT_EQ(x.owner, y.owner);
  EXPECT_EQ(x.metadata, y.metadata);
  EXPECT_EQ(x.tags, y.tags);
  EXPECT_EQ(x.durability, y.durability);
  EXPECT_EQ(x.retry.max_retries, y.retry.max_retries);
  EXPECT_EQ(x.retry.backoff, y.retry.backoff);
  EXPECT_EQ(x.retry.jitter, y.retry.jitter);
  EXPECT_EQ(x.retry.base, y.retry.base);
  EXPECT_EQ(x.retry.cap, y.retry.cap);
  EXPECT_EQ(x.retry.factor, y.retry.factor);
  EXPECT_EQ(x.retry.retry_on, y.retry.retry_on);
  EXPECT_EQ(x.limits.attempt, y.limits.attempt);
  EXPECT_EQ(x.limits.waiting, y.limits.waiting);
  EXPECT_EQ(x.limits.total, y.limits.total);
  EXPECT_EQ(x.limits.heartbeat, y.limits.heartbeat);
  EXPECT_EQ(x.parent, y.parent);
  EXPECT_EQ(*x.replay_of, *y.replay_of);
}

inline void expect_same(const core::history_entry& x,
                        const core::history_entry& y) {
  EXPECT_EQ(x.at, y.at);
  EXPECT_EQ(x.kind, y.kind);
  EXPECT_EQ(x.attempt, y.attempt);
  EXPECT_EQ(x.detail, y.detail);
}

inline void expect_same(const core::given_answer& x,
                        const core::given_answer& y) {
  EXPECT_EQ(x.what.number, y.what.number);
  EXPECT_EQ(x.what.prompt, y.what.prompt);
  EXPECT_EQ(x.what.schema, y.what.schema);
  EXPECT_EQ(x.what.deadline, y.what.deadline);
  EXPECT_EQ(x.answer, y.answer);
  EXPECT_EQ(x.at, y.at);
  EXPECT_EQ(x.attempt, y.attempt);
}

/// What encode_details() writes.
inline void expect_same_details(const core::task_image& x,
                                const core::task_image& y) {
  EXPECT_EQ(x.failure, y.failure);
  EXPECT_EQ(x.failures, y.failures);
  EXPECT_EQ(x.losses, y.losses);
  EXPECT_EQ(x.retry_at, y.retry_at);
  EXPECT_EQ(x.is_to_pause, y.is_to_pause);
  EXPECT_EQ(x.pause, y.pause);
  ASSERT_EQ(x.history.size(), y.history.size());
  for (size_t i = 0; i < x.history.size(); ++i)
    expect_same(x.history[i], y.history[i]);
  ASSERT_EQ(x.answers.size(), y.answers.size());
  for (size_t i = 0; i < x.answers.size(); ++i)
    expect_same(x.answers[i], y.answers[i]);
}

/// The same in every field but those that say how it is to be written.
inline void expect_same(const core::task_image& x, const core::task_image& y) {
  SCOPED_TRACE("task " + std::to_string(x.number));
  EXPECT_EQ(x.number, y.number);
  ASSERT_TRUE(x.spec && y.spec);
  EXPECT_EQ(x.spec->id, y.spec->id);
  expect_same(*x.spec, *y.spec);
  EXPECT_EQ(x.created, y.created);
  EXPECT_EQ(x.durability, y.durability);
  EXPECT_EQ(x.status, y.status);
  EXPECT_EQ(x.attempt, y.attempt);
  EXPECT_EQ(x.agent, y.agent);
  EXPECT_EQ(x.is_live, y.is_live);
  EXPECT_EQ(x.priority, y.priority);
  EXPECT_EQ(x.ready_at, y.ready_at);
  EXPECT_EQ(x.started, y.started);
  EXPECT_EQ(x.finished, y.finished);
  EXPECT_EQ(x.result.dump(), y.result.dump());
  EXPECT_EQ(x.is_dead_letter, y.is_dead_letter);
  expect_same_details(x, y);
}

} // namespace troupe::test
