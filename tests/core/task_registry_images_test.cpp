// What a journal is told of tasks, and what the next process makes of it.

#include "tests/core/registry_fixture.hpp"

#include <algorithm>
#include <map>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// A registry whose images are kept, and another that is made of them.
class task_registry_images_test : public registry_fixture {
protected:
  task_registry_images_test() {
    registry->keep_images(0);
  }

  /// Writes down what has changed; returns the names of whose image came.
  lines write() {
    lines names;
    for (auto& image : registry->take_images()) {
      names.push_back(image.spec->name);
      last_ = image;
      images_.insert_or_assign(image.number, std::move(image));
    }
    return names;
  }

  /// What a journal hands to the next process: who has not ended, whom these
  /// need, and dead letters.
  std::vector<task_image> left() {
    std::vector<task_image> result;
    for (auto& [number, image] : images_) {
      auto is_needed = [&, id = image.spec->id](auto& other) {
        return (!other.second.has_ended() || other.second.is_dead_letter)
               && std::ranges::any_of(other.second.spec->dependencies,
                                      [&](auto& needed) {
                                        return needed.task == id;
                                      });
      };
      if (!image.has_ended() || image.is_dead_letter
          || std::ranges::any_of(images_, is_needed))
        result.push_back(image);
    }
    return result;
  }

  /// The process is gone, and this is the next one.
  result<void> crash() {
    write();
    auto all = left();
    use({});
    registry->keep_images(images_.empty() ? 0 : images_.rbegin()->first);
    for (auto& image : all)
      if (auto ok = registry->restore(std::move(image)); !ok)
        return ok;
    return registry->restored(now);
  }

  /// Names of the tasks that the queue `default` has to do.
  lines recovered() {
    lines names;
    for (auto& x : registry->recover(0))
      names.push_back(x.task.spec->name);
    return names;
  }

  std::map<uint64_t, task_image> images_;
  task_image last_;
};

} // namespace

// -- telling ------------------------------------------------------------------

TEST_F(task_registry_images_test, makes_one_image_of_what_changed_meanwhile) {
  add("a");
  add("b");
  start("a");
  EXPECT_EQ(write(), (lines{"a", "b"}));
  EXPECT_TRUE(images_.at(1).is_new);
  EXPECT_EQ(images_.at(1).status, task_status::running);
  EXPECT_FALSE(registry->has_images());
  end("a", {});
  EXPECT_EQ(write(), lines{"a"});
  EXPECT_FALSE(last_.is_new);
  EXPECT_EQ(last_.status, task_status::completed);
}

TEST_F(task_registry_images_test, nobody_waits_for_the_image_of_a_start) {
  add("a");
  write();
  EXPECT_TRUE(last_.is_awaited);
  start("a");
  write();
  EXPECT_FALSE(last_.is_awaited);
  end("a", {});
  write();
  EXPECT_TRUE(last_.is_awaited);
}

TEST_F(task_registry_images_test, says_that_an_end_has_been_told) {
  add("a");
  fail_task("a");
  write();
  EXPECT_TRUE(last_.is_dead_letter);
  EXPECT_FALSE(last_.is_end_known);
  ASSERT_TRUE(registry->drop_dead_letter(id_of("a")));
  write();
  EXPECT_FALSE(last_.is_dead_letter);
  EXPECT_TRUE(last_.is_end_known);
}

TEST_F(task_registry_images_test, makes_none_of_volatile_tasks) {
  auto x = make("x");
  x.durability = durability::volatile_;
  auto child = make("child");
  child.parent = x.id;
  ASSERT_TRUE(submit({x}));
  start("x");
  ASSERT_TRUE(submit({child}));
  auto y = make("y");
  y.durability = durability::relaxed;
  ASSERT_TRUE(submit({y}));
  EXPECT_EQ(write(), lines{"y"});
  EXPECT_EQ(last_.number, 1u);
  EXPECT_EQ(last_.durability, durability::relaxed);
}

TEST_F(task_registry_images_test, nothing_is_safer_than_what_it_depends_on) {
  auto x = make("x");
  x.durability = durability::volatile_;
  ASSERT_TRUE(submit({x}));
  EXPECT_EQ(submitted({make("y", {on("x")})}),
            "not_durable: task 'y' is to survive the process, but depends on "
            "'x', which does not; set the durability of both alike");
  EXPECT_TRUE(write().empty());
}

TEST_F(task_registry_images_test, names_what_has_ended_and_is_still_needed) {
  use({.age = 1s});
  registry->keep_images(0);
  add("a");
  add("b", {on("a")});
  add("c");
  complete("a");
  complete("c");
  EXPECT_EQ(registry->needed(), std::vector<uint64_t>{1});
  now += 2s;
  registry->clean_up(now);
  EXPECT_EQ(registry->needed(), std::vector<uint64_t>{1});
  complete("b");
  EXPECT_TRUE(registry->needed().empty());
}

// -- taking over --------------------------------------------------------------

TEST_F(task_registry_images_test, goes_on_where_the_last_process_was) {
  add("ended");
  add("waits");
  add("blocked", {on("waits"), on("ended")});
  add("next", {on("ended")});
  complete("ended", payload(json(7)));
  now += 1s;
  ASSERT_TRUE(crash());
  EXPECT_EQ(recovered(), (lines{"waits", "next"}));
  EXPECT_EQ(get("waits").reason, pending_reason::queued);
  EXPECT_EQ(get("blocked").reason, pending_reason::blocked);
  EXPECT_EQ(get("ended").result, payload(json(7)));
  EXPECT_EQ(registry->stats().unended(), 3u);
  complete("waits");
  EXPECT_EQ(get("blocked").reason, pending_reason::queued);
  complete("blocked");
  complete("next");
  EXPECT_EQ(registry->stats().unended(), 0u);
}

TEST_F(task_registry_images_test, numbers_go_on) {
  add("a");
  complete("a");
  ASSERT_TRUE(crash());
  add("b");
  write();
  EXPECT_EQ(last_.number, 2u);
}

TEST_F(task_registry_images_test, what_ran_is_for_its_queue_to_lose) {
  add("a");
  registry->name_agent(0, "worker");
  start("a");
  ASSERT_TRUE(crash());
  EXPECT_EQ(get("a").agent, "worker");
  auto all = registry->recover(0);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].is_running);
  EXPECT_EQ(all[0].task.attempts, 1u);
  registry->lost({id_of("a"), 1}, now);
  ASSERT_TRUE(crash());
  all = registry->recover(0);
  EXPECT_FALSE(all[0].is_running);
  EXPECT_EQ(all[0].losses, 1u);
}

TEST_F(task_registry_images_test, remembers_retries_and_priorities) {
  add("a");
  start("a");
  retry("a", now + 10s);
  add("b");
  ASSERT_TRUE(registry->set_priority(id_of("b"), critical, now));
  ASSERT_TRUE(crash());
  auto all = registry->recover(0);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].failures, 1u);
  EXPECT_EQ(all[0].not_before, now + 10s);
  EXPECT_EQ(all[1].task.priority, critical);
  EXPECT_EQ(get("a").reason, pending_reason::backoff);
  auto history = get("a").history;
  EXPECT_TRUE(std::ranges::any_of(history, [](auto& x) {
    return x.kind == history_kind::attempt_failed;
  }));
}

TEST_F(task_registry_images_test, remembers_pauses) {
  add("a");
  ASSERT_TRUE(registry->pause(id_of("a"), now));
  add("b");
  start("b");
  ASSERT_TRUE(registry->pause(id_of("b"), now));
  ASSERT_TRUE(crash());
  EXPECT_EQ(get("a").status, task_status::paused);
  auto all = registry->recover(0);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].task.is_paused);
  EXPECT_EQ(all[1].pause, 1u);
  registry->lost({id_of("b"), 1}, now);
  EXPECT_EQ(get("b").status, task_status::paused);
  ASSERT_TRUE(registry->resume(id_of("a"), now));
  EXPECT_EQ(get("a").status, task_status::pending);
}

TEST_F(task_registry_images_test, answers_are_there_for_the_attempt_that_asks) {
  add("a");
  start("a");
  registry->ask({id_of("a"), 1}, {0, "how many?"}, now);
  ASSERT_TRUE(registry->provide(id_of("a"), payload(json(3)), now));
  ASSERT_TRUE(crash());
  registry->lost({id_of("a"), 1}, now);
  start("a", 2);
  registry->ask({id_of("a"), 2}, {0, "how many?"}, now);
  auto& answers = registry->actions().answers;
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].value, payload(json(3)));
}

TEST_F(task_registry_images_test, dead_letters_stay_with_what_they_need) {
  add("a");
  complete("a", payload(json(1)));
  add("b", {on("a")});
  fail_task("b");
  ASSERT_TRUE(crash());
  auto page = registry->list_dead_letters({});
  ASSERT_EQ(page.tasks.size(), 1u);
  EXPECT_EQ(page.tasks[0].failure->code, ec::handler_failed);
  auto again = replay(*page.tasks[0].spec, {}, id_of("again"));
  ASSERT_TRUE(submit({again}));
  EXPECT_TRUE(registry->list_dead_letters({}).tasks.empty());
  EXPECT_EQ(recovered(), lines{"b"});
}

TEST_F(task_registry_images_test, limits_of_time_go_on) {
  auto x = make("x");
  x.limits.total = 10s;
  ASSERT_TRUE(submit({x}));
  auto y = make("y");
  y.limits.waiting = 5s;
  ASSERT_TRUE(submit({y}));
  now += 4s;
  ASSERT_TRUE(crash());
  registry->expire(now + 2s);
  EXPECT_EQ(get("y").failure->code, ec::timeout);
  EXPECT_FALSE(get("x").has_ended());
  registry->expire(now + 7s);
  EXPECT_EQ(get("x").failure->code, ec::timeout);
}

TEST_F(task_registry_images_test, a_parent_takes_its_children_along) {
  add("parent");
  start("parent");
  auto child = make("child");
  child.parent = id_of("parent");
  ASSERT_TRUE(submit({child}));
  ASSERT_TRUE(crash());
  registry->lost({id_of("parent"), 1}, now);
  EXPECT_EQ(get("child").status, task_status::cancelled);
}

TEST_F(task_registry_images_test, an_interrupted_attempt_is_not_lost) {
  add("a");
  start("a");
  auto x = make("x");
  x.durability = durability::volatile_;
  ASSERT_TRUE(submit({x}));
  registry->interrupt_all(now);
  EXPECT_EQ(get("x").status, task_status::cancelled);
  EXPECT_EQ(withdrawn(), (lines{"a", "x"}));
  start("a", 2);
  EXPECT_EQ(get("a").status, task_status::pending);
  ASSERT_TRUE(crash());
  auto all = registry->recover(0);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].losses, 0u);
  EXPECT_EQ(all[0].task.attempts, 1u);
}

TEST_F(task_registry_images_test, an_attempt_elsewhere_is_not_interrupted) {
  add("a");
  add("b", {on("a")});
  start("a");
  registry->interrupt_all(now, {"a"});
  EXPECT_EQ(withdrawn(), lines{});
  EXPECT_EQ(get("a").status, task_status::running);
  complete("a");
  EXPECT_EQ(get("a").status, task_status::completed);
  // What waited for it begins in the next process.
  EXPECT_EQ(enqueued(), lines{"a"});
  ASSERT_TRUE(crash());
  auto all = registry->recover(0);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].task.spec->name, "b");
}

TEST_F(task_registry_images_test, what_fails_elsewhere_waits_for_the_next) {
  add("a");
  start("a");
  registry->interrupt_all(now, {"a"});
  registry->lost({id_of("a"), 1}, now);
  EXPECT_EQ(withdrawn(), lines{"a"});
  EXPECT_EQ(get("a").status, task_status::pending);
}

TEST_F(task_registry_images_test, a_task_that_is_missing_is_said_to_be) {
  add("a");
  add("b", {on("a")});
  write();
  images_.erase(1);
  auto ok = crash();
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().code, ec::journal_corrupt);
  EXPECT_TRUE(ok.error().message.starts_with("task 'b' ("))
    << ok.error().message;
}

TEST_F(task_registry_images_test, a_queue_that_comes_later_finds_its_tasks) {
  queue_spec late;
  late.name = "late";
  late.key_max = 1;
  late.at_key_max = key_policy::refuse;
  registry->add_queue(late);
  auto x = make("x");
  x.queue = "late";
  x.concurrency_key = "k";
  ASSERT_TRUE(submit({x}));
  ASSERT_TRUE(crash());
  x.id = id_of("y");
  EXPECT_TRUE(submitted({x}).starts_with("unknown_queue"));
  auto number = registry->add_queue(late);
  EXPECT_EQ(registry->recover(number).size(), 1u);
  EXPECT_TRUE(submitted({x}).starts_with("key_busy"));
}

} // namespace troupe::core
