#pragma once

#include "core/journal_batch.hpp"

#include <memory>
#include <string>
#include <utility>

namespace troupe::storage {

inline constexpr core::time_point start{std::chrono::seconds{1'700'000'000}};

/// So many seconds after the start.
inline core::time_point at(int64_t seconds) {
  return start + std::chrono::seconds{seconds};
}

/// The id of the task with this number.
inline core::task_id id_of(uint64_t number) {
  return {number << 16, 0x8000'0000'0000'0000 | number};
}

inline core::task_spec spec_of(uint64_t number, std::string queue = "default") {
  core::task_spec spec;
  spec.id = id_of(number);
  spec.name = "task " + std::to_string(number);
  spec.capabilities = {"work"};
  spec.parameters = {{"number", number}};
  spec.queue = std::move(queue);
  return spec;
}

/// A task that has just been accepted.
inline core::task_image new_image(core::task_spec spec, uint64_t number) {
  core::task_image image;
  image.number = number;
  image.priority = spec.priority;
  image.spec = std::make_shared<const core::task_spec>(std::move(spec));
  image.created = at(static_cast<int64_t>(number));
  image.is_new = true;
  return image;
}

inline core::task_image new_image(uint64_t number) {
  return new_image(spec_of(number), number);
}

/// It runs.
inline core::task_image started(core::task_image image) {
  image.is_new = false;
  image.status = core::task_status::running;
  image.attempt = 1;
  image.agent = "worker";
  image.is_live = true;
  image.ready_at = image.created + std::chrono::seconds{1};
  image.started = image.created + std::chrono::seconds{2};
  return image;
}

/// It has completed, at a time of the test's choice.
inline core::task_image completed(core::task_image image,
                                  core::time_point finished = at(1000)) {
  image = started(std::move(image));
  image.status = core::task_status::completed;
  image.is_live = false;
  image.finished = finished;
  image.result = {{"sum", image.number}};
  return image;
}

/// It has failed for good.
inline core::task_image dead(core::task_image image,
                             core::time_point finished = at(1000)) {
  image = completed(std::move(image), finished);
  image.status = core::task_status::failed;
  image.result = {};
  image.failure = {core::ec::handler_failed, "no such file", true};
  image.failures = 2;
  image.is_dead_letter = true;
  image.history
    = {{finished, core::history_kind::attempt_failed, 1, "no such file"}};
  return image;
}

} // namespace troupe::storage
