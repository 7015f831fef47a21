#include "core/node_document.hpp"

#include "core/json_fields.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<json_field<resource_amount>, 2> amount_fields{{
  {"name", read_member<&resource_amount::name>},
  {"amount", read_member<&resource_amount::amount>},
}};

template <class T>
result<void> read_resources(json& from, T& to) {
  return read_list(from, to.resources, amount_fields);
}

constexpr std::array<json_field<agent_spec>, 7> agent_spec_fields{{
  {"id", read_member<&agent_spec::id>},
  {"name", read_member<&agent_spec::name>},
  {"capabilities", read_member<&agent_spec::capabilities>},
  {"max_concurrent", read_member<&agent_spec::max_concurrent>},
  {"labels", read_member<&agent_spec::labels>},
  {"resources", read_resources<agent_spec>},
  {"node", read_member<&agent_spec::node>},
}};

constexpr std::array<json_field<node_spec>, 3> node_spec_fields{{
  {"name", read_member<&node_spec::name>},
  {"labels", read_member<&node_spec::labels>},
  {"resources", read_resources<node_spec>},
}};

constexpr std::array<json_field<node_agent>, 2> agent_fields{{
  {"number", read_member<&node_agent::number>},
  {"spec",
   [](json& from, node_agent& to) {
     return read_fields(from, to.spec, agent_spec_fields);
   }},
}};

constexpr std::array<json_field<node_document>, 3> document_fields{{
  {"incarnation", read_member<&node_document::incarnation>},
  {"spec",
   [](json& from, node_document& to) {
     return read_fields(from, to.spec, node_spec_fields);
   }},
  {"agents",
   [](json& from, node_document& to) {
     return read_list(from, to.agents, agent_fields);
   }},
}};

json json_of(const resource_amounts& all) {
  auto result = json::array();
  for (auto& x : all)
    result.push_back({{"name", x.name}, {"amount", x.amount}});
  return result;
}

json json_of(const agent_spec& x) {
  return {
    {"id", x.id},
    {"name", x.name},
    {"capabilities", x.capabilities},
    {"max_concurrent", x.max_concurrent},
    {"labels", json(x.labels)},
    {"resources", json_of(x.resources)},
    {"node", x.node},
  };
}

} // namespace

payload to_document(const node_document& x) {
  auto agents = json::array();
  for (auto& agent : x.agents)
    agents.push_back({{"number", agent.number}, {"spec", json_of(agent.spec)}});
  return payload{
    {"incarnation", to_string(x.incarnation)},
    {"spec",
     {{"name", x.spec.name},
      {"labels", json(x.spec.labels)},
      {"resources", json_of(x.spec.resources)}}},
    {"agents", std::move(agents)},
  };
}

result<node_document> parse_node_document(const payload& x) {
  node_document read;
  auto from = x.value();
  if (auto ok = read_fields(from, read, document_fields); !ok)
    return fail(std::move(ok.error()));
  return read;
}

} // namespace troupe::core
