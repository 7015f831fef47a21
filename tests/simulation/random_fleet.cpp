#include "tests/simulation/random_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace troupe::test {

namespace {

const std::vector<std::string> fleet_capabilities{"a", "b"};

template <class List>
auto& any_of(List& list, std::mt19937_64& random) {
  return list[std::uniform_int_distribution<size_t>{0,
                                                    list.size() - 1}(random)];
}

} // namespace

// -- making it ----------------------------------------------------------------

random_fleet::random_fleet(uint64_t seed)
  : random_(seed * 6971),
    is_deadly_(seed % 2 == 0),
    is_patient_(seed % 4 < 2),
    fleet_(seed, std::make_shared<storage::memory_journal>(),
           is_patient_ ? virtual_fleet::patience()
                       : core::liveness_settings{}) {
  for (int i = roll(1, 3); i > 0; --i)
    nodes_.push_back({fmt::format("node-{}", i), {}});
  for (auto& x : nodes_)
    start(x);
  if (chance(40))
    add_agent(fleet_.manager(), "here");
}

int random_fleet::roll(int from, int to) {
  return std::uniform_int_distribution<int>{from, to}(random_);
}

bool random_fleet::chance(int percent) {
  return roll(1, 100) <= percent;
}

void random_fleet::add_agent(actors::actor_tree& tree, const std::string& id) {
  actors::agent_definition agent{id};
  agent.slots(static_cast<uint32_t>(roll(1, 3)));
  for (auto& capability : fleet_capabilities)
    if (chance(70) || capability == "a")
      agent.on(capability,
               [this](actors::task_context& ctx) { return work(ctx); });
  auto failure = fleet_.add_agent(tree, std::move(agent));
  EXPECT_EQ(failure, core::error{}) << failure.message;
}

void random_fleet::start(node& x) {
  auto& started = fleet_.start_node(x.name);
  fleet_.settle();
  x.is_leaving = false;
  x.agents.clear();
  for (int i = roll(1, 2); i > 0; --i) {
    auto id = fmt::format("agent-{}", ++agents_made_);
    add_agent(*started.tree, id);
    x.agents.insert(id);
  }
}

core::task_spec random_fleet::random_task() {
  core::task_spec spec;
  spec.id = fleet_.env().ids->next(fleet_.now());
  spec.name = fmt::format("task-{}", ids_.size());
  spec.capabilities = {any_of(fleet_capabilities, random_)};
  spec.priority = roll(0, 100);
  // What has ended before a manager began, it need not know.
  std::span known{ids_.begin() + static_cast<std::ptrdiff_t>(known_from_),
                  ids_.end()};
  for (int n = roll(0, 2); n > 0 && !known.empty(); --n) {
    auto& needed = any_of(known, random_);
    if (std::ranges::find(spec.dependencies, needed, &core::dependency::task)
        == spec.dependencies.end())
      spec.dependencies.push_back(
        {needed, {}, static_cast<core::on_failure>(roll(0, 2))});
  }
  spec.retry.max_retries = static_cast<uint32_t>(roll(0, 3));
  spec.retry.base = std::chrono::milliseconds{roll(0, 1000)};
  if (chance(10))
    spec.limits.attempt = std::chrono::milliseconds{roll(500, 3000)};
  auto what = chance(30) ? behaviour::sleep
                         : static_cast<behaviour>(
                           roll(0, static_cast<int>(behaviour::tell)));
  spec.parameters = core::payload{{"do", static_cast<int>(what)},
                                  {"ms", roll(1, 6000)}};
  return spec;
}

void random_fleet::submit_graph() {
  fleet_.settle();
  for (int i = roll(1, 8); i > 0; --i)
    ids_.push_back(fleet_.submit(random_task()));
}

// -- its life -----------------------------------------------------------------

void random_fleet::disturb() {
  auto& x = any_of(nodes_, random_);
  switch (roll(0, is_deadly_ ? 13 : 9)) {
    case 0:
    case 1:
    case 2:
      submit_graph();
      break;
    case 3:
    case 4:
    case 5:
      disturb_wire(*fleet_.at(x.name).line);
      break;
    case 6:
      mend_wires();
      break;
    case 7:
      disturb_node(x);
      break;
    case 8:
    case 9:
      fleet_.settle();
      meddle();
      break;
    case 10:
    case 11:
      kill_part();
      break;
    case 12:
      kill_on(x);
      break;
    default:
      restart_manager();
  }
}

void random_fleet::disturb_wire(wire& x) {
  auto what = roll(0, 2);
  // What it has may be given to others before its lease is over.
  has_lost_some_ = has_lost_some_ || (what > 0 && !is_patient_);
  switch (what) {
    case 0:
      x.cut();
      break;
    case 1:
      x.is_open = false;
      x.cut();
      break;
    default:
      x.is_mute = true;
  }
}

/// What was lost while a wire was mute would have come by now, or the
/// connection is over.
void random_fleet::mend_wires() {
  for (auto& x : nodes_) {
    auto& line = *fleet_.at(x.name).line;
    line.is_open = true;
    if (std::exchange(line.is_mute, false))
      line.cut();
  }
}

/// A process ends, is told to leave, or has other agents.
void random_fleet::disturb_node(node& x) {
  fleet_.settle();
  auto& known = fleet_.at(x.name);
  auto what = roll(0, 4);
  if (x.is_leaving)
    what = 0;
  switch (what) {
    case 0:
      fleet_.kill_node(x.name);
      // Nobody else has what a process had of its name.
      start(x);
      break;
    case 1:
      has_lost_some_ = true;
      x.is_leaving = true;
      fleet_.send(known.tree->uplink(),
                  actors::leave_fleet{std::chrono::seconds{roll(0, 5)}});
      break;
    case 2:
      if (auto session = fleet_.manager().fleet()->find(x.name)) {
        has_lost_some_ = true;
        x.is_leaving = true;
        fleet_.send(session->session,
                    actors::drain_node{std::chrono::seconds{roll(0, 5)}});
      }
      break;
    case 3:
      if (x.agents.size() > 1) {
        auto is_at_once = chance(50);
        has_lost_some_ = has_lost_some_ || is_at_once;
        fleet_.send(known.tree->uplink(),
                    messages::remove_agent{*x.agents.begin(), is_at_once});
        x.agents.erase(x.agents.begin());
      }
      break;
    default: {
      auto id = fmt::format("agent-{}", ++agents_made_);
      add_agent(*known.tree, id);
      x.agents.insert(id);
    }
  }
}

void random_fleet::meddle() {
  if (ids_.empty())
    return;
  auto manager = fleet_.parts().manager;
  auto id = any_of(ids_, random_);
  switch (roll(0, 3)) {
    case 0:
      fleet_.send(manager, messages::cancel_task{id});
      break;
    case 1:
      fleet_.send(manager, messages::pause_task{id});
      break;
    case 2:
      fleet_.send(manager, messages::resume_task{id});
      break;
    default:
      answer_some(50);
  }
}

void random_fleet::answer_some(int percent) {
  auto manager = fleet_.parts().manager;
  auto open = fleet_.ask<messages::input_list>(manager, messages::get_inputs{});
  for (auto& x : open.inputs)
    if (chance(percent))
      fleet_.send(manager, messages::provide_input{
                             x.task, core::payload(core::json(
                                       to_string(x.task) + x.what.prompt))});
}

/// One of the actors of the manager.
void random_fleet::kill_part() {
  has_killed_ = true;
  auto parts = fleet_.parts();
  std::vector<caf::actor> victims{
    caf::actor_cast<caf::actor>(parts.bus),
    caf::actor_cast<caf::actor>(parts.journal),
    caf::actor_cast<caf::actor>(parts.manager),
    caf::actor_cast<caf::actor>(parts.router),
    caf::actor_cast<caf::actor>(fleet_.manager().door().get())};
  for (auto& [name, queue] : parts.queues)
    victims.push_back(caf::actor_cast<caf::actor>(queue));
  for (auto& session : fleet_.manager().fleet()->all())
    victims.push_back(caf::actor_cast<caf::actor>(session));
  // Those of nodes are actors that stand for them.
  for (auto& agent : fleet_.manager().roster()->all())
    victims.push_back(caf::actor_cast<caf::actor>(agent.host));
  caf::anon_send_exit(any_of(victims, random_), caf::exit_reason::kill);
}

/// An actor of a node.
void random_fleet::kill_on(node& x) {
  has_killed_ = true;
  auto& tree = *fleet_.at(x.name).tree;
  std::vector<caf::actor> victims{caf::actor_cast<caf::actor>(tree.uplink())};
  fleet_.settle();
  auto there = fleet_.hosts(tree);
  victims.insert(victims.end(), there.begin(), there.end());
  caf::anon_send_exit(any_of(victims, random_), caf::exit_reason::kill);
}

void random_fleet::restart_manager() {
  has_killed_ = has_lost_manager_ = true;
  fleet_.settle();
  see_ends();
  fleet_.kill_manager();
  fleet_.advance(std::chrono::milliseconds{roll(0, 15'000)});
  fleet_.start_manager();
  known_from_ = ids_.size();
}

/// No end is another one later.
void random_fleet::see_ends() {
  for (auto& id : ids_) {
    auto record = fleet_.get(id);
    if (!record.has_ended())
      continue;
    auto [known, is_new] = ends_.emplace(id, record.status);
    EXPECT_EQ(known->second, record.status) << record.name();
  }
}

/// So that everything can end.
void random_fleet::quieten() {
  fleet_.settle();
  mend_wires();
  for (auto& x : nodes_) {
    if (!x.is_leaving)
      continue;
    fleet_.kill_node(x.name);
    start(x);
  }
  for (auto& id : ids_)
    fleet_.send(fleet_.parts().manager, messages::resume_task{id});
  actors::agent_definition agent{"able"};
  agent.slots(2);
  for (auto& capability : fleet_capabilities)
    agent.on(capability,
             [this](actors::task_context& ctx) { return work(ctx); });
  EXPECT_EQ(fleet_.add_agent(fleet_.manager(), std::move(agent)),
            core::error{});
}

void random_fleet::run() {
  submit_graph();
  for (int i = roll(5, 20); i > 0; --i) {
    for (int steps = roll(0, 60); steps > 0 && fleet_.step(); --steps) {
      // A disturbance comes in the middle of things.
    }
    disturb();
    if (chance(60))
      fleet_.advance(
        std::chrono::milliseconds{roll(1, chance(20) ? 12'000 : 1'000)});
    fleet_.settle();
    see_ends();
  }
  quieten();
  auto is_done = false;
  for (int seconds = 0; seconds < 120 && !is_done; ++seconds) {
    answer_some(100);
    is_done = fleet_.run_until_idle(std::chrono::seconds{1});
  }
  check_tasks();
  check_agents();
  check_left_overs();
}

// -- afterwards ---------------------------------------------------------------

void random_fleet::check_tasks() {
  see_ends();
  for (auto& id : ids_) {
    auto record = fleet_.get(id);
    EXPECT_TRUE(record.has_ended())
      << record.name() << " " << fleet_.explain(id);
    if (record.status == core::task_status::completed) {
      EXPECT_FALSE(starts_[id].empty()) << record.name();
      EXPECT_EQ(record.result.value(), core::json(to_string(id)));
    }
  }
}

/// Each that is there can work, and is known by no other name.
void random_fleet::check_agents() {
  fleet_.advance(std::chrono::seconds{30}, std::chrono::milliseconds{100});
  std::map<std::string, core::agent_info> known;
  for (auto& x : fleet_.agents())
    if (!x.spec.node.empty())
      known[x.spec.id] = x;
  for (auto& x : nodes_) {
    for (auto& id : x.agents) {
      auto i = known.find(id);
      if (i == known.end()) {
        ADD_FAILURE() << id << " of " << x.name << " is not known";
        continue;
      }
      EXPECT_EQ(i->second.spec.node, x.name);
      EXPECT_EQ(i->second.status, core::agent_status::idle)
        << id << ": " << i->second.note;
      known.erase(i);
    }
  }
  for (auto& [id, x] : known)
    ADD_FAILURE() << id << " is known, and is not there";
}

void random_fleet::check_left_overs() {
  EXPECT_EQ(fleet_.stats().unended(), 0u);
  for (auto& [key, count] : running_)
    EXPECT_EQ(count, 0) << "attempt " << key.number;
  for (auto& session : fleet_.manager().fleet()->all()) {
    auto info = fleet_.ask<core::node_info>(session, actors::get_node{});
    EXPECT_EQ(info.running, 0u) << info.spec.name;
  }
  // A node leaves when it has nothing, and the manager has all it had to say.
  for (auto& x : nodes_)
    fleet_.send(fleet_.at(x.name).tree->uplink(),
                actors::leave_fleet{std::chrono::hours{1}});
  fleet_.advance(std::chrono::seconds{5});
  for (auto& x : nodes_) {
    auto& [state, why] = fleet_.at(x.name).states->back();
    EXPECT_EQ(state, actors::node_state::left) << x.name << ": " << why;
    EXPECT_FALSE(fleet_.manager().fleet()->find(x.name)) << x.name;
  }
}

} // namespace troupe::test
