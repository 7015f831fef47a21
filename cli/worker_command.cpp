#include "actors/runtime.hpp"
#include "agents/standard.hpp"
#include "cli/make_agent.hpp"
#include "cli/pipeline_source.hpp"
#include "cli/serve_command.hpp"
#include "cli/serve_file.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "core/async.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::cli {

namespace {

int refuse_worker(std::string_view why) {
  write_all(STDERR_FILENO, fmt::format("troupe: {}\n", why));
  return exit_usage;
}

/// Nothing if it cannot be read, which has been said.
std::optional<worker_settings> load_worker(const worker_options& options) {
  worker_settings result;
  if (!options.agents.empty()) {
    auto text = read_source(options.agents);
    if (!text) {
      refuse_worker(text.error().message);
      return std::nullopt;
    }
    mistakes found;
    auto loaded = load_worker_settings(
      *text, {.environment = look_up_environment}, found);
    if (!loaded) {
      write_all(STDERR_FILENO, render_mistakes(options.agents, found));
      return std::nullopt;
    }
    result = *std::move(loaded);
  }
  for (auto& [key, value] : options.labels)
    result.labels.insert_or_assign(key, value);
  return result;
}

/// Says where the node stands, whenever that changes.
class state_teller {
public:
  state_teller(std::string manager, bool is_quiet)
    : manager_(std::move(manager)), is_quiet_(is_quiet) {
  }

  void operator()(actors::node_state state, const core::error& why) {
    switch (state) {
      case actors::node_state::joined:
        last_why_.clear();
        if (!is_quiet_)
          write_all(STDOUT_FILENO,
                    fmt::format("joined the manager at {}\n", manager_));
        break;
      case actors::node_state::waiting:
        // Once for each reason, not for each try.
        if (std::exchange(last_why_, why.message) != why.message)
          write_all(STDERR_FILENO,
                    fmt::format("troupe: {}; trying again\n", why.message));
        break;
      case actors::node_state::left:
        // Whoever waits for a signal is to wake up.
        has_left_ = true;
        ::kill(::getpid(), SIGTERM);
        break;
    }
  }

  bool has_left() const noexcept {
    return has_left_;
  }

private:
  std::string manager_;
  bool is_quiet_;
  std::string last_why_;
  std::atomic<bool> has_left_{false};
};

/// They are called NODE/ID, so that all workers can have the same ones.
std::vector<actors::agent_definition> make_agents(const worker_settings& x,
                                                  const std::string& node) {
  auto prefix = node + "/";
  if (x.agents.empty())
    return agents::standard_agents({.prefix = prefix});
  std::vector<actors::agent_definition> result;
  for (auto agent : x.agents) {
    agent.spec.id.insert(0, prefix);
    result.push_back(make_agent(agent));
  }
  return result;
}

int run_worker(const worker_options& options, const worker_settings& settings) {
  signal_watch signals;
  auto dialer = make_dialer_options(options.at);
  if (!dialer)
    return refuse_worker(dialer.error().message);
  auto secret = read_secret(options.at.secret_file);
  if (!secret)
    return refuse_worker(secret.error().message);
  auto teller = std::make_shared<state_teller>(options.at.at, options.is_quiet);
  actors::join_options join;
  join.node.name = options.at.name.empty() ? settings.name : options.at.name;
  if (join.node.name.empty())
    return refuse_worker("the node needs a name: --name NAME");
  auto agents = make_agents(settings, join.node.name);
  join.node.labels.insert(settings.labels.begin(), settings.labels.end());
  join.node.resources = settings.resources;
  join.link = *std::move(dialer);
  join.secret = *std::move(secret);
  join.on_state = [teller](auto state, auto& why) {
    (*teller)(state, why);
  };
  actors::runtime_options made;
  made.join = std::move(join);
  actors::runtime troupe{std::move(made)};
  for (auto& x : agents)
    if (auto ok = troupe.add_agent(std::move(x)); !ok)
      return refuse_worker(core::to_string(ok.error()));
  while (!signals.wait())
    continue;
  if (teller->has_left())
    return exit_completed;
  if (!options.is_quiet)
    write_all(STDOUT_FILENO, "leaving\n");
  auto stopped = troupe.stop(actors::stop_mode::drain, options.grace);
  if (stopped)
    return exit_completed;
  refuse_worker(core::to_string(stopped.error()));
  return exit_failed;
}

} // namespace

int worker_command(const worker_options& options) {
  auto settings = load_worker(options);
  if (!settings)
    return exit_usage;
  try {
    return run_worker(options, *settings);
  } catch (const core::failure& x) {
    return refuse_worker(core::to_string(x.reason()));
  } catch (const std::invalid_argument& x) {
    return refuse_worker(x.what());
  }
}

} // namespace troupe::cli
