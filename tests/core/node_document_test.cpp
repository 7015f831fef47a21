#include "core/node_document.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

node_document some_node() {
  node_document x;
  x.incarnation = {7, 8};
  x.spec.name = "rack-1.example";
  x.spec.labels = {{"zone", "a"}, {"gpu", ""}};
  x.spec.resources = {{"memory", 0.1}, {"cpu", 64}};
  agent_spec agent;
  agent.id = "coder";
  agent.name = "Coder \"one\"";
  agent.capabilities = {"code", "test"};
  agent.max_concurrent = 3;
  agent.labels = {{"os", "linux"}};
  agent.resources = {{"gpu", 2}};
  agent.node = x.spec.name;
  x.agents = {{1, agent}, {4'000'000'000, {}}};
  return x;
}

std::string why_no_node(const char* text) {
  auto read = parse_node_document(payload::parse(text).value());
  return read ? "it was read" : read.error().message;
}

} // namespace

TEST(node_document_test, reads_what_it_has_written) {
  auto written = some_node();
  // As it comes back from a journal: by way of text.
  auto text = to_document(written).dump();
  auto read = parse_node_document(payload::parse(text).value());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->incarnation, written.incarnation);
  EXPECT_EQ(read->spec, written.spec);
  ASSERT_EQ(read->agents.size(), 2u);
  EXPECT_EQ(read->agents[0].number, 1u);
  EXPECT_EQ(read->agents[1].number, 4'000'000'000u);
  auto& agent = read->agents[0].spec;
  auto& known = written.agents[0].spec;
  EXPECT_EQ(agent.id, known.id);
  EXPECT_EQ(agent.name, known.name);
  EXPECT_EQ(agent.capabilities, known.capabilities);
  EXPECT_EQ(agent.max_concurrent, known.max_concurrent);
  EXPECT_EQ(agent.labels, known.labels);
  EXPECT_EQ(agent.resources, known.resources);
  EXPECT_EQ(agent.node, known.node);
  EXPECT_EQ(to_document(*read).dump(), text);
}

TEST(node_document_test, a_node_may_have_nothing) {
  auto read = parse_node_document(to_document({}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(read->incarnation.is_nil());
  EXPECT_EQ(read->spec, node_spec{});
  EXPECT_TRUE(read->agents.empty());
}

TEST(node_document_test, names_the_field_that_is_wrong) {
  EXPECT_NE(why_no_node("[]").find("not an object"), std::string::npos);
  EXPECT_NE(why_no_node(R"({"colour": 1})").find("'colour'"),
            std::string::npos);
  EXPECT_EQ(why_no_node(R"({"incarnation": 1})").find("incarnation: "), 0u);
  EXPECT_EQ(why_no_node(R"({"spec": {"name": 1}})").find("spec: name: "), 0u);
  EXPECT_EQ(why_no_node(R"({"spec": {"resources": [{"amount": "x"}]}})")
              .find("spec: resources: 0: amount: "),
            0u);
  EXPECT_EQ(why_no_node(R"({"agents": {}})").find("agents: "), 0u);
  EXPECT_EQ(why_no_node(R"({"agents": [{"number": 1}, {"number": -1}]})")
              .find("agents: 1: number: "),
            0u);
  EXPECT_EQ(why_no_node(R"({"agents": [{"spec": {"max_concurrent": "2"}}]})")
              .find("agents: 0: spec: max_concurrent: "),
            0u);
}

} // namespace troupe::core
