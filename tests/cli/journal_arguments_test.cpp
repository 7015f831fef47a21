#include "cli/journal_arguments.hpp"

#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace troupe::cli {

namespace {

using words = std::vector<std::string>;

/// What a command line asks for.
journal_options asked(words arguments) {
  arguments.insert(arguments.begin(), "journal");
  auto line = parse_command_line(arguments);
  if (auto error = std::get_if<usage_error>(&line))
    throw std::invalid_argument{error->messages.at(0)};
  return std::get<journal_options>(line);
}

words complaints(words arguments) {
  arguments.insert(arguments.begin(), "journal");
  auto line = parse_command_line(arguments);
  auto error = std::get_if<usage_error>(&line);
  if (error == nullptr)
    return {};
  EXPECT_EQ(error->command, "journal");
  return error->messages;
}

std::string explained(const words& arguments) {
  auto line = parse_command_line(arguments);
  return std::get<print_text>(line).text;
}

} // namespace

TEST(journal_arguments_test, are_not_given_to_other_commands) {
  CLI::App app;
  journal_arguments journal{app};
  app.allow_extras();
  app.parse("run f", false);
  EXPECT_FALSE(journal.are_given());
}

TEST(journal_arguments_test, say_what_is_to_be_done_with_which_journal) {
  auto info = asked({"info", "j.db", "--json"});
  EXPECT_EQ(info.action, journal_action::info);
  EXPECT_EQ(info.path, "j.db");
  EXPECT_TRUE(info.is_json);
  EXPECT_EQ(asked({"verify", "j"}).action, journal_action::verify);
  EXPECT_EQ(asked({"vacuum", "j"}).action, journal_action::vacuum);
  EXPECT_FALSE(asked({"verify", "j"}).is_json);
}

TEST(journal_arguments_test, name_a_second_file_where_there_is_one) {
  auto to_output = asked({"export", "j"});
  EXPECT_EQ(to_output.action, journal_action::export_to);
  EXPECT_EQ(to_output.file, "-");
  EXPECT_EQ(asked({"export", "j", "e"}).file, "e");
  EXPECT_EQ(asked({"import", "j", "e"}).action, journal_action::import_from);
  EXPECT_EQ(asked({"backup", "j", "e"}).action, journal_action::backup);
  EXPECT_EQ(complaints({"import", "j"}), words{"FILE is required"});
  EXPECT_EQ(complaints({"backup", "j"}), words{"FILE is required"});
}

TEST(journal_arguments_test, choose_tasks) {
  auto all = asked({"list", "j"});
  EXPECT_EQ(all.action, journal_action::list);
  EXPECT_EQ(all.query.limit, 100u);
  EXPECT_FALSE(all.query.status);
  auto some = asked({"list", "j", "--status", "failed", "--queue", "q",
                     "--owner", "o", "--tag", "t", "--name", "n", "--after",
                     "0190163d-8694-739b-aea5-966c26f8ad91", "--limit", "0"});
  EXPECT_EQ(some.query.status, core::task_status::failed);
  EXPECT_EQ(some.query.queue, "q");
  EXPECT_EQ(some.query.owner, "o");
  EXPECT_EQ(some.query.tag, "t");
  EXPECT_EQ(some.query.name, "n");
  EXPECT_EQ(core::to_string(some.query.after),
            "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(some.query.limit, 0u);
  EXPECT_EQ(asked({"show", "j", "some task"}).task, "some task");
}

TEST(journal_arguments_test, choose_entries_of_the_audit_log) {
  auto all = asked({"audit", "j"});
  EXPECT_EQ(all.action, journal_action::audit);
  EXPECT_EQ(all.audit.limit, 100u);
  auto some
    = asked({"audit", "j", "--task", "0190163d-8694-739b-aea5-966c26f8ad91",
             "--by", "alice", "--action", "cancel", "--since", "2h", "--until",
             "1h", "--after", "7", "--limit", "0"});
  EXPECT_EQ(core::to_string(some.audit.task),
            "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(some.audit.by, "alice");
  EXPECT_EQ(some.audit.action, "cancel");
  EXPECT_EQ(some.since, std::chrono::hours{2});
  EXPECT_EQ(some.until, std::chrono::hours{1});
  EXPECT_EQ(some.audit.after, 7u);
  EXPECT_EQ(some.audit.limit, 0u);
  EXPECT_EQ(complaints({"audit", "j", "--since", "soon"}).size(), 1u);
  EXPECT_EQ(complaints({"audit", "j", "--task", "x"}).size(), 1u);
}

TEST(journal_arguments_test, choose_what_is_tried_again) {
  auto some = asked({"replay", "j", "a", "b"});
  EXPECT_EQ(some.action, journal_action::replay);
  EXPECT_EQ(some.tasks, (words{"a", "b"}));
  EXPECT_FALSE(some.is_all);
  auto all = asked({"replay", "j", "--all", "--queue", "q", "--name", "n"});
  EXPECT_TRUE(all.is_all);
  EXPECT_EQ(all.dead.queue, "q");
  EXPECT_EQ(all.dead.name, "n");
  EXPECT_EQ(complaints({"replay", "j"}),
            words{"TASK is required, or --all for all dead letters"});
  EXPECT_EQ(complaints({"replay", "j", "a", "--all"}),
            words{"--all and TASK exclude each other"});
  EXPECT_EQ(complaints({"replay", "j", "a", "--queue", "q"}),
            words{"--queue, --owner, --tag and --name go with --all"});
}

TEST(journal_arguments_test, are_refused_with_what_would_be_right) {
  EXPECT_EQ(complaints({}),
            words{"journal needs one of info, verify, list, show, audit, "
                  "replay, export, import, backup, vacuum"});
  EXPECT_EQ(complaints({"lst"}),
            words{"unknown command 'journal' 'lst'; did you mean 'list'?"});
  EXPECT_EQ(complaints({"info"}), words{"PATH is required"});
  EXPECT_EQ(complaints({"list", "j", "--stauts", "x"}).at(0),
            "unknown option '--stauts'; did you mean '--status'?");
  EXPECT_EQ(complaints({"list", "j", "--status", "faild"}),
            words{"--status cannot be 'faild'; did you mean 'failed'?"});
  EXPECT_EQ(complaints({"list", "j", "--after", "x"}).size(), 1u);
  EXPECT_EQ(complaints({"info", "j", "k"}),
            words{"one argument too many: 'k'"});
}

TEST(journal_arguments_test, are_explained) {
  EXPECT_NE(explained({"help", "journal"}).find("vacuum"), std::string::npos);
  EXPECT_NE(explained({"journal", "list", "--help"})
              .find("troupe journal list [OPTIONS] PATH"),
            std::string::npos);
  EXPECT_NE(explained({"--help"}).find("journal"), std::string::npos);
}

} // namespace troupe::cli
