#include "cli/certs_arguments.hpp"

#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace troupe::cli {

namespace {

using arguments_list = std::vector<std::string>;

certs_options certs_asked(arguments_list arguments) {
  arguments.insert(arguments.begin(), "certs");
  auto line = parse_command_line(arguments);
  if (auto error = std::get_if<usage_error>(&line))
    throw std::invalid_argument{error->messages.at(0)};
  return std::get<certs_options>(line);
}

std::string complaint_of_certs(arguments_list arguments) {
  arguments.insert(arguments.begin(), "certs");
  auto line = parse_command_line(arguments);
  auto error = std::get_if<usage_error>(&line);
  if (error == nullptr)
    return {};
  EXPECT_EQ(error->command, "certs");
  return error->messages.at(0);
}

} // namespace

TEST(certs_arguments_test, ask_for_a_ca) {
  auto x = std::get<link::authority_request>(certs_asked({"ca", "dir"}));
  EXPECT_EQ(x.directory, "dir");
  EXPECT_EQ(x.name, "Troupe");
  EXPECT_EQ(x.days, 3650u);
  EXPECT_FALSE(x.is_overwriting);
  x = std::get<link::authority_request>(certs_asked(
    {"ca", "dir", "--name", "Fleet", "--days", "30", "--overwrite"}));
  EXPECT_EQ(x.name, "Fleet");
  EXPECT_EQ(x.days, 30u);
  EXPECT_TRUE(x.is_overwriting);
}

TEST(certs_arguments_test, ask_for_a_node) {
  auto x = std::get<link::certificate_request>(
    certs_asked({"node", "dir", "w", "--also-name", "a", "--also-name", "b",
                 "--ip", "192.0.2.7", "--days", "10"}));
  EXPECT_EQ(x.directory, "dir");
  EXPECT_EQ(x.name, "w");
  EXPECT_EQ(x.also_names, (arguments_list{"a", "b"}));
  EXPECT_EQ(x.addresses, (arguments_list{"192.0.2.7"}));
  EXPECT_EQ(x.days, 10u);
}

TEST(certs_arguments_test, are_complained_of) {
  EXPECT_NE(complaint_of_certs({}).find("'ca' or 'node'"), std::string::npos);
  EXPECT_NE(complaint_of_certs({"ca"}).find("DIR"), std::string::npos);
  EXPECT_NE(complaint_of_certs({"node", "dir"}).find("NAME"),
            std::string::npos);
  EXPECT_NE(complaint_of_certs({"node", "dir", "w", "--pi", "x"}).find("--ip"),
            std::string::npos);
  EXPECT_NE(complaint_of_certs({"ca", "dir", "more"}).find("more"),
            std::string::npos);
}

TEST(certs_arguments_test, are_explained) {
  auto text = [](const arguments_list& arguments) {
    return std::get<print_text>(parse_command_line(arguments)).text;
  };
  EXPECT_NE(text({"help", "certs"}).find("node"), std::string::npos);
  EXPECT_NE(text({"certs", "node", "--help"}).find("--also-name"),
            std::string::npos);
}

} // namespace troupe::cli
