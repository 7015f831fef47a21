#include "tests/cli/managed.hpp"

namespace troupe::cli {

using core::json;

TEST(client_commands_test, call_in_the_name_of_who_runs_them) {
  json seen;
  testing::fake_channel manager{[&](auto, auto& arguments) -> json {
    seen = arguments;
    return json::object();
  }};
  client_options options;
  std::string out;
  client_console console;
  console.print = [&](auto text) {
    out += text;
  };
  client_task task{options, manager, console, "ann"};
  EXPECT_TRUE(task.call("x", {{"a", 1}}));
  EXPECT_EQ(seen, (json{{"a", 1}, {"by", "ann"}}));
  task.by.clear();
  EXPECT_TRUE(task.call("x", json::object()));
  EXPECT_EQ(seen, json::object());
  EXPECT_EQ(task.print_json({{"a", "\xff"}}), 0);
  EXPECT_EQ(out, "{\n  \"a\": \"\ufffd\"\n}\n");
}

} // namespace troupe::cli
