#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using strings = std::vector<std::string>;

strings wrong(const strings& arguments) {
  auto line = parse_command_line(arguments);
  auto error = std::get_if<usage_error>(&line);
  return error ? error->messages : strings{};
}

std::string printed(const strings& arguments) {
  auto line = parse_command_line(arguments);
  auto text = std::get_if<print_text>(&line);
  return text ? text->text : "";
}

} // namespace

TEST(options_test, reads_all_options_of_run) {
  auto line
    = parse_command_line({"run",        "--set",     "a=b=c",          "f.yaml",
                          "--set=x=",   "--dry-run", "--max-parallel", "3",
                          "--report",   "r",         "--events",       "e",
                          "--trace",    "t",         "--graph",        "g.svg",
                          "--plain",    "-q",        "--color",        "never",
                          "--fail-fast"});
  auto run = std::get_if<run_options>(&line);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->file, "f.yaml");
  EXPECT_EQ(run->settings, (variable_settings{{"a", "b=c"}, {"x", ""}}));
  EXPECT_TRUE(run->is_dry_run);
  EXPECT_EQ(run->max_parallel, 3u);
  EXPECT_TRUE(run->is_fail_fast);
  EXPECT_EQ(run->report, "r");
  EXPECT_EQ(run->events, "e");
  EXPECT_EQ(run->trace, "t");
  EXPECT_EQ(run->graph, "g.svg");
  EXPECT_FALSE(run->has_progress);
  EXPECT_TRUE(run->is_quiet);
  EXPECT_EQ(run->color, color_mode::never);
}

TEST(options_test, goes_on_after_a_failure_unless_told_otherwise) {
  auto is_fail_fast = [](const strings& arguments) {
    auto line = parse_command_line(arguments);
    return std::get<run_options>(line).is_fail_fast;
  };
  EXPECT_FALSE(is_fail_fast({"run", "f"}));
  EXPECT_FALSE(is_fail_fast({"run", "f", "--fail-fast", "--keep-going"}));
  EXPECT_TRUE(is_fail_fast({"run", "f", "--fail-fast"}));
}

TEST(options_test, reads_where_the_journal_is) {
  auto line = parse_command_line({"run", "f", "--journal", "j.db", "--fresh"});
  auto run = std::get_if<run_options>(&line);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->journal, "j.db");
  EXPECT_TRUE(run->is_fresh);
}

TEST(options_test, starts_over_only_with_a_journal) {
  EXPECT_EQ(wrong({"run", "f", "--fresh"}),
            strings{"--fresh is about what is in a journal; add --journal "
                    "FILE"});
}

TEST(options_test, standard_input_is_a_file) {
  auto line = parse_command_line({"run", "-"});
  ASSERT_TRUE(std::holds_alternative<run_options>(line));
  EXPECT_EQ(std::get<run_options>(line).file, "-");
}

TEST(options_test, names_the_nearest_of_what_it_does_not_know) {
  EXPECT_EQ(wrong({"run", "f", "--dry-rnu"}),
            strings{"unknown option '--dry-rnu'; did you mean '--dry-run'?"});
  EXPECT_EQ(wrong({"run", "f", "--reprot=x"}),
            strings{"unknown option '--reprot'; did you mean '--report'?"});
  EXPECT_EQ(wrong({"rnu", "f"}),
            strings{"unknown command 'rnu'; did you mean 'run'?"});
  EXPECT_EQ(wrong({"--verison"}),
            strings{"unknown option '--verison'; did you mean '--version'?"});
}

TEST(options_test, names_all_that_is_wrong) {
  EXPECT_EQ(wrong({"run", "--set", "a", "--color", "alwyas", "--graph", "g.pdx",
                   "--oh"}),
            (strings{
              "unknown option '--oh'",
              "--set takes NAME=VALUE, not 'a'",
              "--color cannot be 'alwyas'; did you mean 'always'?",
              "--graph g.pdx: the name must end in .svg, .png, .dot or .gv",
              "run needs a FILE",
            }));
  EXPECT_EQ(wrong({"run", "a", "b"}), strings{"one argument too many: 'b'"});
  ASSERT_EQ(wrong({}).size(), 1u);
  EXPECT_TRUE(
    wrong({})[0].starts_with("a command is missing; valid are help, "
                             "run, journal, certs, serve, worker, submit, "))
    << wrong({})[0];
  EXPECT_EQ(wrong({"run", "f", "--max-parallel", "x"}).size(), 1u);
  EXPECT_EQ(wrong({"run", "f", "--max-parallel", "0"}).size(), 1u);
  EXPECT_EQ(wrong({"run", "f", "--report"}).size(), 1u);
}

TEST(options_test, explains_itself) {
  EXPECT_TRUE(printed({"--version"}).starts_with("troupe "));
  EXPECT_NE(printed({"help"}).find("run"), std::string::npos);
  EXPECT_NE(printed({"help", "run"}).find("--dry-run"), std::string::npos);
  EXPECT_NE(printed({"run", "--help"}).find("--dry-run"), std::string::npos);
  EXPECT_EQ(wrong({"help", "rnu"}),
            strings{"unknown command 'rnu'; did you mean 'run'?"});
}

} // namespace troupe::cli
