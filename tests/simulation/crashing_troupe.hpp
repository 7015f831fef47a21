#pragma once

#include "storage/memory_journal.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

/// A memory_journal that fails by chance, and for ever once its process is
/// gone. What it has written then is what the next process finds.
class mortal_journal final : public storage::journal {
public:
  mortal_journal(std::shared_ptr<storage::memory_content> content,
                 uint64_t seed, int failing_percent)
    : inner_(std::move(content)),
      random_(seed),
      failing_percent_(failing_percent) {
  }

  void die() noexcept {
    is_dead_ = true;
  }

  core::result<void> commit(const core::journal_batch& batch) override;

  void tidy_up() noexcept override {
    inner_.tidy_up();
  }

  uint64_t sequence() const noexcept override {
    return inner_.sequence();
  }

  uint64_t last_number() const noexcept override {
    return inner_.last_number();
  }

  core::result<void> load(const storage::journal_visitor& visitor) override {
    return inner_.load(visitor);
  }

  core::result<std::optional<core::task_image>>
  find(const core::task_id& id) override {
    return inner_.find(id);
  }

  core::result<core::task_page> list(const core::task_query& query) override {
    return inner_.list(query);
  }

  core::result<std::optional<core::task_image>>
  find(const core::key_question& key) override {
    return inner_.find(key);
  }

  core::result<core::audit_page>
  list_audit(const core::audit_query& query) override {
    return inner_.list_audit(query);
  }

  core::result<uint64_t>
  forget_audit(const storage::audit_retention_order& order) override {
    return inner_.forget_audit(order);
  }

  core::result<uint64_t>
  forget(const storage::retention_order& order,
         const std::function<core::result<void>(const core::task_image&)>& on
         = {},
         const std::function<core::result<void>()>& before = {}) override {
    return inner_.forget(order, on, before);
  }

  core::result<storage::journal_info> info() override {
    return inner_.info();
  }

private:
  storage::memory_journal inner_;
  std::mt19937_64 random_;
  int failing_percent_;
  bool is_dead_ = false;
};

/// A Troupe that crashes again and again, with clients that remember what they
/// were told.
class crashing_troupe {
public:
  explicit crashing_troupe(uint64_t seed);

  /// Lets it live several times and checks it; failures are those of the
  /// running test.
  void run();

private:
  /// What a client knows of a task.
  struct known {
    core::task_spec_ptr spec;
    bool is_accepted = false;
    /// Its end as the client was told.
    std::optional<core::task_record> end;
    /// Its end is in the journal of a process that is gone.
    bool has_ended_before = false;
  };

  int roll(int from, int to);
  bool chance(int percent);
  void live(bool is_last);
  void open(virtual_troupe& troupe);
  core::task_spec random_task(virtual_troupe& troupe);
  void submit(virtual_troupe& troupe);
  void submit_again(virtual_troupe& troupe);
  void disturb(virtual_troupe& troupe);
  void listen();
  void check_promises();
  core::async<core::payload> work(actors::task_context& ctx);

  uint64_t seed_;
  std::mt19937_64 random_;
  std::shared_ptr<storage::memory_content> content_
    = std::make_shared<storage::memory_content>();
  std::map<core::task_id, known> tasks_;
  std::vector<core::task_id> ids_;
  int lives_ = 0;

  using client = recorder<
    compat::actor<void(messages::done), void(messages::tasks_ended)>>;

  /// A submission that was not answered yet, by who submits it.
  struct line {
    std::unique_ptr<client> who;
    std::vector<core::task_id> ids;
  };

  std::vector<line> lines_;
  std::unique_ptr<client> watcher_;
};

} // namespace troupe::test
