#pragma once

// Long because it is one suite: what every journal has to do, whatever it keeps
// things in. A test program instantiates it with a type that has
// `std::unique_ptr<journal> open()`, which opens the same journal again and
// again, one at a time.

#include "storage/journal.hpp"
#include "tests/storage/images.hpp"
#include "tests/support/expect_same.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::storage {

template <class Place>
class journal_conformance : public testing::Test {
protected:
  using images = std::vector<core::task_image>;

  journal_conformance() : now(place.open()) {
    // nop
  }

  void reopen() {
    now.reset();
    now = place.open();
  }

  core::journal_batch next(images tasks = {}) {
    core::journal_batch batch;
    batch.sequence = now->sequence() + 1;
    batch.tasks = std::move(tasks);
    return batch;
  }

  core::result<void> try_commit(images tasks) {
    return now->commit(next(std::move(tasks)));
  }

  void commit(images tasks) {
    auto done = try_commit(std::move(tasks));
    ASSERT_TRUE(done) << to_string(done.error());
  }

  /// Tasks 1..n, which end in the order of their numbers.
  void commit_ended(uint64_t n) {
    images all;
    for (uint64_t i = 1; i <= n; ++i) {
      all.push_back(completed(new_image(i), at(static_cast<int64_t>(i))));
      all.back().is_new = true;
    }
    commit(std::move(all));
  }

  void put(core::document document) {
    auto batch = next();
    batch.documents.push_back(std::move(document));
    ASSERT_TRUE(now->commit(batch));
  }

  images loaded() {
    images all;
    auto done = now->load(
      {[&](core::task_image&& image) { all.push_back(std::move(image)); }, {}});
    EXPECT_TRUE(done) << to_string(done.error());
    return all;
  }

  std::vector<uint64_t> loaded_numbers() {
    std::vector<uint64_t> numbers;
    for (auto& image : loaded())
      numbers.push_back(image.number);
    return numbers;
  }

  /// By kind and name.
  std::map<std::string, std::string> documents() {
    std::map<std::string, std::string> all;
    auto done = now->load({{}, [&](core::document&& x) {
                             all[x.kind + "/" + x.name] = x.value->dump();
                           }});
    EXPECT_TRUE(done);
    return all;
  }

  std::optional<core::task_image> find(uint64_t number) {
    auto found = now->find(id_of(number));
    EXPECT_TRUE(found) << to_string(found.error());
    return found.value_or(std::nullopt);
  }

  /// Those of the tasks 1..n that are in there.
  std::vector<uint64_t> known(uint64_t n) {
    std::vector<uint64_t> numbers;
    for (uint64_t i = 1; i <= n; ++i)
      if (find(i))
        numbers.push_back(i);
    return numbers;
  }

  /// The names of all pages.
  std::vector<std::string> listed(core::task_query query) {
    std::vector<std::string> names;
    for (;;) {
      auto page = now->list(query);
      EXPECT_TRUE(page);
      if (!page)
        return names;
      EXPECT_LE(page->tasks.size(), query.limit);
      for (auto& task : page->tasks)
        names.push_back(task.name());
      if (page->next.is_nil())
        return names;
      EXPECT_LT(query.after, page->next);
      query.after = page->next;
    }
  }

  uint64_t forgotten(const retention_order& order) {
    auto done = now->forget(order);
    EXPECT_TRUE(done) << to_string(done.error());
    return done.value_or(UINT64_MAX);
  }

  journal_info info() {
    auto info = now->info();
    EXPECT_TRUE(info);
    return info.value_or(journal_info{});
  }

  Place place;
  std::unique_ptr<journal> now;
};

TYPED_TEST_SUITE_P(journal_conformance);

using numbers = std::vector<uint64_t>;
using names = std::vector<std::string>;

TYPED_TEST_P(journal_conformance, is_empty_at_first) {
  EXPECT_EQ(this->now->sequence(), 0u);
  EXPECT_EQ(this->now->last_number(), 0u);
  EXPECT_TRUE(this->loaded().empty());
  EXPECT_TRUE(this->documents().empty());
  EXPECT_FALSE(this->find(1));
  EXPECT_EQ(this->forgotten({.count_max = 0}), 0u);
}

TYPED_TEST_P(journal_conformance, gives_back_what_it_was_given) {
  auto spec = spec_of(1, "slow");
  spec.description = "\"all\"\n\u00fc";
  spec.owner = "me";
  spec.dependencies = {{id_of(7), "x", core::on_failure::run}};
  spec.metadata = {{"a", "b"}};
  spec.tags = {"t", "u"};
  spec.durability = core::durability::relaxed;
  auto image = new_image(std::move(spec), 1);
  image.durability = core::durability::relaxed;
  image.priority = 99;
  this->commit({image});
  this->reopen();
  test::expect_same(this->find(1).value(), image);

  image = started(image);
  image.failures = 1;
  image.losses = 2;
  image.retry_at = at(9);
  image.pause = 3;
  image.is_to_pause = true;
  image.history = {{at(5), core::history_kind::attempt_lost, 1, "worker"}};
  image.answers = {{{0, "how many?", {{"type", "number"}}, at(70)},
                    core::payload(core::json(4)),
                    at(60),
                    1}};
  this->commit({image});
  this->reopen();
  test::expect_same(this->find(1).value(), image);

  image = completed(image);
  this->commit({image});
  this->reopen();
  // Nobody needs those any more.
  image.answers.clear();
  test::expect_same(this->find(1).value(), image);

  auto failed = dead(new_image(2));
  failed.is_new = true;
  this->commit({failed});
  this->reopen();
  test::expect_same(this->find(2).value(), failed);
}

TYPED_TEST_P(journal_conformance, a_later_image_takes_the_place_of_an_earlier) {
  auto image = new_image(1);
  this->commit({image});
  this->commit({started(image)});
  auto again = image;
  again.is_new = false;
  again.attempt = 1;
  this->commit({again});
  test::expect_same(this->find(1).value(), again);
  ASSERT_EQ(this->loaded().size(), 1u);
  test::expect_same(this->loaded()[0], again);
}

TYPED_TEST_P(journal_conformance, keeps_results_of_any_size) {
  auto image = completed(new_image(1));
  image.is_new = true;
  image.result = {{"text", std::string(300'000, 'x')}};
  auto null = completed(new_image(2));
  null.is_new = true;
  null.result = {};
  this->commit({image, null});
  this->reopen();
  test::expect_same(this->find(1).value(), image);
  EXPECT_TRUE(this->find(2)->result.is_null());
  EXPECT_EQ(this->forgotten({.count_max = 0}), 2u);
  EXPECT_FALSE(this->find(1));
}

TYPED_TEST_P(journal_conformance, a_batch_that_was_seen_changes_nothing) {
  auto batch = this->next({new_image(1)});
  ASSERT_TRUE(this->now->commit(batch));
  ASSERT_TRUE(this->now->commit(batch));
  batch.tasks = {new_image(2)};
  ASSERT_TRUE(this->now->commit(batch));
  this->reopen();
  ASSERT_TRUE(this->now->commit(batch));
  EXPECT_EQ(this->now->sequence(), 1u);
  EXPECT_EQ(this->known(2), (numbers{1}));
}

TYPED_TEST_P(journal_conformance,
             a_batch_is_in_there_as_a_whole_or_not_at_all) {
  this->commit({new_image(1)});
  this->put({"queue", "q", core::payload(core::json(1))});
  auto before = this->info();
  auto batch = this->next({new_image(2), started(new_image(1)),
                           completed(new_image(9)), new_image(3)});
  batch.documents = {{"queue", "q", {}}};
  batch.audit = {{at(1), "me", "pause", id_of(1), "why not"}};
  auto done = this->now->commit(batch);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, core::ec::journal_corrupt);
  for (auto i = 0; i < 2; ++i) {
    EXPECT_EQ(this->now->sequence(), before.sequence);
    EXPECT_EQ(this->now->last_number(), 1u);
    EXPECT_EQ(this->known(9), (numbers{1}));
    EXPECT_EQ(this->find(1)->status, core::task_status::pending);
    EXPECT_EQ(this->documents().size(), 1u);
    auto info = this->info();
    EXPECT_EQ(info.unended, before.unended);
    EXPECT_EQ(info.completed, before.completed);
    EXPECT_EQ(info.audit_entries, before.audit_entries);
    this->reopen();
  }
  batch.tasks.erase(batch.tasks.begin() + 2);
  ASSERT_TRUE(this->now->commit(batch));
  EXPECT_EQ(this->known(9), (numbers{1, 2, 3}));
  EXPECT_EQ(this->info().unended, 3u);
}

TYPED_TEST_P(journal_conformance, nothing_ends_twice) {
  this->commit({new_image(1)});
  this->commit({completed(new_image(1))});
  for (auto& again : {completed(new_image(1)), started(new_image(1)),
                      dead(new_image(1)), new_image(1)}) {
    auto done = this->try_commit({again});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::ec::journal_corrupt);
    EXPECT_NE(done.error().message.find(to_string(id_of(1))),
              std::string::npos);
  }
  test::expect_same(this->find(1).value(), completed(new_image(1)));
}

TYPED_TEST_P(journal_conformance, nothing_is_told_of_what_is_not_there) {
  auto end_known = completed(new_image(1));
  end_known.is_end_known = true;
  for (auto& image :
       {started(new_image(1)), completed(new_image(1)), end_known}) {
    auto done = this->try_commit({image});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::ec::journal_corrupt);
  }
  this->commit({new_image(1)});
  EXPECT_FALSE(this->try_commit({end_known}));
  EXPECT_FALSE(this->try_commit({new_image(1)}));
}

TYPED_TEST_P(journal_conformance, of_an_end_only_what_comes_later_changes) {
  auto image = dead(new_image(1));
  this->commit({new_image(1)});
  this->commit({image});
  EXPECT_EQ(this->info().dead_letters, 1u);
  auto replayed = image;
  replayed.is_end_known = true;
  replayed.is_dead_letter = false;
  replayed.history.push_back(
    {at(2000), core::history_kind::replayed, 0, to_string(id_of(2))});
  auto told = replayed;
  told.failure = {};
  told.failures = 9;
  told.result = core::payload(core::json(1));
  told.agent = "another";
  this->commit({told});
  EXPECT_EQ(this->info().dead_letters, 0u);
  EXPECT_EQ(this->info().failed, 1u);
  this->reopen();
  test::expect_same(this->find(1).value(), replayed);
  this->commit({replayed});
  test::expect_same(this->find(1).value(), replayed);
}

TYPED_TEST_P(journal_conformance, loads_what_has_not_ended_in_order) {
  std::vector<core::task_image> all;
  for (uint64_t i = 1; i <= 6; ++i)
    all.push_back(new_image(i));
  this->commit(all);
  this->commit({started(all[4]), completed(all[1]), completed(all[2])});
  this->reopen();
  EXPECT_EQ(this->loaded_numbers(), (numbers{1, 4, 5, 6}));
  test::expect_same(this->loaded()[2], started(all[4]));
  this->commit({completed(all[0]), completed(all[3]), completed(all[4]),
                completed(all[5])});
  EXPECT_TRUE(this->loaded().empty());
}

TYPED_TEST_P(journal_conformance, loads_the_ended_that_unended_ones_need) {
  auto needs = spec_of(4);
  needs.dependencies = {{id_of(2)}, {id_of(99)}};
  auto child = spec_of(5);
  child.parent = id_of(3);
  auto needed_by_ended = spec_of(6);
  needed_by_ended.dependencies = {{id_of(1)}};
  // One may depend on a task of the same submission that comes later.
  auto early = spec_of(7);
  early.dependencies = {{id_of(8)}};
  this->commit({new_image(1), new_image(2), new_image(3), new_image(needs, 4),
                new_image(child, 5), new_image(needed_by_ended, 6),
                new_image(early, 7), new_image(8)});
  this->commit(
    {completed(new_image(1)), completed(new_image(2)), completed(new_image(3)),
     completed(new_image(needed_by_ended, 6)), completed(new_image(8))});
  this->reopen();
  EXPECT_EQ(this->loaded_numbers(), (numbers{2, 3, 4, 5, 7, 8}));
  test::expect_same(this->loaded()[0], completed(new_image(2)));
}

TYPED_TEST_P(journal_conformance, loads_dead_letters) {
  this->commit({new_image(1), new_image(2), new_image(3)});
  this->commit({dead(new_image(1)), completed(new_image(2))});
  this->reopen();
  EXPECT_EQ(this->loaded_numbers(), (numbers{1, 3}));
  test::expect_same(this->loaded()[0], dead(new_image(1)));
}

TYPED_TEST_P(journal_conformance, documents_are_put_replaced_and_erased) {
  this->put({"queue", "a", core::payload(core::json("first"))});
  this->put({"queue", "b", core::payload(core::json(2))});
  this->put({"circuit", "a", core::payload{}});
  this->put({"queue", "a", core::payload(core::json("second"))});
  this->reopen();
  EXPECT_EQ(this->documents(),
            (std::map<std::string, std::string>{{"circuit/a", "null"},
                                                {"queue/a", "\"second\""},
                                                {"queue/b", "2"}}));
  this->put({"queue", "a", {}});
  this->put({"queue", "never there", {}});
  this->reopen();
  EXPECT_EQ(this->documents(), (std::map<std::string, std::string>{
                                 {"circuit/a", "null"}, {"queue/b", "2"}}));
}

TYPED_TEST_P(journal_conformance, lists_in_pages) {
  std::vector<core::task_image> all;
  for (uint64_t i = 1; i <= 7; ++i)
    all.push_back(new_image(i));
  this->commit(all);
  this->commit({completed(new_image(2))});
  names expected{"task 1", "task 2", "task 3", "task 4",
                 "task 5", "task 6", "task 7"};
  for (auto limit : {1u, 3u, 7u, 100u})
    EXPECT_EQ(this->listed({.limit = limit}), expected);
  auto page = this->now->list({.limit = 7});
  EXPECT_TRUE(page->next.is_nil());
  EXPECT_EQ(this->now->list({.limit = 0})->tasks.size(), 1u);
  EXPECT_EQ(this->listed({.limit = 2, .after = id_of(5)}),
            (names{"task 6", "task 7"}));
  // The page before may have ended with a task that is gone.
  EXPECT_EQ(this->forgotten({.count_max = 0}), 1u);
  EXPECT_EQ(this->listed({.limit = 2, .after = id_of(2)}),
            (names{"task 3", "task 4", "task 5", "task 6", "task 7"}));
}

TYPED_TEST_P(journal_conformance, lists_what_meets_all_conditions) {
  auto a = spec_of(1, "slow");
  a.owner = "me";
  a.tags = {"x", "y"};
  auto b = spec_of(2, "slow");
  b.owner = "you";
  b.parent = id_of(1);
  auto c = spec_of(3);
  c.owner = "me";
  c.name = "third";
  this->commit({new_image(a, 1), new_image(b, 2), new_image(c, 3)});
  this->commit({started(new_image(a, 1)), completed(new_image(b, 2))});
  using core::task_status;
  EXPECT_EQ(this->listed({.status = task_status::completed}),
            (names{"task 2"}));
  EXPECT_EQ(this->listed({.status = task_status::running}), (names{"task 1"}));
  EXPECT_EQ(this->listed({.status = task_status::pending}), (names{"third"}));
  EXPECT_EQ(this->listed({.queue = "slow"}), (names{"task 1", "task 2"}));
  EXPECT_EQ(this->listed({.queue = "fast"}), names{});
  EXPECT_EQ(this->listed({.owner = "me"}), (names{"task 1", "third"}));
  EXPECT_EQ(this->listed({.tag = "y"}), (names{"task 1"}));
  EXPECT_EQ(this->listed({.name = "third"}), (names{"third"}));
  EXPECT_EQ(this->listed({.parent = id_of(1)}), (names{"task 2"}));
  EXPECT_EQ(this->listed({.queue = "slow", .owner = "me", .limit = 1}),
            (names{"task 1"}));
  auto page = this->now->list({.status = task_status::completed});
  ASSERT_EQ(page->tasks.size(), 1u);
  EXPECT_EQ(page->tasks[0].result.dump(), R"({"sum":2})");
  EXPECT_EQ(page->tasks[0].id(), id_of(2));
}

TYPED_TEST_P(journal_conformance, forgets_by_age) {
  this->commit_ended(5);
  EXPECT_EQ(this->forgotten({}), 0u);
  EXPECT_EQ(this->forgotten({.finished_before = at(3)}), 2u);
  EXPECT_EQ(this->known(5), (numbers{3, 4, 5}));
  this->reopen();
  EXPECT_EQ(this->known(5), (numbers{3, 4, 5}));
  EXPECT_EQ(this->info().completed, 3u);
  EXPECT_EQ(this->now->last_number(), 5u);
}

TYPED_TEST_P(journal_conformance, forgets_the_first_to_end_by_count) {
  auto late = completed(new_image(6), at(6));
  auto first = completed(new_image(7), at(0));
  late.is_new = first.is_new = true;
  this->commit_ended(5);
  this->commit({late, first});
  EXPECT_EQ(this->forgotten({.count_max = 4}), 3u);
  EXPECT_EQ(this->known(7), (numbers{3, 4, 5, 6}));
  EXPECT_EQ(this->forgotten({.finished_before = at(4), .count_max = 1}), 3u);
  EXPECT_EQ(this->known(7), (numbers{6}));
}

TYPED_TEST_P(journal_conformance, forgets_in_small_steps) {
  this->commit_ended(5);
  retention_order order{.finished_before = at(5), .steps = 3};
  EXPECT_EQ(this->forgotten(order), 3u);
  EXPECT_EQ(this->known(5), (numbers{4, 5}));
  EXPECT_EQ(this->forgotten(order), 1u);
  EXPECT_EQ(this->forgotten(order), 0u);
}

TYPED_TEST_P(journal_conformance, keeps_what_is_needed_dead_or_not_over) {
  this->commit_ended(4);
  auto letter = dead(new_image(5), at(0));
  letter.is_new = true;
  this->commit({letter, new_image(6)});
  EXPECT_EQ(this->forgotten({.count_max = 0, .needed = {1, 3}}), 2u);
  EXPECT_EQ(this->known(6), (numbers{1, 3, 5, 6}));
  // Dead letters do not count.
  EXPECT_EQ(this->forgotten({.count_max = 2}), 0u);
  letter.is_new = false;
  letter.is_end_known = true;
  letter.is_dead_letter = false;
  this->commit({letter});
  EXPECT_EQ(this->forgotten({.count_max = 2}), 1u);
  EXPECT_EQ(this->known(6), (numbers{1, 3, 6}));
}

TYPED_TEST_P(journal_conformance, forgets_by_queue) {
  std::vector<core::task_image> all;
  for (uint64_t i = 1; i <= 6; ++i) {
    auto queue = i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c";
    all.push_back(completed(new_image(spec_of(i, queue), i)));
    all.back().is_new = true;
  }
  this->commit(all);
  EXPECT_EQ(this->forgotten({.count_max = 0, .queue = "none"}), 0u);
  EXPECT_EQ(this->forgotten({.count_max = 1, .queue = "a"}), 1u);
  EXPECT_EQ(this->known(6), (numbers{1, 2, 4, 5, 6}));
  EXPECT_EQ(this->forgotten({.count_max = 0, .other_queues = {"a", "c"}}), 2u);
  EXPECT_EQ(this->known(6), (numbers{2, 5, 6}));
  EXPECT_EQ(this->forgotten({.count_max = 1, .other_queues = {"b"}}), 2u);
  EXPECT_EQ(this->known(6), (numbers{6}));
}

TYPED_TEST_P(journal_conformance, shows_what_goes_and_keeps_it_if_that_fails) {
  this->commit_ended(3);
  numbers seen;
  auto fails = [&](const core::task_image& image) -> core::result<void> {
    seen.push_back(image.number);
    if (image.number == 2)
      return core::fail(core::ec::system_error, "no");
    return {};
  };
  auto done = this->now->forget({.count_max = 0}, fails);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, core::ec::system_error);
  EXPECT_EQ(this->known(3), (numbers{1, 2, 3}));
  auto fails_at_last = [&]() -> core::result<void> {
    return core::fail(core::ec::system_error, "no");
  };
  ASSERT_FALSE(this->now->forget({.count_max = 0}, {}, fails_at_last));
  EXPECT_EQ(this->known(3), (numbers{1, 2, 3}));
  std::vector<core::task_image> gone;
  auto keeps = [&](const core::task_image& image) -> core::result<void> {
    gone.push_back(image);
    return {};
  };
  auto all_seen = [&]() -> core::result<void> {
    EXPECT_EQ(gone.size(), 3u);
    EXPECT_EQ(this->known(3), (numbers{1, 2, 3}));
    return {};
  };
  ASSERT_TRUE(this->now->forget({.count_max = 0}, keeps, all_seen));
  ASSERT_EQ(gone.size(), 3u);
  test::expect_same(gone[1], completed(new_image(2), at(2)));
  EXPECT_TRUE(this->known(3).empty());
}

TYPED_TEST_P(journal_conformance, finds_tasks_by_their_keys) {
  auto keyed = [](uint64_t number, std::string submission, std::string owner) {
    auto spec = spec_of(number);
    spec.owner = std::move(owner);
    spec.keys = core::submission_keys{std::move(submission), "report"};
    return completed(new_image(std::move(spec), number),
                     at(static_cast<int64_t>(number)));
  };
  auto find = [&](core::key_kind kind, std::string owner, std::string key) {
    auto found = this->now->find(
      core::key_question{kind, std::move(owner), std::move(key)});
    EXPECT_TRUE(found);
    return found && *found ? (*found)->number : 0;
  };
  std::vector<core::task_image> all{keyed(1, "one", "me"),
                                    keyed(2, "two", "me"), keyed(3, "one", "")};
  for (auto& x : all)
    x.is_new = true;
  this->commit(all);
  this->reopen();
  EXPECT_EQ(find(core::key_kind::submission, "me", "one"), 1u);
  EXPECT_EQ(find(core::key_kind::submission, "", "one"), 3u);
  EXPECT_EQ(find(core::key_kind::submission, "you", "one"), 0u);
  EXPECT_EQ(find(core::key_kind::unique, "me", "report"), 2u);
  EXPECT_EQ(this->forgotten({.count_max = 1}), 2u);
  EXPECT_EQ(find(core::key_kind::submission, "me", "one"), 0u);
  EXPECT_EQ(find(core::key_kind::unique, "me", "report"), 0u);
  EXPECT_EQ(find(core::key_kind::submission, "", "one"), 3u);
}

TYPED_TEST_P(journal_conformance, lists_who_did_what) {
  auto batch = this->next();
  for (auto i = 1; i <= 5; ++i)
    batch.audit.push_back({at(i), i % 2 == 0 ? "me" : "you", "cancel",
                           id_of(static_cast<uint64_t>(i)), "because"});
  ASSERT_TRUE(this->now->commit(batch));
  this->reopen();
  auto page = this->now->list_audit({.by = "you", .limit = 2});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[1].sequence, 3u);
  EXPECT_EQ(page->entries[1].entry.at, at(3));
  EXPECT_EQ(page->entries[1].entry.by, "you");
  EXPECT_EQ(page->entries[1].entry.action, "cancel");
  EXPECT_EQ(page->entries[1].entry.task, id_of(3));
  EXPECT_EQ(page->entries[1].entry.detail, "because");
  ASSERT_NE(page->next, 0u);
  page = this->now->list_audit({.by = "you", .limit = 2, .after = page->next});
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].sequence, 5u);
  EXPECT_EQ(page->next, 0u);
  page = this->now->list_audit({.task = id_of(2), .since = at(2)});
  EXPECT_EQ(page->entries.size(), 1u);
}

TYPED_TEST_P(journal_conformance, forgets_the_head_of_the_audit_log) {
  auto batch = this->next();
  for (auto i = 1; i <= 10; ++i)
    batch.audit.push_back({at(i), "me", "cancel", {}, std::to_string(i)});
  ASSERT_TRUE(this->now->commit(batch));
  auto first = [&] {
    auto page = this->now->list_audit({.limit = 1});
    EXPECT_TRUE(page);
    return page && !page->entries.empty() ? page->entries.front()
                                          : core::audit_record{};
  };
  EXPECT_EQ(this->now->forget_audit({.before = at(3)}), 2u);
  EXPECT_EQ(first().sequence, 3u);
  EXPECT_EQ(this->now->forget_audit({.before = at(100), .steps = 1}), 1u);
  EXPECT_EQ(this->now->forget_audit({.count_max = 5}), 2u);
  this->reopen();
  EXPECT_EQ(first().entry.detail, "6");
  EXPECT_EQ(this->info().audit_entries, 5u);
  // The last one stays.
  EXPECT_EQ(this->now->forget_audit({.before = at(100)}), 4u);
  EXPECT_EQ(this->now->forget_audit({.before = at(100)}), 0u);
  EXPECT_EQ(first().sequence, 10u);
  batch = this->next();
  batch.audit.push_back({at(11), "me", "drop", {}, {}});
  ASSERT_TRUE(this->now->commit(batch));
  EXPECT_EQ(this->info().audit_entries, 2u);
}

TYPED_TEST_P(journal_conformance, a_number_is_not_used_again) {
  this->commit_ended(3);
  EXPECT_EQ(this->forgotten({.count_max = 0}), 3u);
  this->reopen();
  EXPECT_EQ(this->now->last_number(), 3u);
  EXPECT_EQ(this->now->sequence(), 1u);
}

TYPED_TEST_P(journal_conformance, counts_what_is_in_there) {
  this->commit({new_image(1), new_image(2), new_image(3), new_image(4)});
  auto cancelled = new_image(2);
  cancelled.is_new = false;
  cancelled.status = core::task_status::cancelled;
  cancelled.finished = at(10);
  auto batch = this->next({dead(new_image(1)), cancelled,
                           completed(new_image(3)), started(new_image(4))});
  auto before = this->info().audit_entries;
  batch.audit = {{at(1), "me", "cancel", id_of(2), ""}};
  ASSERT_TRUE(this->now->commit(batch));
  for (auto i = 0; i < 2; ++i) {
    auto info = this->info();
    EXPECT_NE(info.place, "");
    EXPECT_EQ(info.unended, 1u);
    EXPECT_EQ(info.completed, 1u);
    EXPECT_EQ(info.failed, 1u);
    EXPECT_EQ(info.cancelled, 1u);
    EXPECT_EQ(info.dead_letters, 1u);
    EXPECT_EQ(info.audit_entries, before + 1);
    EXPECT_EQ(info.sequence, 2u);
    this->reopen();
  }
}

REGISTER_TYPED_TEST_SUITE_P(
  journal_conformance, is_empty_at_first, finds_tasks_by_their_keys,
  lists_who_did_what, forgets_the_head_of_the_audit_log,
  gives_back_what_it_was_given, a_later_image_takes_the_place_of_an_earlier,
  keeps_results_of_any_size, a_batch_that_was_seen_changes_nothing,
  a_batch_is_in_there_as_a_whole_or_not_at_all, nothing_ends_twice,
  nothing_is_told_of_what_is_not_there, of_an_end_only_what_comes_later_changes,
  loads_what_has_not_ended_in_order, loads_the_ended_that_unended_ones_need,
  loads_dead_letters, documents_are_put_replaced_and_erased, lists_in_pages,
  lists_what_meets_all_conditions, forgets_by_age,
  forgets_the_first_to_end_by_count, forgets_in_small_steps,
  keeps_what_is_needed_dead_or_not_over, forgets_by_queue,
  shows_what_goes_and_keeps_it_if_that_fails, a_number_is_not_used_again,
  counts_what_is_in_there);

} // namespace troupe::storage
