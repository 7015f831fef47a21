#pragma once

#include "actors/environment.hpp"
#include "actors/journal_intake.hpp"
#include "actors/timer.hpp"
#include "core/journal_settings.hpp"
#include "messages/interfaces.hpp"

#include <memory>
#include <vector>

namespace troupe::actors {

using journal_impl
  = compat::extend<messages::journal_actor, void(sweep_due), void(timer_due)>;

/// Shell around storage::journal: writes what has gathered in the intake as
/// soon as somebody waits for it, tells its client, tries again when it could
/// not, and forgets what is too old. It blocks, and so has a thread of its own.
class journal_state {
public:
  static inline const char* name = "journal";

  explicit journal_state(journal_impl::pointer self) : self_(self) {
  }

  journal_impl::behavior_type
  make_behavior(const environment& env, core::journal_settings settings,
                std::shared_ptr<journal_intake> intake);

private:
  void on_write(bool is_urgent);
  void write();
  void failed(core::error why);
  void on_timer();
  void sweep(std::vector<uint64_t> needed);
  /// Returns whether there may be more to forget.
  core::result<bool> forget(const std::vector<uint64_t>& needed);
  core::result<bool> forget_audit();
  messages::task_found find(const core::task_id& id);
  messages::keys_found find(const std::vector<core::key_question>& keys);
  messages::audit_found list_audit(const core::audit_query& query);
  messages::tasks_found list(const core::task_query& query);
  core::journal_status status() const;
  void set_timer();

  journal_impl::pointer self_;
  environment env_;
  core::journal_settings settings_;
  std::shared_ptr<journal_intake> intake_;
  messages::journal_client_actor client_;
  timer timer_;
  /// When what can wait is written at the latest.
  core::time_point patient_until_ = core::never;
  core::time_point retry_at_ = core::never;
  core::duration retry_delay_ = core::duration::zero();
  core::error trouble_;
  core::time_point sweep_at_ = core::never;
};

journal_impl::behavior_type
journal(journal_impl::stateful_pointer<journal_state> self,
        const environment& env, core::journal_settings settings,
        std::shared_ptr<journal_intake> intake);

} // namespace troupe::actors
