#include "core/rate_limit_settings.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// What check() says of a limit that was changed in one place.
std::string limit_problem(const std::function<void(rate_limit&)>& change) {
  rate_limit_options options;
  auto& limit = options.limits.emplace_back();
  limit.name = "api";
  change(limit);
  auto checked = check(options);
  if (checked)
    return "";
  EXPECT_EQ(checked.error().code, ec::invalid_argument);
  return checked.error().message;
}

std::string group(rate_limit x, const task_spec& spec) {
  return std::string{key_of(x, spec)};
}

} // namespace

TEST(rate_limit_settings_test, names_scopes_and_policies) {
  support::expect_names_of_their_own(limit_scope_last);
  support::expect_parses_what_it_writes(limit_scope_last, parse_limit_scope);
  support::expect_names_of_their_own(rate_policy_last);
  support::expect_parses_what_it_writes(rate_policy_last, parse_rate_policy);
  EXPECT_EQ(to_string(limit_scope::concurrency_key), "concurrency_key");
  EXPECT_EQ(to_string(rate_policy::wait), "wait");
}

TEST(rate_limit_settings_test, accepts_no_limits_and_the_defaults) {
  EXPECT_TRUE(check({}));
  EXPECT_EQ(limit_problem([](auto&) {}), "");
}

TEST(rate_limit_settings_test, wants_a_name_of_its_own) {
  EXPECT_EQ(limit_problem([](auto& x) { x.name.clear(); }),
            "rate_limits: limit '': name: must not be empty");
  rate_limit one;
  one.name = "api";
  auto checked = check({{one, one}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message,
            "rate_limits: limit 'api': name: another limit has it");
}

TEST(rate_limit_settings_test, refuses_what_makes_no_sense_together) {
  EXPECT_EQ(limit_problem([](auto& x) { x.scope = limit_scope::metadata; }),
            "rate_limits: limit 'api': metadata_key: scope 'metadata' needs "
            "one");
  EXPECT_EQ(limit_problem([](auto& x) {
              x.scope = limit_scope::owner;
              x.metadata_key = "tenant";
            }),
            "rate_limits: limit 'api': metadata_key: scope 'owner' has none");
  EXPECT_EQ(limit_problem([](auto& x) { x.only = "fetch"; }),
            "rate_limits: limit 'api': only: scope 'all' has one bucket");
  EXPECT_EQ(limit_problem([](auto& x) {
              x.when_exceeded = rate_policy::wait;
              x.waiting_max = 0;
            }),
            "rate_limits: limit 'api': waiting_max: must be at least 1 for "
            "tasks to wait");
  rate_limit_options none;
  none.keys_max = 0;
  EXPECT_FALSE(check(none));
}

TEST(rate_limit_settings_test, names_every_wrong_field_of_every_limit) {
  rate_limit_options options;
  options.limits.resize(2);
  options.limits[0].name = "a";
  options.limits[0].rate = {0, 1s, 0};
  options.limits[1].name = "b";
  options.limits[1].rate.per = 0s;
  EXPECT_EQ(check(options).error().message,
            "rate_limits: limit 'a': tokens: 0 is not from 1 to 1000000000; "
            "limit 'a': burst: 0 is not from 1 to 1000000000; "
            "limit 'b': per: must be longer than nothing");
}

TEST(rate_limit_settings_test, lists_all_that_is_wrong_with_one_limit) {
  rate_limit x;
  x.only = "fetch";
  EXPECT_EQ(validate(x), (std::vector<std::string>{
                           "only: scope 'all' has one bucket",
                           "name: must not be empty",
                         }));
  x = {.name = "api"};
  EXPECT_EQ(validate(x), std::vector<std::string>{});
}

TEST(rate_limit_settings_test, finds_the_bucket_of_a_task) {
  task_spec spec;
  spec.capabilities = {"fetch", "more"};
  spec.queue = "slow";
  spec.owner = "me";
  spec.concurrency_key = "repo";
  spec.metadata = {{"tenant", "acme"}};
  rate_limit x;
  EXPECT_EQ(group(x, spec), "all");
  x.scope = limit_scope::capability;
  EXPECT_EQ(group(x, spec), "fetch");
  x.scope = limit_scope::queue;
  EXPECT_EQ(group(x, spec), "slow");
  x.scope = limit_scope::owner;
  EXPECT_EQ(group(x, spec), "me");
  x.scope = limit_scope::concurrency_key;
  EXPECT_EQ(group(x, spec), "repo");
  x.scope = limit_scope::metadata;
  x.metadata_key = "tenant";
  EXPECT_EQ(group(x, spec), "acme");
  x.only = "other";
  EXPECT_EQ(group(x, spec), "");
  x.only = "acme";
  EXPECT_EQ(group(x, spec), "acme");
}

TEST(rate_limit_settings_test, leaves_tasks_alone_that_have_no_key) {
  task_spec spec;
  spec.capabilities = {"fetch"};
  rate_limit x;
  for (auto scope : {limit_scope::owner, limit_scope::concurrency_key,
                     limit_scope::metadata}) {
    x.scope = scope;
    EXPECT_EQ(group(x, spec), "");
  }
}

TEST(rate_limit_settings_test, describes_a_bucket) {
  rate_limit x;
  x.name = "api";
  x.rate = {10, 1s, 20};
  EXPECT_EQ(describe(x, "all"), "limit 'api' (10 per 1s, 20 at once)");
  x.scope = limit_scope::capability;
  EXPECT_EQ(describe(x, "fetch"),
            "limit 'api' (10 per 1s, 20 at once, for capability 'fetch')");
  x.scope = limit_scope::metadata;
  x.metadata_key = "tenant";
  EXPECT_EQ(describe(x, "acme"),
            "limit 'api' (10 per 1s, 20 at once, for tenant 'acme')");
}

} // namespace troupe::core
