// What the manager tells, and when, if there is a journal.

#include "storage/memory_journal.hpp"
#include "tests/actors/lone_manager.hpp"

#include <memory>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using messages::done;

/// The journal is a stand-in: it writes when the test says so.
class manager_journal_test : public lone_manager {
protected:
  manager_journal_test() {
    memory_->intake = intake_;
    memory_->journal = journal_.handle();
    memory_->registry.keep_images(0);
    manager_ = system_.own(system_.system().spawn(
      actors::manager, system_.env(), bus_.handle(), memory_));
    attach("default", line_);
  }

  void write() {
    ASSERT_TRUE(intake_->commit());
    tell(messages::journal_committed{intake_->committed()});
  }

  void submit_later(const core::task_spec& spec) {
    messages::submit_tasks request;
    request.specs.push_back(share(spec));
    client_.send(manager_, std::move(request));
    system_.settle();
  }

  bool is_answered() {
    return !client_.take<done>().empty();
  }

  std::shared_ptr<storage::memory_journal> inner_
    = std::make_shared<storage::memory_journal>();
  std::shared_ptr<actors::journal_intake> intake_
    = std::make_shared<actors::journal_intake>(inner_);
  recorder<messages::journal_actor> journal_{system_};
  std::shared_ptr<actors::manager_memory> memory_
    = std::make_shared<actors::manager_memory>(core::retention_settings{});
};

} // namespace

TEST_F(manager_journal_test, accepts_and_starts_what_is_written) {
  submit_later(make("a"));
  EXPECT_TRUE(journal_.take_one<messages::write_journal>().is_urgent);
  EXPECT_FALSE(is_answered());
  EXPECT_TRUE(enqueued().empty());
  write();
  EXPECT_TRUE(is_answered());
  EXPECT_EQ(enqueued(), list{"a"});
}

TEST_F(manager_journal_test, says_that_a_document_is_not_written) {
  auto keep = [this](const std::string& name) {
    messages::keep_document order;
    order.what = {"queue", name, core::payload{{"is_paused", true}}};
    client_.send(manager_, std::move(order));
    system_.settle();
  };
  core::error full{ec::journal_full, "no room on the disk"};
  keep("a");
  EXPECT_FALSE(is_answered());
  inner_->fail_commits(1, full);
  ASSERT_FALSE(intake_->commit());
  tell(messages::journal_condition{full});
  auto told = client_.take_one<done>().failure;
  EXPECT_EQ(told.code, ec::journal_full);
  EXPECT_NE(told.message.find("no room on the disk"), std::string::npos);
  EXPECT_NE(told.message.find("not safe"), std::string::npos);
  // Who comes now hears it at once.
  keep("b");
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::journal_full);
  // Nothing of it is lost, and nobody is answered twice.
  write();
  write();
  tell(messages::journal_condition{});
  EXPECT_FALSE(is_answered());
  EXPECT_EQ(inner_->content().documents.size(), 2u);
  keep("c");
  EXPECT_FALSE(is_answered());
  write();
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
}

TEST_F(manager_journal_test,
       an_entry_of_the_audit_log_alone_is_not_waited_for) {
  messages::keep_document order;
  order.audit = {core::never, "alice", "pause", {}, "agent a"};
  client_.send(manager_, std::move(order));
  system_.settle();
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  write();
  EXPECT_TRUE(inner_->content().documents.empty());
  ASSERT_EQ(inner_->content().audit.size(), 1u);
}

TEST_F(manager_journal_test, tells_the_journal_once_what_gathers) {
  submit_later(make("a"));
  submit_later(make("b"));
  EXPECT_EQ(journal_.take<messages::write_journal>().size(), 1u);
  write();
  EXPECT_EQ(enqueued(), (list{"a", "b"}));
}

TEST_F(manager_journal_test, tells_of_an_end_when_it_is_written) {
  auto spec = make("a");
  submit_later(spec);
  write();
  client_.send(manager_, messages::await_tasks{{spec.id}});
  run(spec.id);
  EXPECT_TRUE(client_.got<messages::tasks_ended>().empty());
  client_.take<done>();
  client_.send(manager_, messages::await_idle{});
  system_.settle();
  EXPECT_FALSE(is_answered());
  write();
  EXPECT_EQ(client_.take_one<messages::tasks_ended>().records.front().status,
            core::task_status::completed);
  EXPECT_TRUE(is_answered());
  EXPECT_EQ(inner_->find(spec.id).value()->status,
            core::task_status::completed);
}

TEST_F(manager_journal_test, a_start_is_written_when_there_is_time) {
  auto spec = make("a");
  submit_later(spec);
  write();
  journal_.take<messages::write_journal>();
  start(spec.id);
  EXPECT_FALSE(journal_.take_one<messages::write_journal>().is_urgent);
  // Nobody waits for it.
  EXPECT_EQ(get(spec.id).status, core::task_status::running);
}

TEST_F(manager_journal_test, relaxed_tasks_wait_for_nothing) {
  auto spec = make("a");
  spec.durability = core::durability::relaxed;
  submit_later(spec);
  EXPECT_FALSE(journal_.take_one<messages::write_journal>().is_urgent);
  EXPECT_TRUE(is_answered());
  EXPECT_EQ(enqueued(), list{"a"});
}

TEST_F(manager_journal_test, volatile_tasks_are_not_written) {
  auto spec = make("a");
  spec.durability = core::durability::volatile_;
  submit_later(spec);
  EXPECT_TRUE(journal_.take<messages::write_journal>().empty());
  EXPECT_TRUE(is_answered());
}

TEST_F(manager_journal_test, accepts_nothing_while_nothing_can_be_written) {
  tell(messages::journal_condition{{ec::journal_full, "no room on /data"}});
  EXPECT_EQ(published(), std::vector{core::event_kind::journal_degraded});
  submit_later(make("a"));
  auto why = client_.take_one<done>().failure;
  EXPECT_EQ(why.code, ec::journal_full);
  EXPECT_EQ(why.message, "nothing is accepted while the journal cannot be "
                         "written: no room on /data");
  tell(messages::journal_condition{});
  EXPECT_EQ(published(), std::vector{core::event_kind::journal_recovered});
  submit_later(make("a"));
  write();
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
}

TEST_F(manager_journal_test, counts_tasks_while_nothing_can_be_written) {
  submit_later(make("a"));
  tell(messages::journal_condition{{ec::journal_full, "no room on /data"}});
  EXPECT_EQ(stats().total, 1u);
  EXPECT_FALSE(is_answered());
}

TEST_F(manager_journal_test, a_queue_that_is_started_again_gets_it_all_once) {
  submit_later(make("a"));
  write();
  submit_later(make("b"));
  core::queue_spec spec;
  spec.name = "default";
  recorder<messages::queue_actor> next{system_};
  client_.send(manager_, messages::attach_queue{spec, next.handle(), true});
  system_.settle();
  EXPECT_TRUE(next.got<messages::recover_tasks>().empty());
  write();
  EXPECT_EQ(next.take_one<messages::recover_tasks>().tasks.size(), 2u);
  EXPECT_TRUE(next.got<messages::enqueue_tasks>().empty());
}

TEST_F(manager_journal_test, asks_the_journal_for_what_it_has_forgotten) {
  client_.send(manager_, messages::get_task{core::task_id{7, 7}});
  system_.settle();
  EXPECT_EQ(journal_.take_one<messages::get_task>().task,
            (core::task_id{7, 7}));
}

TEST_F(manager_journal_test, asks_the_journal_before_it_takes_an_older_task) {
  auto old = make("old");
  system_.advance(1s);
  memory_->began = system_.now();
  messages::task_found known;
  known.record.spec = share(old);
  journal_.answer_with(known);
  submit_later(old);
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  EXPECT_EQ(stats().total, 0u) << "it has ended before";
  old.description = "something else";
  submit_later(old);
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::duplicate);
  known.failure.code = ec::unknown_task;
  journal_.answer_with(known);
  submit_later(old);
  EXPECT_FALSE(is_answered());
  write();
  EXPECT_TRUE(is_answered());
  EXPECT_EQ(enqueued(), list{"old"});
}

TEST_F(manager_journal_test, asks_the_journal_for_the_id_of_a_forgotten_task) {
  auto old = make("old");
  submit_later(old);
  write();
  run(old.id);
  write();
  // As long as ended tasks are kept here.
  system_.advance(2h, 1min);
  ASSERT_EQ(stats().total, 0u);
  client_.take<done>();
  messages::task_found known;
  known.record.spec = share(old);
  journal_.answer_with(known);
  submit_later(old);
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  EXPECT_EQ(journal_.take<messages::get_task>().size(), 1u);
  EXPECT_EQ(stats().total, 0u) << "it has ended before";
  // No other task has to wait for that.
  submit_later(make("new"));
  EXPECT_TRUE(journal_.take<messages::get_task>().empty());
  write();
  EXPECT_EQ(enqueued().back(), "new");
}

TEST_F(manager_journal_test, asks_the_journal_for_an_id_from_the_future) {
  auto ahead = make("ahead");
  ahead.id = system_.env().ids->next(system_.now() + 1h);
  messages::task_found unknown;
  unknown.failure.code = ec::unknown_task;
  journal_.answer_with(unknown);
  submit_later(ahead);
  EXPECT_EQ(journal_.take<messages::get_task>().size(), 1u);
  write();
  EXPECT_EQ(enqueued(), list{"ahead"});
}

TEST_F(manager_journal_test, asks_the_journal_before_it_takes_an_older_child) {
  auto old = make("old");
  system_.advance(1s);
  memory_->began = system_.now();
  messages::task_found known;
  known.record.spec = share(old);
  known.record.status = core::task_status::completed;
  journal_.answer_with(known);
  // As does an attempt that was there before this process.
  auto ask = [&] {
    client_.send(manager_, messages::submit_children{
                             {core::task_id{7, 7}, 1}, {share(old)}, true});
    system_.settle();
  };
  ask();
  auto ended = client_.take_one<messages::tasks_ended>();
  ASSERT_EQ(ended.records.size(), 1u);
  EXPECT_EQ(ended.records[0].id(), old.id);
  EXPECT_EQ(stats().total, 0u);
  old.description = "something else";
  ask();
  auto refused = client_.take_one<messages::children_refused>();
  ASSERT_EQ(refused.refused.size(), 1u);
  EXPECT_EQ(refused.refused[0].why.code, ec::duplicate);
  known.failure.code = ec::unknown_task;
  journal_.answer_with(known);
  ask();
  write();
  EXPECT_EQ(enqueued(), list{"old"});
}

TEST_F(manager_journal_test, leaves_what_has_not_ended_to_the_next_process) {
  auto spec = make("a");
  submit_later(spec);
  write();
  start(spec.id);
  client_.take<done>();
  client_.send(manager_,
               messages::stop_accepting{messages::stop_order::suspend});
  system_.settle();
  ASSERT_TRUE(intake_->commit());
  auto image = inner_->find(spec.id).value();
  EXPECT_EQ(image->status, core::task_status::pending);
  EXPECT_FALSE(image->is_live);
}

TEST_F(manager_journal_test, keeps_documents) {
  client_.send(manager_, messages::keep_document{
                           {"queue", "q", core::payload(core::json(1))}});
  system_.settle();
  EXPECT_FALSE(is_answered());
  write();
  EXPECT_TRUE(is_answered());
  EXPECT_EQ(inner_->content().documents.size(), 1u);
}

TEST_F(manager_journal_test, asks_the_journal_for_keys_it_does_not_know) {
  auto there = make("a");
  there.keys = core::submission_keys{.submission = "k"};
  messages::keys_found known;
  known.tasks.emplace_back().spec = share(there);
  journal_.answer_with(known);
  auto again = make("a");
  again.keys = there.keys;
  submit_later(again);
  auto asked = journal_.take_one<messages::find_keys>();
  ASSERT_EQ(asked.keys.size(), 1u);
  EXPECT_EQ(asked.keys[0].key, "k");
  EXPECT_EQ(client_.take_one<done>().repeated,
            (std::vector{core::repetition{again.id, there.id}}));
  EXPECT_EQ(stats().total, 0u);
  again.description = "something else";
  submit_later(again);
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::key_conflict);
  journal_.answer_with(messages::keys_found{});
  submit_later(again);
  write();
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  EXPECT_EQ(enqueued(), list{"a"});
  journal_.take<messages::find_keys>();
  submit_later(again);
  EXPECT_TRUE(journal_.got<messages::find_keys>().empty());
}

TEST_F(manager_journal_test,
       what_somebody_did_is_written_with_what_came_of_it) {
  auto spec = make("a");
  submit_later(spec);
  write();
  client_.take<done>();
  client_.send(manager_, messages::cancel_task{spec.id, "alice"});
  system_.settle();
  EXPECT_FALSE(is_answered());
  write();
  EXPECT_TRUE(is_answered());
  auto& entry = inner_->content().audit.back();
  EXPECT_EQ(entry.by, "alice");
  EXPECT_EQ(entry.action, "cancel");
  EXPECT_EQ(entry.task, spec.id);
  EXPECT_EQ(inner_->content().sequence, 2u);
}

} // namespace troupe::test
