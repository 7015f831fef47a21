#include "actors/journal.hpp"

#include "storage/memory_journal.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using messages::journal_committed;
using messages::journal_condition;

/// A real journal over one in memory; the manager is a stand-in.
class journal_test : public ::testing::Test {
protected:
  journal_test() {
    client_.send(journal_, messages::attach_journal_client{});
    system_.settle();
    client_.take<journal_committed>();
    client_.take<journal_condition>();
  }

  core::journal_settings settings() const {
    core::journal_settings result;
    result.relaxed_delay = 50ms;
    result.retention.age = 1h;
    result.sweep_interval = 10min;
    result.archive = place_.path("archive");
    result.audit.age = 1h;
    return result;
  }

  core::task_image image(const std::string& name, bool has_ended = false) {
    core::task_image result;
    result.number = ++number_;
    result.is_new = true;
    result.spec = share(make_task(system_, name));
    result.created = system_.now();
    if (has_ended) {
      result.status = core::task_status::completed;
      result.finished = system_.now();
    }
    return result;
  }

  void write(core::task_image x, bool is_urgent) {
    std::vector<core::task_image> images;
    images.push_back(std::move(x));
    if (intake_->add(std::move(images), is_urgent).is_news)
      system_.send(journal_, messages::write_journal{is_urgent});
    system_.settle();
  }

  size_t written() const {
    return inner_->content().tasks.size();
  }

  temporary_directory place_;
  deterministic_system system_;
  recorder<messages::journal_client_actor> client_{system_};
  std::shared_ptr<storage::memory_journal> inner_
    = std::make_shared<storage::memory_journal>();
  std::shared_ptr<actors::journal_intake> intake_
    = std::make_shared<actors::journal_intake>(inner_);
  messages::journal_actor journal_
    = system_.own(messages::journal_actor{system_.system().spawn(
      actors::journal, system_.env(), settings(), intake_)});
  uint64_t number_ = 0;
};

} // namespace

TEST_F(journal_test, writes_at_once_what_somebody_waits_for) {
  write(image("a"), true);
  EXPECT_EQ(written(), 1u);
  EXPECT_EQ(client_.take_one<journal_committed>().batch, 1u);
}

TEST_F(journal_test, writes_the_rest_with_it_or_after_a_while) {
  write(image("a"), false);
  EXPECT_EQ(written(), 0u);
  system_.advance(40ms);
  EXPECT_EQ(written(), 0u);
  system_.advance(20ms);
  EXPECT_EQ(written(), 1u);
  write(image("b"), false);
  write(image("c"), true);
  EXPECT_EQ(written(), 3u);
  EXPECT_EQ(inner_->sequence(), 2u);
}

TEST_F(journal_test, tries_again_and_says_how_it_is) {
  core::error full{ec::journal_full, "no room"};
  inner_->fail_commits(3, full);
  write(image("a"), true);
  EXPECT_EQ(client_.take_one<journal_condition>().trouble, full);
  EXPECT_TRUE(client_.got<journal_committed>().empty());
  auto status = system_.ask<core::journal_status>(journal_,
                                                  messages::get_journal{});
  EXPECT_EQ(status.trouble, full);
  EXPECT_EQ(status.waiting, 1u);
  // 100 and 200 ms later in vain.
  system_.advance(350ms);
  EXPECT_TRUE(client_.got<journal_condition>().empty());
  write(image("b"), true);
  EXPECT_EQ(written(), 0u);
  system_.advance(400ms);
  EXPECT_EQ(written(), 2u);
  EXPECT_EQ(client_.take_one<journal_condition>().trouble.code, ec::none);
  EXPECT_EQ(client_.take<journal_committed>().back().batch, 2u);
}

TEST_F(journal_test, one_that_is_started_again_goes_on) {
  inner_->fail_commits(1, {ec::journal_full, "no room"});
  write(image("a"), true);
  caf::anon_send_exit(journal_, caf::exit_reason::kill);
  system_.settle();
  messages::journal_actor next
    = system_.own(messages::journal_actor{system_.system().spawn(
      actors::journal, system_.env(), settings(), intake_)});
  client_.send(next, messages::attach_journal_client{});
  system_.settle();
  EXPECT_EQ(written(), 1u);
  EXPECT_EQ(client_.take<journal_committed>().back().batch, 1u);
  EXPECT_EQ(client_.take<journal_condition>().back().trouble.code, ec::none);
}

TEST_F(journal_test, answers_for_tasks_that_the_manager_has_forgotten) {
  auto x = image("a", true);
  auto id = x.spec->id;
  write(std::move(x), true);
  auto found = system_.ask<messages::task_found>(journal_,
                                                 messages::get_task{id});
  EXPECT_EQ(found.record.status, core::task_status::completed);
  auto none = system_.ask<messages::task_found>(
    journal_, messages::get_task{core::task_id{9, 9}});
  EXPECT_EQ(none.failure.code, ec::unknown_task);
  auto page = system_.ask<messages::tasks_found>(journal_,
                                                 messages::list_tasks{});
  EXPECT_EQ(page.page.tasks.size(), 1u);
}

TEST_F(journal_test, forgets_what_is_too_old_and_not_needed) {
  for (auto* name : {"a", "b", "c"})
    write(image(name, true), true);
  system_.advance(50min, 1min);
  EXPECT_GE(client_.take<messages::ask_needed>().size(), 1u);
  client_.send(journal_, messages::forget_others{{2}});
  system_.settle();
  EXPECT_EQ(written(), 3u);
  system_.advance(20min, 1min);
  write(image("d", true), true);
  EXPECT_GE(client_.take<messages::ask_needed>().size(), 1u);
  client_.send(journal_, messages::forget_others{{2}});
  system_.settle();
  EXPECT_EQ(written(), 2u);
  EXPECT_TRUE(inner_->content().tasks.contains(2));
  // Of those that went.
  auto archive = place_.read("archive");
  EXPECT_EQ(std::ranges::count(archive, '\n'), 2);
}

TEST_F(journal_test, says_which_tasks_have_which_keys) {
  auto x = image("a", true);
  auto spec = *x.spec;
  spec.keys = core::submission_keys{.submission = "k"};
  x.spec = share(spec);
  write(std::move(x), true);
  auto found = system_.ask<messages::keys_found>(
    journal_, messages::find_keys{{{core::key_kind::submission, "", "none"},
                                   {core::key_kind::submission, "", "k"}}});
  EXPECT_EQ(found.failure, core::error{});
  ASSERT_EQ(found.tasks.size(), 1u);
  EXPECT_EQ(found.tasks[0].id(), spec.id);
}

TEST_F(journal_test, lists_the_audit_log_and_forgets_what_is_too_old) {
  auto did = [this](const std::string& action) {
    intake_->add(core::audit_entry{system_.now(), "alice", action, {}, {}});
    system_.send(journal_, messages::write_journal{true});
    system_.settle();
  };
  auto actions = [this] {
    std::vector<std::string> all;
    auto found = system_.ask<messages::audit_found>(journal_,
                                                    messages::list_audit{});
    for (auto& x : found.page.entries)
      all.push_back(x.entry.action);
    return all;
  };
  did("pause");
  system_.advance(50min, 1min);
  did("resume");
  client_.send(journal_, messages::forget_others{{}});
  system_.settle();
  EXPECT_EQ(actions(), (std::vector<std::string>{"pause", "resume"}));
  system_.advance(20min, 1min);
  client_.send(journal_, messages::forget_others{{}});
  system_.settle();
  EXPECT_EQ(actions(), std::vector<std::string>{"resume"});
}

} // namespace troupe::test
