#include "core/reference.hpp"

#include "core/payload_size.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

namespace {

constexpr task_id some_id{0x0190163d8694739b, 0xaea5966c26f8ad91};

dependency_results known() {
  return {
    {some_id, "ingest", task_status::completed,
     payload{{"path", "/tmp/x"},
             {"size", 12},
             {"files", {{{"name", "a"}}, {{"name", "b"}}}},
             {"odd name", true},
             {"7", "seven"}},
     std::nullopt},
    {{1, 1}, "part", task_status::completed, payload{{"n", 1}}, std::nullopt},
    {{1, 2}, "part", task_status::completed, payload{{"n", 2}}, std::nullopt},
    {{1, 3},
     "scan",
     task_status::failed,
     payload{},
     error{ec::handler_failed, "no such file"}},
    {{1, 4},
     "my task",
     task_status::completed,
     payload(json("hello")),
     std::nullopt},
  };
}

json resolved(json parameters) {
  auto result = resolve(payload(std::move(parameters)), known());
  if (!result)
    return "failed: " + result.error().message;
  return result->value();
}

std::string problem_of(json parameters) {
  auto result = resolve(payload(std::move(parameters)), known());
  if (result)
    return "";
  EXPECT_EQ(result.error().code, ec::unresolved_reference);
  return result.error().message;
}

core::result<payload> resolved_within(json parameters, size_t bytes_max) {
  return resolve(payload(std::move(parameters)), known(), bytes_max);
}

} // namespace

TEST(reference_test, says_which_reference_brings_too_much) {
  json parameters{{"a", "${ingest.result.path}"},
                  {"b", {"as it is", "${ingest.result.files}"}}};
  auto all = resolve(payload(parameters), known());
  ASSERT_TRUE(all);
  auto size = rough_size(all->value());
  auto fits = resolved_within(parameters, size);
  ASSERT_TRUE(fits) << to_string(fits.error());
  EXPECT_EQ(fits->value(), all->value());
  auto refused = resolved_within(parameters, size - 12);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ec::limit_exceeded);
  EXPECT_TRUE(refused.error().is_permanent);
  EXPECT_EQ(refused.error().message,
            "at /b/1: ${ingest.result.files}: with it the parameters have more "
            "than "
              + std::to_string(size - 12)
              + " bytes (payload_bytes_max); put it into a file and hand on "
                "its name");
}

TEST(reference_test, counts_what_many_references_bring_together) {
  auto many = json::array();
  std::string text;
  for (int i = 0; i < 100; ++i) {
    many.push_back("${ingest.result}");
    text += "${ingest.result}";
  }
  EXPECT_TRUE(resolved_within(many, 100'000));
  for (auto& parameters : {many, json(text)}) {
    auto refused = resolved_within(parameters, 5000);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ec::limit_exceeded);
  }
}

TEST(reference_test, what_is_missing_is_told_before_what_is_too_much) {
  auto refused = resolved_within({"${none.result}", "${ingest.result}"}, 60);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ec::unresolved_reference);
}

TEST(reference_test, a_lone_reference_keeps_its_type) {
  EXPECT_EQ(resolved("${ingest.result.size}"), 12);
  EXPECT_EQ(resolved("${ingest.result[\"odd name\"]}"), true);
  EXPECT_EQ(resolved("${ingest.result.files}"),
            known()[0].result.value()["files"]);
  EXPECT_EQ(resolved("${ingest.result}"), known()[0].result.value());
  EXPECT_EQ(resolved("${[\"my task\"].result}"), "hello");
}

TEST(reference_test, references_in_text_become_text) {
  EXPECT_EQ(resolved("${ingest.result.path}: ${ingest.result.size} bytes"),
            "/tmp/x: 12 bytes");
  EXPECT_EQ(resolved("is ${ingest.result.files[0]}"), "is {\"name\":\"a\"}");
  EXPECT_EQ(resolved(" ${scan.error}"), " handler_failed: no such file");
  EXPECT_EQ(resolved("x${ingest.error}"), "xnull");
}

TEST(reference_test, steps_go_through_lists_and_objects) {
  EXPECT_EQ(resolved("${ingest.result.files[1].name}"), "b");
  EXPECT_EQ(resolved("${ingest.result.files.1.name}"), "b");
  EXPECT_EQ(resolved("${ingest.result.7}"), "seven");
}

TEST(reference_test, replaces_everywhere_but_in_keys) {
  EXPECT_EQ(
    resolved({{"a", {1, "${ingest.result.size}"}}, {"${ingest.id}", nullptr}}),
    (json{{"a", {1, 12}}, {"${ingest.id}", nullptr}}));
}

TEST(reference_test, status_error_and_id_are_known) {
  EXPECT_EQ(resolved("${scan.status}"), "failed");
  EXPECT_EQ(resolved("${ingest.status}"), "completed");
  EXPECT_EQ(resolved("${ingest.error}"), nullptr);
  EXPECT_EQ(resolved("${scan.error}"), "handler_failed: no such file");
  EXPECT_EQ(resolved("${scan.error.code}"), "handler_failed");
  EXPECT_EQ(resolved("${scan.error.message}"), "no such file");
  EXPECT_EQ(resolved("${ingest.id}"), to_string(some_id));
  EXPECT_EQ(resolved("${scan.result}"), nullptr);
}

TEST(reference_test, a_shared_alias_stands_for_a_list) {
  EXPECT_EQ(resolved("${part.result}"), (json{{{"n", 1}}, {{"n", 2}}}));
  EXPECT_EQ(resolved("${part.results}"), (json{{{"n", 1}}, {{"n", 2}}}));
  EXPECT_EQ(resolved("${part.result[1].n}"), 2);
  EXPECT_EQ(resolved("${part.results.0.n}"), 1);
  EXPECT_EQ(resolved("${part.status}"), (json{"completed", "completed"}));
  EXPECT_EQ(resolved("${part.error}"), (json{nullptr, nullptr}));
  EXPECT_EQ(resolved("${part.id[0]}"), to_string(task_id{1, 1}));
}

TEST(reference_test, plurals_are_lists_also_of_one) {
  EXPECT_EQ(resolved("${scan.statuses}"), json::array({"failed"}));
  EXPECT_EQ(resolved("${ingest.results[0].size}"), 12);
  EXPECT_EQ(resolved("${scan.errors[0].code}"), "handler_failed");
}

TEST(reference_test, a_doubled_dollar_is_literal) {
  EXPECT_EQ(resolved("echo $${HOME}"), "echo ${HOME}");
  EXPECT_EQ(resolved("$${ingest.id} ${ingest.result.size}"), "${ingest.id} 12");
}

TEST(reference_test, what_comes_in_is_not_looked_at_again) {
  dependency_results tricky{{some_id, "a", task_status::completed,
                             payload(json("${b.result} $${")), std::nullopt}};
  auto result = resolve(payload(json("x ${a.result}")), tricky);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value(), "x ${b.result} $${");
}

TEST(reference_test, without_references_the_payload_is_shared) {
  payload parameters{{"a", {1, 2, 3}}};
  auto result = resolve(parameters, known());
  ASSERT_TRUE(result);
  EXPECT_EQ(&result->value(), &parameters.value());
}

TEST(reference_test, names_the_reference_its_place_and_the_nearest) {
  EXPECT_EQ(problem_of({{"files", {"${ingets.result}"}}}),
            "at /files/0: ${ingets.result}: no dependency is called 'ingets' "
            "(did you mean 'ingest'?)");
  EXPECT_EQ(problem_of("${ingest.result.pth}"),
            "at the top: ${ingest.result.pth}: ingest.result has no 'pth' "
            "(did you mean 'path'?)");
}

TEST(reference_test, lists_what_there_is_when_nothing_is_near) {
  EXPECT_EQ(problem_of("${ingest.result.checksum}"),
            "at the top: ${ingest.result.checksum}: ingest.result has no "
            "'checksum'; there is '7', 'files', 'odd name', 'path', 'size'");
  EXPECT_EQ(problem_of("${unrelated.result}"),
            "at the top: ${unrelated.result}: no dependency is called "
            "'unrelated'; there is 'ingest', 'part', 'scan', 'my task'");
}

TEST(reference_test, says_where_a_path_ends) {
  EXPECT_EQ(problem_of("${ingest.result.files[2].name}"),
            "at the top: ${ingest.result.files[2].name}: ingest.result.files "
            "has 2 items, so there is no [2]");
  EXPECT_EQ(problem_of("${ingest.result.files.name}"),
            "at the top: ${ingest.result.files.name}: ingest.result.files is "
            "a list: 'name' is not the number of an item");
  EXPECT_EQ(problem_of("${ingest.result.size.x}"),
            "at the top: ${ingest.result.size.x}: ingest.result.size is a "
            "number and has no 'x'");
  EXPECT_EQ(problem_of("${ingest.result[7]}"),
            "at the top: ${ingest.result[7]}: ingest.result is an object and "
            "has no [7]");
  EXPECT_EQ(problem_of("${part.result.n}"),
            "at the top: ${part.result.n}: part.result is the list of 2: say "
            "which, as part.result[0]");
  EXPECT_EQ(problem_of("${part.results[2]}"),
            "at the top: ${part.results[2]}: part.result has 2 items, so "
            "there is no [2]");
}

TEST(reference_test, says_why_there_is_no_result) {
  EXPECT_EQ(problem_of("${scan.result.count}"),
            "at the top: ${scan.result.count}: 'scan' has no result: it is "
            "failed (handler_failed: no such file)");
}

TEST(reference_test, names_all_that_fail) {
  EXPECT_EQ(problem_of({"${HOME}", "${scan.id}", "${x.id}"}),
            "at /0: ${HOME}: it does not say what of 'HOME': ${HOME.result}, "
            ".status, .error or .id (for a literal ${ write $${); "
            "at /2: ${x.id}: no dependency is called 'x'; there is 'ingest', "
            "'part', 'scan', 'my task'");
}

TEST(reference_test, without_dependencies_nothing_can_be_referred_to) {
  auto result = resolve(payload(json("${a.result}")), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "at the top: ${a.result}: the task has no dependencies");
}

} // namespace troupe::core
