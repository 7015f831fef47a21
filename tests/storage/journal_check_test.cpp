#include "storage/journal_check.hpp"

#include "tests/storage/scripted_journal.hpp"

namespace troupe::storage {

namespace {

class journal_check_test : public scripted_journal {
protected:
  journal_verdict verdict() const {
    auto found = verify_journal(path);
    EXPECT_TRUE(found) << to_string(found.error());
    return found.value_or(journal_verdict{});
  }

  /// All problems after somebody has changed something.
  std::string problems_after(const std::string& sql) const {
    change(sql);
    std::string text;
    for (auto& problem : verdict().problems)
      text += problem + "; ";
    return text;
  }
};

} // namespace

TEST_F(journal_check_test, finds_nothing_in_a_good_journal) {
  auto found = verdict();
  EXPECT_EQ(found.problems, std::vector<std::string>{});
  EXPECT_EQ(found.tasks, 30u);
  EXPECT_EQ(found.audit_entries, 18u);
  EXPECT_EQ(found.submissions_compared, 12u);
}

TEST_F(journal_check_test, finds_nothing_in_one_that_has_forgotten_tasks) {
  ASSERT_EQ(opened(path)->forget({.count_max = 2}).value_or(0), 8u);
  auto found = verdict();
  EXPECT_EQ(found.problems, std::vector<std::string>{});
  EXPECT_EQ(found.tasks, 22u);
  EXPECT_LT(found.submissions_compared, 12u);
}

TEST_F(journal_check_test, can_be_done_beside_a_process_that_writes) {
  auto writer = opened(path);
  ASSERT_TRUE(writer->commit(script.next()));
  EXPECT_EQ(verdict().tasks, 35u);
}

TEST_F(journal_check_test, sees_that_the_audit_log_was_changed) {
  EXPECT_EQ(problems_after("UPDATE audit SET by = 'you' WHERE sequence = 3"),
            "entry 3 of the audit log, or one before, has been changed; ");
}

TEST_F(journal_check_test, sees_that_an_entry_was_taken_out) {
  EXPECT_EQ(problems_after("DELETE FROM audit WHERE sequence = 3"),
            "entries 3 to 3 of the audit log are missing; ");
}

TEST_F(journal_check_test, checks_the_chain_from_the_first_entry_kept) {
  ASSERT_EQ(opened(path)->forget_audit({.count_max = 8}).value_or(0), 10u);
  auto found = verdict();
  EXPECT_EQ(found.problems, std::vector<std::string>{});
  EXPECT_EQ(found.audit_entries, 8u);
  EXPECT_EQ(problems_after("DELETE FROM audit WHERE sequence = 11"),
            "entries 11 to 11 of the audit log are missing; ");
}

TEST_F(journal_check_test, the_first_entry_kept_cannot_be_changed_either) {
  ASSERT_TRUE(opened(path)->forget_audit({.count_max = 8}));
  EXPECT_EQ(problems_after("UPDATE audit SET by = 'you' WHERE sequence = 11"),
            "entry 11 of the audit log, or one before, has been changed; ");
}

TEST_F(journal_check_test, sees_that_a_spec_is_not_as_it_was_submitted) {
  EXPECT_EQ(problems_after("UPDATE task SET spec = replace(spec, 'task 7', "
                           "'task 8') WHERE number = 7"),
            "tasks 7-8,10 are not as they were submitted (entry 4 of the audit "
            "log); ");
}

TEST_F(journal_check_test, sees_rows_that_contradict_each_other) {
  auto text = problems_after(
    "PRAGMA foreign_keys = OFF; DELETE FROM blob; UPDATE queue SET completed = "
    "completed + 1 WHERE name = 'slow'; INSERT OR REPLACE INTO course SELECT "
    "number, 1, 1, 'a', 1, 1, 1, 1, NULL FROM outcome WHERE number = 1");
  EXPECT_NE(text.find("the counts of queue 'slow' are wrong"),
            std::string::npos)
    << text;
  EXPECT_NE(text.find("is not as long as it was"), std::string::npos) << text;
  EXPECT_NE(text.find("task 1 has ended, and has not"), std::string::npos)
    << text;
}

TEST_F(journal_check_test, sees_rows_without_their_task) {
  auto text = problems_after(
    "PRAGMA foreign_keys = OFF; DELETE FROM task WHERE number = 1");
  EXPECT_NE(text.find("belongs to nothing in table task"), std::string::npos)
    << text;
}

TEST_F(journal_check_test, names_the_task_that_cannot_be_read) {
  auto text = problems_after("UPDATE task SET spec = '{' WHERE number = 4");
  EXPECT_NE(text.find("task 4 (" + to_string(id_of(4)) + "): spec: "),
            std::string::npos)
    << text;
}

} // namespace troupe::storage
