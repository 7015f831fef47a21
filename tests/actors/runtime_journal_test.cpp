// What a runtime asks its journal: keys of tasks that are not in memory any
// more, and who did what.

#include "storage/journal_replay.hpp"
#include "storage/memory_journal.hpp"
#include "tests/actors/runtimes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;

class runtime_journal_test : public ::testing::Test {
protected:
  runtime_journal_test() {
    restart();
  }

  /// Another process goes on with the journal.
  void restart() {
    troupe_.reset();
    actors::runtime_options options;
    options.journal = std::make_shared<storage::memory_journal>(content_);
    options.user = "the house";
    options.circuits.emplace();
    troupe_.emplace(std::move(options));
    ASSERT_TRUE(troupe_->add_agent(namer()));
  }

  static core::task_spec keyed(std::string name, core::submission_keys keys) {
    auto spec = task(std::move(name));
    spec.keys = std::move(keys);
    return spec;
  }

  core::task_id submit(core::task_spec spec) {
    auto id = troupe_->submit(std::move(spec));
    EXPECT_TRUE(id) << core::to_string(id.error());
    return id.value_or(core::task_id{});
  }

  /// `<who> <action>: <detail>` of each entry.
  std::vector<std::string> audit(core::audit_query query) {
    auto page = troupe_->list_audit(std::move(query));
    EXPECT_TRUE(page);
    std::vector<std::string> all;
    for (auto& x : page->entries)
      all.push_back(x.entry.by + " " + x.entry.action
                    + (x.entry.detail.empty() ? "" : ": " + x.entry.detail));
    return all;
  }

  std::shared_ptr<storage::memory_content> content_
    = std::make_shared<storage::memory_content>();
  std::optional<actors::runtime> troupe_;
};

const core::submission_keys order_17{.submission = "order 17"};

} // namespace

TEST_F(runtime_journal_test, a_key_outlives_the_process) {
  auto first = troupe_->submit_or_find(keyed("a", order_17));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_new);
  ASSERT_TRUE(troupe_->wait(first->id));
  auto again = troupe_->submit_or_find(keyed("a", order_17));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->id, first->id);
  restart();
  again = troupe_->submit_or_find(keyed("a", order_17));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->id, first->id);
  // Its end can be waited for, though it is in the journal only.
  auto ended = troupe_->execute(keyed("a", order_17), 10s);
  ASSERT_TRUE(ended);
  ASSERT_TRUE(ended->ended);
  EXPECT_EQ(ended->ended->result.value(), "a");
  auto other = troupe_->submit(keyed("b", order_17));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ec::key_conflict);
  EXPECT_NE(other.error().message.find(core::to_string(first->id)),
            std::string::npos);
  EXPECT_EQ(content_->tasks.size(), 1u);
}

TEST_F(runtime_journal_test, a_time_to_be_alone_outlives_it_too) {
  core::submission_keys keys{.unique = "report",
                             .unique_while = core::uniqueness::time,
                             .unique_for = 24h};
  auto first = submit(keyed("a", keys));
  ASSERT_TRUE(troupe_->wait(first));
  restart();
  EXPECT_EQ(submit(keyed("b", keys)), first);
  keys.unique_for = 1ns;
  EXPECT_NE(submit(keyed("b", keys)), first);
}

TEST_F(runtime_journal_test, of_several_each_gets_the_id_of_what_does_it) {
  auto first = submit(keyed("a", order_17));
  auto a = keyed("a", order_17);
  a.id = troupe_->new_id();
  auto b = task("b");
  b.dependencies = {{a.id}};
  auto ids = troupe_->submit(std::vector{b, a});
  ASSERT_TRUE(ids);
  EXPECT_EQ(ids->at(1), first);
  auto record = troupe_->wait(ids->at(0));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->spec->dependencies.at(0).task, first);
}

TEST_F(runtime_journal_test, a_stream_says_what_was_there) {
  auto first = submit(keyed("a", order_17));
  ASSERT_TRUE(troupe_->wait(first));
  restart();
  auto stream = troupe_->stream();
  std::vector<core::repetition> repeated;
  stream.on_repeated([&](auto& submitted, auto& existing) {
    repeated.push_back({submitted, existing});
  });
  auto id = stream.submit(keyed("a", order_17));
  ASSERT_TRUE(id);
  ASSERT_TRUE(stream.submit(keyed("b", {.submission = "order 18"})));
  EXPECT_EQ(stream.flush(), 0u);
  EXPECT_EQ(repeated, (std::vector{core::repetition{*id, first}}));
  EXPECT_EQ(content_->tasks.size(), 2u);
}

TEST_F(runtime_journal_test, children_with_a_key_are_made_once) {
  actors::agent_definition parents{"parents"};
  parents.on("ask",
             [](actors::task_context& ctx) -> core::async<core::payload> {
               auto child = keyed("child", order_17);
               std::vector<core::task_spec> both{child, child};
               auto records = co_await ctx.when_all(std::move(both));
               auto third = co_await ctx.run(child);
               EXPECT_EQ(records.at(0).id(), records.at(1).id());
               EXPECT_EQ(third.id(), records.at(0).id());
               co_return core::payload(core::json(core::to_string(third.id())));
             });
  ASSERT_TRUE(troupe_->add_agent(parents));
  auto first = troupe_->execute(task("p", "ask"), 30s);
  ASSERT_TRUE(first && first->ended);
  EXPECT_EQ(first->ended->status, core::task_status::completed);
  restart();
  ASSERT_TRUE(troupe_->add_agent(parents));
  auto second = troupe_->execute(task("q", "ask"), 30s);
  ASSERT_TRUE(second && second->ended);
  EXPECT_EQ(second->ended->result.value(), first->ended->result.value());
  EXPECT_EQ(content_->tasks.size(), 3u);
}

TEST_F(runtime_journal_test, writes_down_who_did_what) {
  ASSERT_TRUE(troupe_->pause_queue("default", "carol"));
  auto id = submit(task("a"));
  ASSERT_TRUE(troupe_->set_priority(id, core::high, "alice"));
  ASSERT_TRUE(troupe_->pause(id, "alice"));
  ASSERT_TRUE(troupe_->resume(id));
  ASSERT_TRUE(troupe_->cancel(id, "bob"));
  EXPECT_FALSE(troupe_->cancel(id, "bob")) << "it was carried out once";
  EXPECT_EQ(audit({.task = id}),
            (std::vector<std::string>{"alice priority: 75", "alice pause",
                                      "the house resume", "bob cancel"}));
  EXPECT_EQ(audit({.by = "carol"}),
            std::vector<std::string>{"carol pause: queue default"});
  restart();
  EXPECT_EQ(audit({.by = "bob", .action = "cancel"}).size(), 1u);
}

TEST_F(runtime_journal_test, writes_down_who_replays_and_who_drops) {
  actors::agent_definition failing{"failing"};
  failing.on("fail", [](actors::task_context&) -> core::result<core::payload> {
    return core::fail(ec::handler_failed, "no luck");
  });
  ASSERT_TRUE(troupe_->add_agent(failing));
  auto broken = task("a", "fail");
  broken.retry.max_retries = 0;
  auto id = submit(broken);
  ASSERT_TRUE(troupe_->wait(id));
  auto again = troupe_->replay_dead_letter(id, {}, "alice");
  ASSERT_TRUE(again);
  ASSERT_TRUE(troupe_->wait(*again));
  ASSERT_TRUE(troupe_->drop_dead_letter(*again));
  EXPECT_EQ(audit({.task = id}),
            std::vector<std::string>{"alice replay: as task "
                                     + core::to_string(*again)});
  EXPECT_EQ(audit({.task = *again}),
            std::vector<std::string>{"the house drop"});
}

TEST_F(runtime_journal_test, writes_down_who_changed_what_is_no_task) {
  core::schedule_spec nightly;
  nightly.name = "nightly";
  nightly.task = task("a");
  nightly.when = core::run_every{24h};
  ASSERT_TRUE(troupe_->add_schedule(nightly, "alice"));
  // That changes nothing.
  ASSERT_TRUE(troupe_->add_schedule(nightly, "bob"));
  ASSERT_TRUE(troupe_->pause_schedule("nightly"));
  ASSERT_TRUE(troupe_->resume_schedule("nightly", "bob"));
  ASSERT_TRUE(troupe_->remove_schedule("nightly", "alice"));
  EXPECT_FALSE(troupe_->remove_schedule("nightly", "alice"));
  ASSERT_TRUE(troupe_->trip_circuit("name", "alice"));
  ASSERT_TRUE(troupe_->force_open_circuit("name"));
  ASSERT_TRUE(troupe_->reset_circuit("name", "bob"));
  EXPECT_FALSE(troupe_->reset_circuit("no such circuit", "bob"));
  ASSERT_TRUE(troupe_->pause_agent("namer", "alice"));
  ASSERT_TRUE(troupe_->resume_agent("namer"));
  EXPECT_FALSE(troupe_->pause_agent("nobody"));
  ASSERT_TRUE(
    troupe_->remove_agent("namer", actors::agent_removal::drain, 30s, "bob"));
  ASSERT_TRUE(troupe_->pause_queue("default", "alice"));
  EXPECT_EQ(audit({}), (std::vector<std::string>{
                         "alice add: schedule nightly",
                         "the house pause: schedule nightly",
                         "bob resume: schedule nightly",
                         "alice remove: schedule nightly",
                         "alice trip: circuit name",
                         "the house force_open: circuit name",
                         "bob reset: circuit name",
                         "alice pause: agent namer",
                         "the house resume: agent namer",
                         "bob remove: agent namer",
                         "alice pause: queue default",
                       }));
}

TEST_F(runtime_journal_test, changes_nothing_while_it_cannot_be_written) {
  troupe_.reset();
  auto journal = std::make_shared<storage::memory_journal>(content_);
  core::error full{ec::journal_full, "no room on the disk"};
  journal->fail_commits(UINT64_MAX, full);
  actors::runtime_options options;
  options.journal = journal;
  troupe_.emplace(std::move(options));
  // Nobody knows yet, so it has happened here.
  auto first = failure_of(troupe_->pause_queue("default"));
  EXPECT_EQ(first.code, ec::journal_full);
  EXPECT_NE(first.message.find("no room on the disk"), std::string::npos);
  auto then = failure_of(troupe_->resume_queue("default"));
  EXPECT_EQ(then.code, ec::journal_full);
  EXPECT_EQ(then.message.find("nothing is changed while the journal cannot be "
                              "written: no room on the disk"),
            0u)
    << then.message;
  core::schedule_spec nightly;
  nightly.name = "nightly";
  nightly.task = task("a");
  nightly.when = core::run_every{24h};
  EXPECT_EQ(failure_of(troupe_->add_schedule(nightly)).code, ec::journal_full);
  EXPECT_TRUE(troupe_->schedules()->empty());
  EXPECT_EQ(failure_of(troupe_->remove_schedule("nightly")).code,
            ec::journal_full);
  EXPECT_EQ(failure_of(troupe_->submit(task("a"))).code, ec::journal_full);
}

TEST_F(runtime_journal_test, begins_what_was_replayed_in_the_journal) {
  auto broken = task("a", "fail");
  broken.retry.max_retries = 0;
  auto agent = [](bool is_broken) {
    actors::agent_definition result{"fragile"};
    result.on(
      "fail",
      [is_broken](actors::task_context&) -> core::result<core::payload> {
        if (is_broken)
          return core::fail(ec::handler_failed, "no luck");
        return core::payload(core::json("mended"));
      });
    return result;
  };
  ASSERT_TRUE(troupe_->add_agent(agent(true)));
  auto id = submit(broken);
  ASSERT_TRUE(troupe_->wait(id));
  troupe_.reset();
  storage::memory_journal journal{content_};
  core::task_id_generator ids{7};
  auto replayed = storage::replay_tasks(
    journal, std::vector{id}, ids, std::chrono::system_clock::now(), "alice");
  ASSERT_TRUE(replayed) << core::to_string(replayed.error());
  restart();
  ASSERT_TRUE(troupe_->add_agent(agent(false)));
  auto ended = troupe_->wait(replayed->front().as, 30s);
  ASSERT_TRUE(ended) << core::to_string(ended.error());
  EXPECT_EQ(ended->result.value(), "mended");
  EXPECT_TRUE(troupe_->dead_letters()->tasks.empty());
}

TEST_F(runtime_journal_test, says_so_if_there_is_none) {
  actors::runtime plain;
  EXPECT_EQ(failure_of(plain.list_audit()).code, ec::invalid_argument);
  EXPECT_EQ(failure_of(plain.list_journal()).code, ec::invalid_argument);
}

} // namespace troupe::test
