// Rate limits: so much work in a time and no more. "index" may be asked for
// freely, but only ten files a second are let through; the rest wait their
// turn. "publish" may be done twice, then once in two seconds; who comes too
// early is refused, and told when to come back.

#include "actors/troupe.hpp"
#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using examples::need;
using troupe::json;
using namespace std::chrono_literals;

namespace {

troupe::runtime_options limited() {
  troupe::runtime_options options;
  options.rate_limits.limits = {
    {.name = "indexing",
     .scope = troupe::limit_scope::capability,
     .only = "index",
     .rate = {.tokens = 10, .per = 1s, .burst = 5},
     .when_exceeded = troupe::rate_policy::wait},
    {.name = "publishing",
     .scope = troupe::limit_scope::capability,
     .only = "publish",
     .rate = {.tokens = 1, .per = 2s, .burst = 2}},
  };
  return options;
}

json index_file(troupe::task_context& ctx) {
  auto path = ctx.parameters().at("path").get<std::string>();
  return examples::words_of(examples::read_file(path)).size();
}

/// As often as it takes; how often it was refused.
int publish(troupe::runtime& runtime, const std::string& text) {
  for (int refusals = 0;; ++refusals) {
    auto id = runtime.submit({.name = "publish",
                              .capabilities = {"publish"},
                              .parameters = {{"text", text}}});
    if (id) {
      need(runtime.wait(*id));
      return refusals;
    }
    if (id.error().code != troupe::ec::rate_limited)
      need(id);
    fmt::print("{}\n", id.error().message);
    std::this_thread::sleep_for(id.error().retry_after);
  }
}

} // namespace

int main() {
  troupe::runtime runtime{limited()};
  std::vector<std::string> published;
  need(runtime.add_agent(
    troupe::agent_definition{"indexer"}.slots(4).on("index", index_file)));
  // One slot, so one at a time: no lock.
  need(runtime.add_agent(troupe::agent_definition{"publisher"}.slots(1).on(
    "publish", [&published](troupe::task_context& ctx) {
      published.push_back(ctx.parameters().at("text"));
    })));

  // A stream: what waits for tokens does not keep this thread.
  auto files = examples::files_in("core", ".hpp");
  files.resize(std::min<size_t>(files.size(), 15));
  auto begin = std::chrono::steady_clock::now();
  auto line = runtime.stream();
  std::vector<troupe::task_id> ids;
  ids.reserve(files.size());
  for (auto& path : files)
    ids.push_back(need(line.submit({.name = path,
                                    .capabilities = {"index"},
                                    .parameters = {{"path", path}}})));
  for (auto& bucket : need(runtime.rate_limits()))
    fmt::print("limit '{}', key '{}': {} tokens, {} tasks wait\n", bucket.limit,
               bucket.key, bucket.tokens, bucket.waiting);
  // What waits is not known by its id until it is accepted.
  auto is_indexed = need(line.flush()) == 0;
  auto took = std::chrono::steady_clock::now() - begin;
  for (auto& x : need(runtime.wait_all(ids)))
    is_indexed = is_indexed && x.status == troupe::task_status::completed;
  fmt::print("{} files in {} ms\n", ids.size(), took / 1ms);

  auto refusals = 0;
  for (auto text : {"one", "two", "three"})
    refusals += publish(runtime, text);
  fmt::print("published {} texts, {} times too early\n", published.size(),
             refusals);

  // Five at once, and ten more at ten a second. A machine that is busy can only
  // be later.
  auto is_right = is_indexed && took >= 1s && refusals >= 1
                  && published
                       == std::vector<std::string>{"one", "two", "three"};
  return is_right ? 0 : 1;
}
