// Long because each rule is broken once.

#include "core/validate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using problems = std::vector<std::string>;

constexpr task_id first{1, 1};
constexpr task_id second{1, 2};

task_spec valid_task() {
  return {
    .id = {7, 7},
    .name = "count words",
    .capabilities = {"process.run", "fast"},
    .parameters = {{"argv", {"wc", "-w"}}, {"limit", 12}},
  };
}

std::string long_name() {
  return std::string(name_bytes_max + 1, 'x');
}

} // namespace

TEST(validate_test, a_valid_task_has_no_problems) {
  EXPECT_EQ(validate(valid_task()), problems{});
  EXPECT_TRUE(check(valid_task()));
  auto x = valid_task();
  x.name = "w\u00f6rter z\u00e4hlen \U0001f600";
  x.dependencies = {{first, "a-1"}, {second, ""}};
  x.priority = 0;
  x.retry = {.max_retries = 0, .base = 0s, .cap = 0s, .factor = 1};
  x.limits = {.attempt = 0s, .waiting = 1h, .total = time_max};
  x.condition = "${a-1.status} == 'completed'";
  EXPECT_EQ(validate(x), problems{});
}

TEST(validate_test, keys_have_to_make_sense) {
  auto x = valid_task();
  x.keys = submission_keys{.submission = "order 17",
                           .unique = "report",
                           .unique_while = uniqueness::time,
                           .unique_for = 1h};
  EXPECT_EQ(validate(x), problems{});
  x.keys.edit().unique_for = 0s;
  EXPECT_EQ(validate(x), problems{"keys.unique_for: is missing"});
  x.keys = submission_keys{.unique = "report", .unique_for = 1h};
  EXPECT_EQ(validate(x),
            problems{"keys.unique_for: is for keys.unique_while 'time'"});
  x.keys = submission_keys{.unique_while = uniqueness::pending};
  EXPECT_EQ(validate(x), problems{"keys.unique: is missing"});
  x.keys = submission_keys{.submission = "a\nb", .unique = long_name()};
  EXPECT_EQ(validate(x), (problems{"keys.submission: has a control character",
                                   "keys.unique: is longer than 200 bytes"}));
}

TEST(validate_test, parameters_may_be_any_json) {
  auto x = valid_task();
  for (const auto& parameters :
       {json(nullptr), json(1), json("text"), json::array({1}), json(true)}) {
    x.parameters = payload(parameters);
    EXPECT_EQ(validate(x), problems{}) << parameters;
  }
}

TEST(validate_test, names_every_wrong_field) {
  task_spec x;
  x.id = {7, 7};
  x.queue = "";
  x.priority = 101;
  x.agent = "a\nb";
  x.parent = x.id;
  EXPECT_EQ(validate(x),
            (problems{"name: is empty", "capabilities: at least one is needed",
                      "priority: 101 is not from 0 to 100", "queue: is empty",
                      "agent: has a control character",
                      "parent: is the task itself"}));
  auto checked = check(x);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ec::invalid_argument);
  EXPECT_EQ(checked.error().message,
            "task '': name: is empty; capabilities: at least one is needed; "
            "priority: 101 is not from 0 to 100; queue: is empty; agent: has "
            "a control character; parent: is the task itself");
}

TEST(validate_test, names_have_bounds) {
  auto x = valid_task();
  x.name = long_name();
  x.queue = long_name();
  x.capabilities = {std::string(name_bytes_max, 'x'), long_name(), ""};
  EXPECT_EQ(validate(x), (problems{"name: is longer than 200 bytes",
                                   "capabilities[1]: is longer than 200 bytes",
                                   "capabilities[2]: is empty",
                                   "queue: is longer than 200 bytes"}));
}

TEST(validate_test, looks_at_each_character_of_a_name) {
  auto x = valid_task();
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t i = 0; i < size; ++i) {
      for (auto c : {' ', '~', '\x1f', '\x7f', '\0', '\n', '\x80', '\xff'}) {
        std::string name(size, 'n');
        name[i] = c;
        x.name = name;
        problems expected;
        if (static_cast<unsigned char>(c) >= 0x80)
          expected.emplace_back("name: is not valid UTF-8");
        else if (c != ' ' && c != '~')
          expected.emplace_back("name: has a control character");
        EXPECT_EQ(validate(x), expected) << size << ' ' << i << ' ' << +c;
      }
    }
  }
}

TEST(validate_test, names_are_text) {
  auto x = valid_task();
  for (const char* name : {"a\tb", "\x1b[31m", "\x7f"}) {
    x.name = name;
    EXPECT_EQ(validate(x), problems{"name: has a control character"}) << name;
  }
  for (const char* name : {"\xff", "\xc0\xaf", "a\xc3", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xe0\x80\x80", "\x80"}) {
    x.name = name;
    EXPECT_EQ(validate(x), problems{"name: is not valid UTF-8"}) << name;
  }
}

TEST(validate_test, capabilities_are_named_once) {
  auto x = valid_task();
  x.capabilities = {"a", "b", "a"};
  EXPECT_EQ(validate(x), problems{"capabilities[2]: 'a' is there twice"});
}

TEST(validate_test, dependencies_are_on_other_tasks_once_each) {
  auto x = valid_task();
  x.dependencies = {{first, ""}, {task_id{}, ""}, {x.id, ""}, {first, ""}};
  EXPECT_EQ(validate(x),
            (problems{"dependencies[1]: has no task id",
                      "dependencies[2]: is on the task itself",
                      "dependencies[3]: 00000000-0000-0001-0000-000000000001 "
                      "is there twice"}));
}

TEST(validate_test, many_dependencies_are_compared_too) {
  auto x = valid_task();
  for (uint64_t i = 1; i <= 10'000; ++i)
    x.dependencies.push_back({{i, 0}, "part"});
  EXPECT_EQ(validate(x), problems{});
  x.dependencies.push_back({{5000, 0}, "part"});
  EXPECT_EQ(validate(x),
            problems{"dependencies[10000]: "
                     "00000000-0000-1388-0000-000000000000 is there twice"});
}

TEST(validate_test, aliases_are_identifiers) {
  auto x = valid_task();
  x.dependencies = {{first, "odd name"}, {second, long_name()}};
  EXPECT_EQ(validate(x),
            (problems{"dependencies[0].alias: 'odd name' is not made of "
                      "letters, digits, _ and - only",
                      "dependencies[1].alias: is longer than 200 bytes"}));
}

TEST(validate_test, times_make_sense) {
  auto x = valid_task();
  x.retry = {.base = -1s, .cap = -2s, .factor = 0.5};
  x.limits = {.attempt = -1ms,
              .waiting = duration::max(),
              .total = -1h,
              .heartbeat = -1s};
  EXPECT_EQ(validate(x),
            (problems{"retry.base: -1s is negative",
                      "retry.cap: -2s is negative",
                      "retry.cap: -2s is less than retry.base, -1s",
                      "retry.factor: 0.5 is not a number from 1",
                      "limits.attempt: -1ms is negative",
                      "limits.waiting: 106751d23h is longer than 100 years",
                      "limits.total: -1h is negative",
                      "limits.heartbeat: -1s is negative"}));
  x = valid_task();
  for (auto factor : {std::numeric_limits<double>::quiet_NaN(),
                      std::numeric_limits<double>::infinity(), 0.999, -2.0}) {
    x.retry.factor = factor;
    EXPECT_EQ(validate(x).size(), 1u) << factor;
  }
}

TEST(validate_test, amounts_of_resources_make_sense) {
  resource_amounts amounts{{"cpu", 0},
                           {"", 1},
                           {"gpu", 1},
                           {"gpu", 2},
                           {"disk", std::numeric_limits<double>::infinity()}};
  problems expected{"resources[0]: 0 is not a number above 0",
                    "resources[1]: is empty",
                    "resources[3]: 'gpu' is there twice",
                    "resources[4]: inf is not a number above 0"};
  auto x = valid_task();
  x.resources = amounts;
  EXPECT_EQ(validate(x), expected);
  EXPECT_EQ(validate(agent_spec{
              .id = "a", .capabilities = {"x"}, .resources = amounts}),
            expected);
}

TEST(validate_test, references_have_to_be_readable) {
  auto x = valid_task();
  x.dependencies = {{first, ""}};
  x.parameters = {{"shell", "echo ${HOME} $${HOME} ${anything.result}"}};
  EXPECT_EQ(validate(x),
            problems{"parameters at /shell: ${HOME}: it does not say what of "
                     "'HOME': ${HOME.result}, .status, .error or .id (for a "
                     "literal ${ write $${)"});
}

TEST(validate_test, references_are_to_dependencies_where_that_is_certain) {
  auto x = valid_task();
  x.parameters = payload(json("${ingets.result}"));
  EXPECT_EQ(validate(x), problems{"parameters: ${ingets.result}: the task has "
                                  "no dependencies"});
  x.dependencies = {{first, "ingest"}, {second, "scan"}};
  x.condition = "${scam.status} == 'failed' or ${scan.result}";
  EXPECT_EQ(validate(x),
            (problems{"parameters: ${ingets.result}: no dependency has the "
                      "alias 'ingets' (did you mean 'ingest'?)",
                      "condition: ${scam.status}: no dependency has the alias "
                      "'scam' (did you mean 'scan'?)"}));
  // Its alias is the name of the other task, which may be anything.
  x.dependencies[1].alias = "";
  EXPECT_EQ(validate(x), problems{});
}

TEST(validate_test, conditions_have_to_be_readable) {
  auto x = valid_task();
  x.condition = "1 = 2";
  EXPECT_EQ(validate(x), problems{"condition: column 3: '=' is not expected "
                                  "here: compare with '=='"});
}

TEST(validate_test, agents_need_id_capabilities_and_slots) {
  agent_spec x{.id = "a", .capabilities = {"x", "y"}};
  EXPECT_EQ(validate(x), problems{});
  EXPECT_TRUE(check(x));
  x = {.id = "", .name = "\n", .capabilities = {"x", "x"}, .max_concurrent = 0};
  EXPECT_EQ(validate(x),
            (problems{"id: is empty", "name: has a control character",
                      "capabilities[1]: 'x' is there twice",
                      "max_concurrent: 0 is not from 1 to 1000000"}));
  x = {.id = "b", .max_concurrent = slots_max + 1};
  EXPECT_EQ(check(x).error().message,
            "agent 'b': capabilities: at least one is needed; max_concurrent: "
            "1000001 is not from 1 to 1000000");
}

TEST(validate_test, queues_need_a_name_and_times_that_make_sense) {
  EXPECT_EQ(validate(queue_spec{.name = "default"}), problems{});
  EXPECT_TRUE(check(queue_spec{.name = "default"}));
  EXPECT_EQ(check(queue_spec{.aging = -1s}).error().message,
            "queue '': name: is empty; aging: -1s is negative");
  EXPECT_EQ(validate(queue_spec{.name = "q",
                                .when_full = full_policy::wait,
                                .full_wait_max = -1s,
                                .held_max = 0}),
            (problems{"full_wait_max: -1s is negative",
                      "when_full: without waiting_max the queue is never full",
                      "held_max: must be at least 1 for submissions to wait"}));
  EXPECT_EQ(validate(queue_spec{.name = "q",
                                .waiting_max = 1,
                                .when_full = full_policy::shed,
                                .held_max = 0}),
            problems{});
  EXPECT_EQ(
    validate(queue_spec{.name = "q",
                        .rate = dispatch_rate{{.tokens = 0}},
                        .retry_budget
                        = {.ratio = -1, .min_per_second = NAN, .window = 0s}}),
    (problems{"rate.tokens: 0 is not from 1 to 1000000000",
              "retry_budget.ratio: -1 is not a number from 0",
              "retry_budget.min_per_second: nan is not a number from 0",
              "retry_budget.window: is zero"}));
}

namespace {

schedule_spec valid_schedule() {
  schedule_spec x;
  x.name = "nightly";
  x.task = valid_task();
  x.task.id = {};
  x.when = run_cron{"30 2 * * *", "Europe/Berlin"};
  return x;
}

problems schedule_problems(const std::function<void(schedule_spec&)>& change) {
  auto x = valid_schedule();
  change(x);
  return validate(x);
}

} // namespace

TEST(validate_test, a_valid_schedule_has_no_problems) {
  EXPECT_EQ(validate(valid_schedule()), problems{});
  EXPECT_TRUE(check(valid_schedule()));
  for (auto& when : std::vector<schedule_times>{
         run_at{time_point{1s}}, run_after{}, run_after{time_max},
         run_every{1ms}, run_every{time_max, time_point{1s}}})
    EXPECT_EQ(schedule_problems([&](auto& x) { x.when = when; }), problems{});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.overlap = overlap_policy::queue;
              x.queue_max = 1000;
              x.catch_up = {catch_up_policy::all, 0s, 1000};
              x.jitter = 1h;
              x.start = time_point{1s};
              x.end = time_point{2s};
            }),
            problems{});
}

TEST(validate_test, names_wrong_times_of_a_schedule) {
  EXPECT_EQ(schedule_problems([](auto& x) { x.when = run_at{}; }),
            problems{"when.at: is missing"});
  EXPECT_EQ(
    schedule_problems([](auto& x) { x.when = run_at{time_point::max()}; }),
    problems{"when.at: 2262-04-11T23:47:16.854Z is not from 1970 to "
             "2199"});
  EXPECT_EQ(schedule_problems([](auto& x) { x.when = run_after{-1s}; }),
            problems{"when.after: -1s is negative"});
  EXPECT_EQ(schedule_problems([](auto& x) { x.when = run_every{1us}; }),
            problems{"when.every: 1us is less than 1ms"});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.when = run_every{1min, time_point{-1s}};
            }),
            problems{"when.anchor: 1969-12-31T23:59:59.000Z is not from 1970 "
                     "to 2199"});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.when = run_cron{"61 * * * *", ""};
            }),
            (problems{"when.cron: cron '61 * * * *': minute: '61': '61' is not "
                      "from 0 to 59",
                      "when.zone: is empty"}));
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.when = run_every{1min};
              x.jitter = 1min;
            }),
            problems{"jitter: 1m is not less than when.every, 1m"});
  EXPECT_EQ(schedule_problems([](auto& x) { x.jitter = -1s; }),
            problems{"jitter: -1s is negative"});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.when = run_after{1s};
              x.start = x.end = time_point{2s};
            }),
            (problems{"start: is for what is repeated; use when.at",
                      "end: is for what is repeated",
                      "end: 1970-01-01T00:00:02.000Z is not after start, "
                      "1970-01-01T00:00:02.000Z"}));
}

TEST(validate_test, names_wrong_policies_of_a_schedule) {
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.overlap = overlap_policy::queue;
              x.queue_max = 0;
            }),
            problems{"queue_max: 0 is not from 1 to 1000"});
  EXPECT_EQ(schedule_problems([](auto& x) { x.catch_up.late_max = -1s; }),
            problems{"catch_up.late_max: -1s is negative"});
  EXPECT_EQ(schedule_problems(
              [](auto& x) { x.catch_up.policy = catch_up_policy::all; }),
            problems{"catch_up.policy: 'all' needs overlap 'queue'; with "
                     "'skip' only one of the runs would be left"});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.overlap = overlap_policy::queue;
              x.catch_up = {catch_up_policy::all, 0s, 0};
            }),
            problems{"catch_up.runs_max: 0 is not from 1 to 1000"});
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.overlap = overlap_policy::queue;
              x.catch_up = {catch_up_policy::all, 0s, 11};
            }),
            problems{"catch_up.runs_max: 11 is more than queue_max, 10"});
}

TEST(validate_test, names_what_a_run_gets_for_itself) {
  EXPECT_EQ(schedule_problems([](auto& x) {
              x.name.clear();
              x.task.name.clear();
              x.task.id = first;
              x.task.replay_of = first;
              x.task.parent = second;
              x.task.keys = submission_keys{.unique = "report"};
            }),
            (problems{"name: is empty", "task.name: is empty",
                      "task.id: each run gets one of its own",
                      "task.parent: a run has none",
                      "task.replay_of: a run is none",
                      "task.keys: a run has none; say by overlap what runs do "
                      "to each other"}));
}

TEST(validate_test, labels_are_what_rules_can_be_written_for) {
  agent_spec x{.id = "a", .capabilities = {"scan"}};
  x.labels = {{"zone", "eu"}, {"spot", ""}, {"kubernetes.io/arch", "amd64"}};
  EXPECT_TRUE(validate(x).empty());
  x.labels = {{"", "a"}, {"a=b", "c|d"}, {"node", "n"}, {"x", " y"}};
  EXPECT_EQ(validate(x),
            (std::vector<std::string>{
              "labels: key '' is empty",
              "labels: key 'a=b' has a = ! or |, which rules for labels are "
              "written with",
              "labels: the value of 'a=b' has a |, which stands between values "
              "in rules for labels",
              "labels: 'node' is the name of the node, and not to be set",
              "labels: the value of 'x' begins or ends with a space",
            }));
}

TEST(validate_test, a_node_has_a_name_labels_and_resources) {
  node_spec x{"north-1.example", {{"zone", "eu"}}, {{"cpu", 8}}};
  EXPECT_TRUE(check(x));
  x = {"North", {{"node", "x"}}, {{"cpu", -1}}};
  EXPECT_EQ(validate(x).size(), 3u);
  EXPECT_EQ(check(x).error().message.substr(0, 42),
            "node 'North': name: 'North' is no name of ");
  agent_spec agent{.id = "a", .capabilities = {"scan"}};
  agent.node = "north";
  EXPECT_TRUE(check(agent));
  agent.node = "-";
  EXPECT_FALSE(check(agent));
}

TEST(validate_test, rules_for_labels_have_what_their_test_needs) {
  task_spec x;
  x.name = "scan it";
  x.capabilities = {"scan"};
  x.placement = placement{{{"zone", label_test::is, {"eu", "us"}}},
                          {{"gpu"}, {"spot", label_test::is_missing, {}}}};
  EXPECT_TRUE(check(x));
  x.placement = placement{{{"zone", label_test::is, {}}, {"a|b"}},
                          {{"gpu", label_test::exists, {"yes"}},
                           {"a", label_test::is_not, {"b|c"}}}};
  EXPECT_EQ(validate(x),
            (std::vector<std::string>{
              "placement.required[0].values: 'is' takes at least one",
              "placement.required[1].key: has a = ! or |, which rules for "
              "labels are written with",
              "placement.preferred[0].values: 'exists' takes none",
              "placement.preferred[1].values: 'b|c' has a |, which stands "
              "between values in rules for labels",
            }));
  x.placement = placement{std::vector<label_rule>(33, {"gpu"}), {}};
  EXPECT_EQ(validate(x), (std::vector<std::string>{
                           "placement.required: 33 rules are more than 32"}));
}

} // namespace troupe::core
