#include "cli/expand.hpp"

#include "cli/yaml_document.hpp"
#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

struct expanded {
  std::vector<std::string> labels;
  std::vector<core::json> values;
  std::string mistake;
};

expanded expand(const char* text) {
  mistakes found;
  auto node = parse_yaml(text, found);
  auto options = testing::make_options();
  auto elements = expand_foreach(*node, "task 't'", options.find_files, found);
  expanded result;
  if (elements)
    for (auto& x : *elements) {
      result.labels.push_back(x.label);
      result.values.push_back(to_json(x.value));
    }
  if (!found.empty())
    result.mistake = found.sorted().front().message;
  return result;
}

using strings = std::vector<std::string>;

} // namespace

TEST(expand_test, lists_give_their_elements) {
  auto x = expand("[a, 1.10, {name: n, v: 1}, {v: 2}]");
  EXPECT_EQ(x.labels, (strings{"a", "1.10", "n", ""}));
  EXPECT_EQ(x.values.at(2), (core::json{{"name", "n"}, {"v", 1}}));
}

TEST(expand_test, ranges_include_both_ends) {
  EXPECT_EQ(expand("{from: 1, to: 3}").labels, (strings{"1", "2", "3"}));
  EXPECT_EQ(expand("{from: 5, to: 0, step: -2}").labels,
            (strings{"5", "3", "1"}));
  EXPECT_EQ(expand("{from: 1, to: 1}").values.at(0), 1);
}

TEST(expand_test, files_give_their_parts) {
  auto x = expand("{glob: '*', exclude: a.txt}");
  EXPECT_EQ(x.labels, (strings{"b.txt", "c.tar.gz"}));
  EXPECT_EQ(x.values.at(1)["path"], "dir/c.tar.gz");
  EXPECT_EQ(x.values.at(1)["name"], "c.tar.gz");
  EXPECT_EQ(x.values.at(1)["stem"], "c.tar");
  EXPECT_EQ(x.values.at(1)["dir"], "dir");
  EXPECT_EQ(x.values.at(0)["dir"], ".");
}

TEST(expand_test, says_what_cannot_be_expanded) {
  EXPECT_EQ(expand("[]").mistake, "'foreach' of task 't' has no elements");
  EXPECT_EQ(expand("{from: 3, to: 1}").mistake,
            "the range from 3 to 1 in steps of 1 is empty");
  EXPECT_EQ(expand("{from: 1, to: 3, step: 0}").mistake,
            "the range from 1 to 3 in steps of 0 is empty");
  EXPECT_EQ(expand("{from: 1, to: 1000000}").mistake,
            "the range has 1000000 elements; 100000 are the most");
  EXPECT_EQ(expand("{from: a, to: 3}").mistake,
            "'from' of 'foreach' of task 't' must be a whole number, not 'a'");
  EXPECT_EQ(expand("{glob: none}").mistake,
            "no file matches 'glob' of 'foreach' of task 't'");
  EXPECT_EQ(expand("{glob: '['}").mistake,
            "'glob' of 'foreach' of task 't': bad pattern");
  EXPECT_EQ(expand("{glbo: x}").mistake,
            "unknown key 'glbo' in 'foreach' of task 't'; did you mean "
            "'glob'?");
  EXPECT_EQ(expand("{glob: x, from: 1}").mistake,
            "'foreach' of task 't' needs either 'glob', or 'from' and 'to'");
  EXPECT_EQ(expand("a").mistake,
            "'foreach' of task 't' must be a list, a range ({from: 1, to: 3}) "
            "or files ({glob: \"*.txt\"}), not 'a'");
}

TEST(expand_test, labels_become_unique_and_short) {
  EXPECT_EQ(unique_labels({"a", "", "b"}), (strings{"a", "1", "b"}));
  EXPECT_EQ(unique_labels({"a", "a", "b"}), (strings{"a#0", "a#1", "b"}));
  EXPECT_EQ(unique_labels({"a", "a", "a#0"}), (strings{"a#0", "a#1", "a#0#2"}))
    << "a label that looks like a numbered one";
  EXPECT_EQ(unique_labels({"a\nb"}), (strings{"a b"}));
  EXPECT_EQ(unique_labels({std::string(59, 'x') + "ä"}),
            (strings{std::string(59, 'x')}));
}

} // namespace troupe::cli
