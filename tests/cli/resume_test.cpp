#include "cli/resume.hpp"

#include "cli/run_model.hpp"
#include "storage/memory_journal.hpp"
#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace troupe::cli {

namespace {

using core::task_status;
using testing::load;

constexpr core::time_point noon{std::chrono::hours{12}};

/// Runs of a file, one after the other, on one journal; what becomes of a task
/// is what the test says.
class resume_test : public ::testing::Test {
protected:
  /// Begins a run.
  const resumption& run(const std::string& tasks, bool is_fresh = false,
                        const std::string& file = "/f.yaml") {
    auto loaded = load("tasks:\n" + tasks);
    if (!loaded.value)
      throw std::invalid_argument{loaded.messages.at(0)};
    plan_ = make_plan(*loaded.value, [&] {
      return core::task_id{1, ++last_id_};
    });
    auto name = "run " + std::to_string(++runs_);
    earlier_ = resume(journal_, plan_, file, name, is_fresh).value();
    return earlier_;
  }

  /// The run submits what is new.
  void submit() {
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      if (earlier_.origins[i] == task_origin::anew)
        commit(plan_.tasks[i].spec.name, task_status::pending);
  }

  void end(const std::string& name, task_status status = task_status::completed,
           core::ec code = core::ec::none) {
    commit(name, status, code);
  }

  void commit(const std::string& name, task_status status,
              core::ec code = core::ec::none) {
    core::task_image image;
    image.spec = std::make_shared<core::task_spec>(spec_of(name));
    auto& number = numbers_[image.spec->id];
    image.is_new = number == 0;
    if (image.is_new)
      number = journal_.last_number() + 1;
    image.number = number;
    image.created = noon;
    image.status = status;
    image.failure.code = code;
    image.priority = image.spec->priority;
    if (image.has_ended())
      image.finished = noon;
    core::journal_batch batch;
    batch.sequence = journal_.sequence() + 1;
    batch.tasks.push_back(std::move(image));
    ASSERT_TRUE(journal_.commit(batch));
  }

  const core::task_spec& spec_of(const std::string& name) const {
    return std::ranges::find(plan_.tasks, name,
                             [](auto& x) { return x.spec.name; })
      ->spec;
  }

  task_origin origin(const std::string& name) const {
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      if (plan_.tasks[i].spec.name == name)
        return earlier_.origins[i];
    throw std::invalid_argument{name};
  }

  storage::memory_journal journal_;
  plan plan_;
  resumption earlier_;
  std::map<core::task_id, uint64_t> numbers_;
  uint64_t last_id_ = 0;
  int runs_ = 0;
};

constexpr auto chain = "  a: {argv: [x]}\n"
                       "  b: {argv: [y], needs: a}\n"
                       "  c: {argv: [z], needs: b}\n";

constexpr auto changed_b = "  a: {argv: [x]}\n"
                           "  b: {argv: [other], needs: a}\n"
                           "  c: {argv: [z], needs: b}\n";

} // namespace

TEST_F(resume_test, submits_all_of_a_first_run_and_marks_it) {
  run(chain);
  EXPECT_EQ(earlier_.count(task_origin::anew), 3u);
  EXPECT_EQ(metadata_of(spec_of("a"), file_key), "/f.yaml");
  EXPECT_EQ(metadata_of(spec_of("a"), run_key), "run 1");
  EXPECT_EQ(metadata_of(spec_of("a"), fingerprint_key).size(), 64u);
}

TEST_F(resume_test, does_not_run_again_what_was_completed) {
  run(chain);
  submit();
  end("a");
  auto a = spec_of("a").id;
  auto b = spec_of("b").id;
  run(chain);
  EXPECT_EQ(earlier_.completed, 1u);
  EXPECT_EQ(earlier_.ended.at(0).name(), "a");
  EXPECT_EQ(origin("a"), task_origin::ended);
  EXPECT_EQ(origin("b"), task_origin::taken_over);
  EXPECT_EQ(origin("c"), task_origin::taken_over);
  EXPECT_TRUE(earlier_.outdated.empty());
  EXPECT_EQ(spec_of("a").id, a);
  EXPECT_EQ(spec_of("b").id, b);
  EXPECT_EQ(spec_of("b").dependencies.at(0).task, a);
  EXPECT_EQ(metadata_of(spec_of("a"), run_key), "run 1");
}

TEST_F(resume_test, runs_what_changed_again_with_what_depends_on_it) {
  run(chain);
  submit();
  for (auto name : {"a", "b", "c"})
    end(name);
  run(changed_b);
  EXPECT_EQ(origin("a"), task_origin::ended);
  EXPECT_EQ(origin("b"), task_origin::anew);
  EXPECT_EQ(origin("c"), task_origin::anew);
  EXPECT_TRUE(earlier_.outdated.empty());
  auto specs = earlier_.new_specs(plan_);
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].name, "b");
  EXPECT_EQ(specs[1].name, "c");
}

TEST_F(resume_test, ends_what_was_accepted_and_has_changed) {
  run(chain);
  submit();
  end("a");
  auto b = spec_of("b").id;
  auto c = spec_of("c").id;
  run(changed_b);
  EXPECT_EQ(origin("b"), task_origin::anew);
  EXPECT_EQ(origin("c"), task_origin::anew);
  std::ranges::sort(earlier_.outdated);
  EXPECT_EQ(earlier_.outdated, (std::vector{b, c}));
  ASSERT_TRUE(end_outdated(journal_, earlier_.outdated, noon));
  auto ended = journal_.find(c).value();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, task_status::cancelled);
  EXPECT_EQ(ended->failure.code, core::ec::cancelled);
  EXPECT_EQ(journal_.content().audit.size(), 2u);
  // Once they have ended, there is nothing left to do.
  auto sequence = journal_.sequence();
  ASSERT_TRUE(end_outdated(journal_, earlier_.outdated, noon));
  EXPECT_EQ(journal_.sequence(), sequence);
  run(changed_b);
  EXPECT_TRUE(earlier_.outdated.empty());
}

TEST_F(resume_test, ends_what_is_not_in_the_file_any_more) {
  run(chain);
  submit();
  end("a");
  auto c = spec_of("c").id;
  run("  a: {argv: [x]}\n  b: {argv: [y], needs: a}\n");
  EXPECT_EQ(origin("b"), task_origin::taken_over);
  EXPECT_EQ(earlier_.outdated, std::vector{c});
}

TEST_F(resume_test, submits_anew_what_is_only_to_run_in_another_way) {
  // Where and when it runs changes no result, but only a new task can have it.
  auto urgent = "  a: {argv: [x], priority: high}\n"
                "  b: {argv: [y], needs: a, priority: high}\n";
  run("  a: {argv: [x]}\n  b: {argv: [y], needs: a}\n");
  submit();
  end("a");
  run(urgent);
  EXPECT_EQ(origin("a"), task_origin::ended);
  EXPECT_EQ(origin("b"), task_origin::anew);
  EXPECT_EQ(earlier_.outdated.size(), 1u);
}

TEST_F(resume_test, runs_again_what_failed_with_what_went_on_without_it) {
  auto tolerant = "  a: {argv: [x]}\n"
                  "  b: {argv: [y], needs: [{task: a, on_failure: run}]}\n";
  run(tolerant);
  submit();
  end("a", task_status::failed, core::ec::handler_failed);
  end("b");
  run(tolerant);
  EXPECT_EQ(origin("a"), task_origin::anew);
  EXPECT_EQ(origin("b"), task_origin::anew);
}

TEST_F(resume_test, leaves_skipped_what_was_skipped) {
  run(chain);
  submit();
  end("a");
  end("b", task_status::cancelled, core::ec::skipped);
  end("c");
  run(chain);
  EXPECT_EQ(earlier_.count(task_origin::ended), 3u);
  EXPECT_EQ(earlier_.completed, 2u);
  EXPECT_TRUE(earlier_.new_specs(plan_).empty());
  run_model model{plan_};
  for (auto& x : earlier_.ended)
    model.apply(end_event(x));
  EXPECT_EQ(model.counts().completed, 2u);
  EXPECT_EQ(model.counts().skipped, 1u);
}

TEST_F(resume_test, starts_over_if_asked_and_goes_on_with_that_run_later) {
  run(chain);
  submit();
  end("a");
  end("b");
  auto c = spec_of("c").id;
  run(chain, true);
  EXPECT_EQ(earlier_.count(task_origin::anew), 3u);
  EXPECT_EQ(earlier_.outdated, std::vector{c});
  // It ends before more than its first task is accepted.
  commit("a", task_status::completed);
  run(chain);
  EXPECT_EQ(origin("a"), task_origin::ended);
  EXPECT_EQ(origin("b"), task_origin::anew);
  EXPECT_EQ(metadata_of(spec_of("a"), run_key), "run 2");
  EXPECT_EQ(earlier_.outdated, std::vector{c});
}

TEST_F(resume_test, takes_nothing_from_other_files) {
  run(chain);
  submit();
  end("a");
  run(chain, false, "/other.yaml");
  EXPECT_EQ(earlier_.count(task_origin::anew), 3u);
  EXPECT_TRUE(earlier_.outdated.empty());
  EXPECT_EQ(metadata_of(spec_of("a"), run_key), "run 2");
}

TEST_F(resume_test, does_not_take_a_result_for_one_that_was_made_of_another) {
  run(chain);
  submit();
  end("a");
  end("b");
  // `a` is changed, run, and changed back: its old result is not the newest.
  run("  a: {argv: [w]}\n  b: {argv: [y], needs: a}\n"
      "  c: {argv: [z], needs: b}\n");
  submit();
  end("a");
  run(chain);
  EXPECT_EQ(origin("a"), task_origin::anew);
  EXPECT_EQ(origin("b"), task_origin::anew);
}

} // namespace troupe::cli
