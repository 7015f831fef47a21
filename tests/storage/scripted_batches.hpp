#pragma once

#include "storage/memory_journal.hpp"
#include "tests/storage/images.hpp"

#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace troupe::storage {

/// A life of a journal that everybody can tell who knows how long it has been:
/// which batch comes next follows from those before. So a process that was
/// killed and one that looks after it need not talk to each other about more
/// than a number.
class scripted_batches {
public:
  scripted_batches() : scripted_batches(true) {
    // nop
  }

  /// Journals of version 1 have no keys.
  explicit scripted_batches(bool has_keys) : has_keys_(has_keys) {
    // nop
  }

  /// What a journal has to have in it after this batch, forgotten tasks aside.
  void go_to(uint64_t sequence) {
    while (expected_->sequence() < sequence)
      if (!expected_->commit(next()))
        throw std::logic_error{"the script contradicts itself"};
  }

  memory_journal& expected() {
    return *expected_;
  }

  /// Every kind of thing is in nearly every batch.
  core::journal_batch next() const {
    core::journal_batch batch;
    batch.sequence = expected_->sequence() + 1;
    for (auto& [number, image] : expected_->content().tasks) {
      // Of each by itself, so that it is no matter which others are forgotten.
      std::minstd_rand random{
        static_cast<uint32_t>(batch.sequence * 1'000 + number)};
      random.discard(2);
      if (auto chance = random() % 8; chance < 4)
        go_on(image, static_cast<unsigned>(chance), batch);
    }
    auto number = expected_->last_number();
    for (auto i = 0; i < 5; ++i) {
      ++number;
      auto spec = spec_of(number, i % 2 == 0 ? "default" : "slow");
      spec.owner = i % 3 == 0 ? "me" : "";
      if (has_keys_ && i >= 3)
        spec.keys = core::submission_keys{std::to_string(number), "report"};
      batch.tasks.push_back(new_image(std::move(spec), number));
    }
    core::payload value{{"since", batch.sequence}};
    batch.documents.push_back({"queue", "q", value});
    batch.audit.push_back({at(static_cast<int64_t>(batch.sequence)), "me",
                           "pause", id_of(number), "because"});
    return batch;
  }

private:
  static void go_on(const core::task_image& image, unsigned chance,
                    core::journal_batch& batch) {
    auto now = at(static_cast<int64_t>(batch.sequence));
    if (image.is_dead_letter && chance == 0) {
      batch.tasks.push_back(image);
      batch.tasks.back().is_end_known = true;
      batch.tasks.back().is_dead_letter = false;
    } else if (image.has_ended()) {
      return;
    } else if (chance == 0) {
      batch.tasks.push_back(dead(image, now));
    } else if (chance == 1) {
      batch.tasks.push_back(completed(image, now));
      batch.tasks.back().result = {{"text", std::string(3000, 'x')}};
    } else if (chance == 2) {
      batch.tasks.push_back(completed(image, now));
    } else {
      batch.tasks.push_back(started(image));
    }
  }

  bool has_keys_;
  std::unique_ptr<memory_journal> expected_
    = std::make_unique<memory_journal>();
};

} // namespace troupe::storage
