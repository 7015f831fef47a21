#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

std::vector<std::string>
serve_complaints(const std::vector<std::string>& arguments) {
  auto line = parse_command_line(arguments);
  auto* wrong = std::get_if<usage_error>(&line);
  return wrong == nullptr ? std::vector<std::string>{} : wrong->messages;
}

} // namespace

TEST(serve_arguments_test, reads_what_a_manager_is_told) {
  auto line = parse_command_line({"serve", "--config", "m.yaml", "--listen",
                                  "0.0.0.0:7117", "--journal", "w.db",
                                  "--supervised", "--grace", "2m", "-q"});
  auto* read = std::get_if<serve_options>(&line);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->config, "m.yaml");
  EXPECT_EQ(read->listen, "0.0.0.0:7117");
  EXPECT_EQ(read->journal, "w.db");
  EXPECT_TRUE(read->is_supervised);
  EXPECT_TRUE(read->is_quiet);
  EXPECT_EQ(read->grace, std::chrono::minutes{2});
}

TEST(serve_arguments_test, needs_nothing_for_a_manager) {
  auto line = parse_command_line({"serve"});
  ASSERT_NE(std::get_if<serve_options>(&line), nullptr);
}

TEST(serve_arguments_test, reads_what_a_worker_is_told) {
  auto line = parse_command_line(
    {"worker", "--join",  "house:7117", "--name",  "east",  "--agents",
     "a.yaml", "--label", "zone=eu",    "--label", "gpu=",  "--ca",
     "ca.crt", "--cert",  "e.crt",      "--key",   "e.key", "--secret-file",
     "s",      "--grace", "5s"});
  auto* read = std::get_if<worker_options>(&line);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->at.at, "house:7117");
  EXPECT_EQ(read->at.name, "east");
  EXPECT_EQ(read->at.ca, "ca.crt");
  EXPECT_EQ(read->at.certificate, "e.crt");
  EXPECT_EQ(read->at.key, "e.key");
  EXPECT_EQ(read->at.secret_file, "s");
  EXPECT_EQ(read->agents, "a.yaml");
  EXPECT_EQ(read->grace, std::chrono::seconds{5});
  std::map<std::string, std::string> labels{{"zone", "eu"}, {"gpu", ""}};
  EXPECT_EQ(read->labels, labels);
}

TEST(serve_arguments_test, says_what_is_wrong) {
  EXPECT_EQ(serve_complaints({"serve", "--listen", "7117"}).at(0),
            "--listen: '7117' is not HOST:PORT, for example "
            "manager.example:7117 or [::1]:7117");
  EXPECT_EQ(
    serve_complaints({"worker", "--join", "h:1", "--label", "zone"}).at(0),
    "--label takes KEY=VALUE, not 'zone'");
  EXPECT_EQ(
    serve_complaints({"worker", "--join", "h:1", "--grace", "soon"}).size(),
    1u);
  EXPECT_EQ(serve_complaints({"serve", "--jurnal", "x"}).size(), 2u);
}

TEST(serve_arguments_test, explains_both) {
  for (auto* name : {"serve", "worker"}) {
    auto line = parse_command_line({"help", name});
    auto* text = std::get_if<print_text>(&line);
    ASSERT_NE(text, nullptr) << name;
    EXPECT_NE(text->text.find("Exit status"), std::string::npos);
  }
}

} // namespace troupe::cli
