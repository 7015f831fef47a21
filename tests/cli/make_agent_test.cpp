#include "cli/make_agent.hpp"

#include "actors/runtime.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(make_agent_test, has_all_that_a_file_declares) {
  test::temporary_directory directory;
  agent_declaration x;
  x.spec.id = "a";
  x.spec.name = "n";
  x.spec.max_concurrent = 3;
  x.spec.labels = {{"k", "v"}};
  x.spec.resources = {{"gpu", 2}};
  x.spec.capabilities = {"process.run"};
  x.has = {"extra"};
  x.bounds.directories = {directory.path()};
  actors::runtime troupe;
  ASSERT_TRUE(troupe.add_agent(make_agent(x)));
  auto agent = troupe.status().value().agents.at(0).spec;
  EXPECT_EQ(agent.id, "a");
  EXPECT_EQ(agent.name, "n");
  EXPECT_EQ(agent.max_concurrent, 3u);
  EXPECT_EQ(agent.labels.at("k"), "v");
  EXPECT_EQ(core::amount_of(agent.resources, "gpu"), 2);
  auto run = [&](core::json parameters) {
    core::task_spec spec{.name = "t", .capabilities = {"process.run", "extra"}};
    spec.parameters = core::payload(std::move(parameters));
    return troupe.wait(troupe.submit(spec).value()).value();
  };
  EXPECT_EQ(run({{"argv", {"pwd"}}}).result.value().at("stdout"),
            directory.path() + "\n");
  EXPECT_EQ(run({{"argv", {"pwd"}}, {"cwd", "/"}}).failure->code,
            core::ec::invalid_argument);
}

} // namespace troupe::cli
