#include "actors/schedule_memory.hpp"

#include "core/async.hpp"
#include "core/schedule_document.hpp"
#include "tests/support/zones.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace troupe::actors {

namespace {

using namespace std::chrono_literals;

constexpr uint64_t kept_seed = 77;

core::payload kept(const std::string& zone = "Europe/Berlin") {
  core::schedule_spec spec;
  spec.name = "nightly";
  spec.task.name = "back up";
  spec.task.capabilities = {"work"};
  spec.when = core::run_cron{"0 3 * * *", zone};
  core::schedule_state state;
  state.added = state.passed = core::time_point{24h};
  state.skipped = 4;
  return core::document_of(spec, state, kept_seed);
}

std::shared_ptr<schedule_memory>
recall_from(const std::map<std::string, core::payload>& documents) {
  return recall_schedules(documents, std::make_shared<support::few_zones>(), 1);
}

core::error why_not(const core::payload& document) {
  try {
    recall_from({{"nightly", document}});
  } catch (const core::failure& x) {
    return x.reason();
  }
  return {};
}

} // namespace

TEST(schedule_memory_test, goes_on_with_what_was_kept) {
  auto memory = recall_from({{"nightly", kept()}});
  ASSERT_NE(memory->book.state("nightly"), nullptr);
  EXPECT_EQ(memory->book.state("nightly")->skipped, 4u);
  EXPECT_EQ(memory->seed, kept_seed);
  EXPECT_EQ(memory->entries.at("nightly").skipped, 4u) << "it was told before";
}

TEST(schedule_memory_test, makes_a_seed_if_there_is_none) {
  EXPECT_EQ(recall_from({})->seed, 1u);
}

TEST(schedule_memory_test, says_which_schedule_makes_no_sense) {
  auto unknown = why_not(kept("Europe/Bielefeld"));
  EXPECT_EQ(unknown.code, core::ec::invalid_argument);
  EXPECT_EQ(unknown.message,
            "cannot go on with schedule 'nightly' of the journal: schedule "
            "'nightly': when.zone: there is no time zone 'Europe/Bielefeld'");
  auto corrupt = why_not(core::payload{{"spec", 7}});
  EXPECT_EQ(corrupt.code, core::ec::journal_corrupt);
  EXPECT_EQ(corrupt.message.substr(0, 60),
            "cannot go on with schedule 'nightly' of the journal: spec: i");
}

} // namespace troupe::actors
