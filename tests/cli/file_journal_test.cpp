#include "cli/file_journal.hpp"

#include "cli/resume.hpp"
#include "storage/memory_journal.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::cli {

namespace {

using core::task_status;

constexpr core::time_point then{std::chrono::hours{12}};

core::task_id id_of(uint64_t number) {
  return {1, number};
}

/// A journal with tasks of `mine` and `other`.
std::unique_ptr<storage::memory_journal> make_journal() {
  auto result = std::make_unique<storage::memory_journal>();
  core::journal_batch batch;
  batch.sequence = 1;
  auto add = [&](uint64_t number, const char* file, task_status status,
                 std::vector<core::dependency> needs = {}) {
    core::task_spec spec;
    spec.id = id_of(number);
    spec.name = "t" + std::to_string(number);
    spec.capabilities = {"c"};
    spec.dependencies = std::move(needs);
    if (file != nullptr)
      spec.metadata[std::string{file_key}] = file;
    core::task_image image;
    image.number = number;
    image.spec = std::make_shared<core::task_spec>(std::move(spec));
    image.is_new = true;
    image.created = then;
    image.status = status;
    if (image.has_ended())
      image.finished = then;
    batch.tasks.push_back(std::move(image));
  };
  add(1, "mine", task_status::completed);
  add(2, "other", task_status::pending);
  add(3, "mine", task_status::completed);
  add(4, nullptr, task_status::pending);
  add(5, "mine", task_status::pending, {{id_of(3), "", {}}});
  add(6, "mine", task_status::completed);
  batch.documents.push_back({"queue", "q", core::payload{true}});
  batch.documents.push_back({"circuit", "c", core::payload{true}});
  EXPECT_TRUE(result->commit(batch));
  return result;
}

struct loaded {
  std::vector<uint64_t> tasks;
  std::vector<std::string> documents;
};

loaded load(storage::journal& from) {
  loaded result;
  storage::journal_visitor visitor;
  visitor.on_task = [&](core::task_image&& x) {
    result.tasks.push_back(x.number);
  };
  visitor.on_document = [&](core::document&& x) {
    result.documents.push_back(x.kind);
  };
  EXPECT_TRUE(from.load(visitor));
  return result;
}

} // namespace

TEST(file_journal_test, loads_what_the_file_has_left_and_what_is_named) {
  file_journal journal{make_journal(), "mine", {id_of(6), id_of(3)}};
  EXPECT_EQ(load(journal).tasks, (std::vector<uint64_t>{3, 5, 6}));
}

TEST(file_journal_test, loads_circuits_and_no_paused_queues) {
  file_journal journal{make_journal(), "mine", {}};
  EXPECT_EQ(load(journal).documents, std::vector<std::string>{"circuit"});
}

TEST(file_journal_test, fails_when_a_named_task_is_not_there) {
  file_journal journal{make_journal(), "mine", {id_of(9)}};
  auto done = journal.load({[](core::task_image&&) {}, {}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, core::ec::journal_corrupt);
}

TEST(file_journal_test, shows_all_there_is_and_counts_on) {
  file_journal journal{make_journal(), "mine", {}};
  EXPECT_EQ(journal.list({})->tasks.size(), 6u);
  EXPECT_TRUE(journal.find(id_of(2))->has_value());
  EXPECT_EQ(journal.last_number(), 6u);
  EXPECT_EQ(journal.sequence(), 1u);
  EXPECT_EQ(journal.info()->completed, 3u);
}

TEST(file_journal_test, forgets_what_is_to_be_forgotten) {
  file_journal journal{make_journal(), "mine", {}};
  storage::retention_order order;
  order.finished_before = then + std::chrono::seconds{1};
  order.needed = {3};
  EXPECT_EQ(journal.forget(order, {}, {}), 2u);
}

} // namespace troupe::cli
