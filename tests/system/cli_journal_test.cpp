#include "core/payload.hpp"
#include "tests/system/program_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe {

namespace {

/// The journal of a run of three tasks, of which one has failed.
class cli_journal_test : public ::testing::Test {
protected:
  void SetUp() override {
    where_.write("p.yaml", R"(
tasks:
  a: {argv: [echo, hello]}
  b: {argv: ["false"]}
  c: {argv: ["true"], needs: b}
)");
    auto x = where_.run({"run", "p.yaml", "--journal", "j.db"});
    ASSERT_EQ(x.exit_code, 1) << x.out.bytes << x.err.bytes;
  }

  agents::subprocess_outcome journal(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "journal");
    return where_.run(arguments);
  }

  core::json json_of(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    auto x = journal(std::move(arguments));
    EXPECT_EQ(x.exit_code, 0) << x.err.bytes;
    return core::json::parse(x.out.bytes);
  }

  testing::program_directory where_;
};

} // namespace

TEST_F(cli_journal_test, says_what_is_in_it) {
  auto info = json_of({"info", "j.db"});
  EXPECT_EQ(info["completed"], 1);
  EXPECT_EQ(info["failed"], 1);
  EXPECT_EQ(info["cancelled"], 1);
  EXPECT_TRUE(
    testing::says(journal({"info", "j.db"}).out, "  failed      1\n"));
}

TEST_F(cli_journal_test, lists_and_shows_tasks) {
  auto all = journal({"list", "j.db"});
  EXPECT_TRUE(testing::says(all.out, "  cancelled ")) << all.out.bytes;
  auto two = journal({"list", "j.db", "--limit", "2"});
  EXPECT_TRUE(testing::says(two.out, "There may be more: --after "))
    << two.out.bytes;
  auto failed = json_of({"list", "j.db", "--status", "failed"});
  EXPECT_EQ(failed["name"], "b");
  auto id = failed["id"].get<std::string>();
  EXPECT_EQ(json_of({"show", "j.db", id})["name"], "b");
  EXPECT_EQ(json_of({"show", "j.db", "a"})["result"]["stdout"], "hello\n");
  auto shown = journal({"show", "j.db", "b"});
  EXPECT_TRUE(testing::says(shown.out, "status        failed\n"))
    << shown.out.bytes;
  auto none = journal({"show", "j.db", "nobody"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_TRUE(testing::says(none.err, "no task 'nobody' in 'j.db'"))
    << none.err.bytes;
}

TEST_F(cli_journal_test, finds_out_whether_it_was_changed) {
  auto sound = journal({"verify", "j.db"});
  EXPECT_EQ(sound.exit_code, 0) << sound.out.bytes << sound.err.bytes;
  EXPECT_TRUE(testing::says(sound.out, "all is well")) << sound.out.bytes;
  // One letter of what was submitted, in the file itself.
  auto bytes = where_.read("j.db");
  auto at = bytes.find("hello");
  ASSERT_NE(at, bytes.npos);
  bytes[at] = 'j';
  where_.write("j.db", bytes);
  auto changed = journal({"verify", "j.db"});
  EXPECT_EQ(changed.exit_code, 1) << changed.out.bytes << changed.err.bytes;
  EXPECT_TRUE(testing::says(changed.out, " wrong\n  ")) << changed.out.bytes;
}

TEST_F(cli_journal_test, exports_and_imports) {
  auto exported = journal({"export", "j.db"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err.bytes;
  EXPECT_EQ(journal({"export", "j.db", "e.jsonl"}).exit_code, 0);
  EXPECT_EQ(where_.read("e.jsonl"), exported.out.bytes);
  auto again = journal({"export", "j.db", "e.jsonl"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_TRUE(testing::says(again.err, "is there already")) << again.err.bytes;
  auto imported = journal({"import", "k.db", "e.jsonl"});
  EXPECT_EQ(imported.exit_code, 0) << imported.err.bytes;
  EXPECT_TRUE(testing::says(imported.out, "3 tasks imported"))
    << imported.out.bytes;
  EXPECT_EQ(json_of({"show", "k.db", "a"}), json_of({"show", "j.db", "a"}));
  where_.write("bad.jsonl", "{\"troupe_journal\":1}\nnonsense\n");
  auto bad = journal({"import", "l.db", "bad.jsonl"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_TRUE(testing::says(bad.err, "line 2")) << bad.err.bytes;
  EXPECT_EQ(journal({"import", "l.db", "nothing"}).exit_code, 2);
}

TEST_F(cli_journal_test, copies_and_shrinks) {
  EXPECT_EQ(journal({"backup", "j.db", "copy.db"}).exit_code, 0);
  EXPECT_EQ(journal({"backup", "j.db", "copy.db"}).exit_code, 2);
  auto x = journal({"vacuum", "copy.db"});
  EXPECT_EQ(x.exit_code, 0) << x.err.bytes;
  EXPECT_TRUE(testing::says(x.out, "bytes now")) << x.out.bytes;
  EXPECT_EQ(json_of({"info", "copy.db"})["completed"], 1);
}

TEST_F(cli_journal_test, makes_no_journal_where_there_is_none) {
  for (auto action : {"info", "verify", "list", "vacuum", "export"}) {
    auto x = journal({action, "none.db"});
    EXPECT_EQ(x.exit_code, 2) << action;
    EXPECT_TRUE(testing::says(x.err, "journal_failed"))
      << action << x.err.bytes;
    EXPECT_FALSE(where_.has("none.db")) << action;
  }
}

TEST_F(cli_journal_test, says_who_did_what) {
  auto all = journal({"audit", "j.db"});
  EXPECT_EQ(all.exit_code, 0) << all.err.bytes;
  EXPECT_TRUE(testing::says(all.out, "  submit    ")) << all.out.bytes;
  auto one = journal({"audit", "j.db", "--json", "--limit", "1"});
  EXPECT_EQ(core::json::parse(one.out.bytes)["sequence"], 1);
  auto none = journal({"audit", "j.db", "--by", "nobody"});
  EXPECT_EQ(none.out.bytes, "");
  EXPECT_EQ(journal({"audit", "none.db"}).exit_code, 2);
}

TEST_F(cli_journal_test, leaves_the_tasks_of_a_run_to_the_run) {
  auto x = journal({"replay", "j.db", "b"});
  EXPECT_EQ(x.exit_code, 1) << x.out.bytes;
  EXPECT_TRUE(testing::says(x.err, "troupe run with that file")) << x.err.bytes;
  x = journal({"replay", "j.db", "nobody"});
  EXPECT_EQ(x.exit_code, 1);
  EXPECT_TRUE(testing::says(x.err, "no task 'nobody'")) << x.err.bytes;
  EXPECT_EQ(journal({"replay", "none.db", "b"}).exit_code, 2);
}

TEST_F(cli_journal_test, submits_a_failed_task_again) {
  // As an application's, which is of no run.
  auto lines = journal({"export", "j.db"}).out.bytes;
  for (auto at = lines.find("troupe.run"); at != lines.npos;
       at = lines.find("troupe.run"))
    lines.replace(at, 10, "another_key");
  where_.write("e.jsonl", lines);
  ASSERT_EQ(journal({"import", "k.db", "e.jsonl"}).exit_code, 0);
  auto x = journal({"replay", "k.db", "--all"});
  EXPECT_EQ(x.exit_code, 0) << x.err.bytes;
  EXPECT_TRUE(testing::says(x.out, "1 tasks begin with the next process"))
    << x.out.bytes;
  auto made = json_of({"list", "k.db", "--status", "pending"});
  EXPECT_EQ(made["name"], "b");
  EXPECT_EQ(made["replay_of"], json_of({"list", "j.db", "--name", "b"})["id"]);
  auto did = json_of({"audit", "k.db", "--action", "replay"});
  EXPECT_EQ(did["task"], made["replay_of"]);
  x = journal({"replay", "k.db", made["replay_of"].get<std::string>()});
  EXPECT_EQ(x.exit_code, 1);
  EXPECT_TRUE(testing::says(x.err, "was replayed before")) << x.err.bytes;
  EXPECT_EQ(json_of({"verify", "k.db"})["problems"].size(), 0u);
}

} // namespace troupe
