"""The checks find what they are for, and nothing in what is well written."""

import pathlib
import tempfile
import unittest

from checks import calls, documents, helpers, layers, mirrors, text, tree


class ChecksTest(unittest.TestCase):
    def check(self, module, **files):
        """Findings of `module` in a tree of these files: 'path:line' each.

        A path is written with __ for / and _dot_ for the last dot.
        """
        return [
            f"{x.path}:{x.line}" for x in self.findings(module, **files)
        ]

    def findings(self, module, **files):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                name = name.replace("__", "/").replace("_dot_", ".")
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8", newline="")
            return sorted(module.check(tree.Tree(folder)))

    # -- layers ---------------------------------------------------------------

    def test_core_includes_nothing_above_it(self):
        found = self.findings(
            layers,
            core__a_dot_hpp='#pragma once\n\n#include "actors/b.hpp"\n',
        )
        self.assertEqual([("core/a.hpp", 3)], [(x.path, x.line) for x in found])
        self.assertIn("core/ may include no other folder", found[0].message)

    def test_each_layer_includes_what_is_below(self):
        self.assertEqual(
            [],
            self.check(
                layers,
                cli__a_dot_cpp='#include "agents/a.hpp"\n#include <CLI/A>\n',
                actors__a_dot_cpp='#include "core/a.hpp"\n#include <caf/a>\n',
                tests__core__a_test_dot_cpp='#include "core/a.hpp"\n',
            ),
        )

    def test_libraries_have_their_place(self):
        self.assertEqual(
            ["actors/a.cpp:2", "core/a.cpp:1", "core/a.cpp:2", "core/a.cpp:3"],
            self.check(
                layers,
                core__a_dot_cpp="#include <caf/all.hpp>\n#include <thread>\n"
                "#include <yaml-cpp/yaml.h>\n#include <vector>\n",
                actors__a_dot_cpp="#include <thread>\n#include <gtest/a.h>\n",
            ),
        )

    def test_own_headers_are_spelled_from_the_root(self):
        self.assertEqual(
            ["core/a.cpp:1"],
            self.check(layers, core__a_dot_cpp='#include "b.hpp"\n'),
        )

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(
            [],
            self.check(layers, core__a_dot_cpp='// #include "cli/b.hpp"\n'),
        )

    # -- calls ----------------------------------------------------------------

    def test_clocks_chance_and_environment_are_passed_in(self):
        found = self.findings(
            calls,
            core__a_dot_cpp="auto t = std::chrono::system_clock::now();\n"
            "auto x = rand();\n"
            "std::random_device d;\n",
            actors__a_dot_cpp='auto e = std::getenv("HOME");\n',
        )
        self.assertEqual(
            ["actors/a.cpp:1", "core/a.cpp:1", "core/a.cpp:2", "core/a.cpp:3"],
            [f"{x.path}:{x.line}" for x in found],
        )
        self.assertIn("take `now` as an argument", found[1].message)

    def test_tests_do_not_sleep_and_the_program_may_ask_the_clock(self):
        self.assertEqual(
            ["tests/core/a_test.cpp:1"],
            self.check(
                calls,
                tests__core__a_test_dot_cpp="this_thread::sleep_for(1s);\n",
                cli__a_dot_cpp="auto t = chrono::steady_clock::now();\n",
            ),
        )

    def test_names_in_comments_and_quotes_are_no_calls(self):
        self.assertEqual(
            [],
            self.check(
                calls,
                core__a_dot_cpp='auto x = "rand()"; // not rand()\n'
                "/* steady_clock::now\n   rand() */ int operand(int);\n"
                'auto y = R"(getenv)";\n'
                "auto n = 1'000'000; auto c = '\"'; auto z = '\\'';\n",
            ),
        )

    def test_code_after_digit_separators_is_still_seen(self):
        self.assertEqual(
            ["core/a.cpp:1"],
            self.check(calls, core__a_dot_cpp="f(1'000, rand(), 2'000);\n"),
        )

    def test_only_compat_asks_for_the_version_of_caf(self):
        source = "#if CAF_VERSION >= 1800\n#endif\n"
        self.assertEqual(
            ["actors/a.cpp:1", "tests/support/b.hpp:1"],
            self.check(
                calls,
                actors__a_dot_cpp=source,
                messages__compat_dot_hpp=source,
                tests__support__b_dot_hpp="#ifdef CAF_MAJOR_VERSION\n#endif\n",
            ),
        )

    # -- helpers --------------------------------------------------------------

    def test_helpers_of_a_folder_have_different_names(self):
        both = "namespace a {\n\nnamespace {\n\n%s\n} // namespace\n\n}\n"
        for other, mine in [
            ("int at(int x) {\n  return x;\n}\n", "int at(long);\n"),
            ("constexpr int at = 1;\n", "constexpr long at{2};\n"),
            ("struct at {\n  int x;\n};\n", "class at final : b {};\n"),
            ("template <class T>\nT& at(T& x) {\n}\n", "enum at { x };\n"),
            ("using at = int;\n", "using at = long;\n"),
            ("std::array<int, 2> at\n  = {1, 2};\n", "bool at[2];\n"),
        ]:
            found = self.check(
                helpers,
                tests__core__a_test_dot_cpp=both % other,
                tests__core__b_test_dot_cpp=both % mine,
            )
            self.assertEqual(["tests/core/b_test.cpp:5"], found, mine)

    def test_helpers_may_share_names_with_what_is_not_compiled_with_them(self):
        helper = "namespace {\n\nint at(int x) {\n  return x;\n}\n\n}\n"
        self.assertEqual(
            [],
            self.check(
                helpers,
                core__a_dot_cpp=helper + "int to(int x) {\n  return x;\n}\n",
                core__b_dot_cpp="int to(long x) {\n  int at = 1;\n}\n",
                cli__a_dot_cpp=helper,
                examples__a_dot_cpp=helper,
                examples__b_dot_cpp=helper,
            ),
        )

    def test_helpers_may_be_the_same_alias(self):
        alias = "namespace {\n\nusing list = std::vector<int>;\n\n}\n"
        found = self.check(
            helpers, core__a_dot_cpp=alias, core__b_dot_cpp=alias
        )
        self.assertEqual([], found)

    # -- mirrors --------------------------------------------------------------

    def test_every_source_has_a_test_at_the_same_place(self):
        found = self.findings(
            mirrors,
            core__CMakeLists_dot_txt="troupe_library(core a.cpp x/b.cpp)\n",
            core__a_dot_cpp="",
            core__x__b_dot_cpp="",
            tests__core__CMakeLists_dot_txt="troupe_test(t x/b_test.cpp)\n",
            tests__core__x__b_test_dot_cpp="",
        )
        self.assertEqual(["core/a.cpp"], [x.path for x in found])
        self.assertIn("write tests/core/a_test.cpp", found[0].message)

    def test_what_no_list_names_is_not_built(self):
        self.assertEqual(
            ["core/a.hpp:1", "tests/core/a_test.cpp:1"],
            self.check(
                mirrors,
                core__CMakeLists_dot_txt="troupe_library(core b.hpp)\n",
                core__a_dot_hpp="",
                core__b_dot_hpp="",
                tests__core__a_test_dot_cpp="",
                tests__support__fixture_dot_hpp="",
            ),
        )

    # -- documents ------------------------------------------------------------

    def test_a_document_has_one_title(self):
        self.assertEqual(
            ["none.md:1", "two.md:3"],
            self.check(
                documents,
                none_dot_md="Text\n",
                two_dot_md="# One\n\n# Two\n",
                one_dot_md="# One\n\n```sh\n# a comment\n```\n\n## Part\n",
            ),
        )

    def test_links_lead_somewhere(self):
        found = self.findings(
            documents,
            README_dot_md="# A\n\n[b](docs/b.md#the-part) [c](docs/c.md)\n"
            "[d](docs/b.md#gone) [e](https://example.org/x) [f](#a)\n",
            docs__b_dot_md="# B\n\n## The `part`\n\n[up](../README.md)\n",
        )
        self.assertEqual(
            [("README.md", 3), ("README.md", 4)],
            [(x.path, x.line) for x in found],
        )
        self.assertIn("there is no docs/c.md", found[0].message)
        self.assertIn("has only b, the-part", found[1].message)

    def test_a_test_that_is_named_is_there(self):
        found = self.findings(
            documents,
            docs__a_dot_md="# A\n\nBy `some_test.works`, `some_test.gone`\n"
            "and `tests/some_test.cpp`.\n",
            tests__some_test_dot_cpp="TEST_F(some_test, works) {\n}\n",
        )
        self.assertEqual(
            [("docs/a.md", 3, "there is no test some_test.gone")],
            [(x.path, x.line, x.message) for x in found],
        )

    # -- text -----------------------------------------------------------------

    def test_headers_begin_with_their_guard(self):
        self.assertEqual(
            ["core/a.hpp:1"],
            self.check(
                text,
                core__a_dot_hpp="// Text\n#pragma once\n",
                core__b_dot_hpp="#pragma once\n",
            ),
        )

    def test_long_files_say_why(self):
        long = "int x;\n" * 150
        self.assertEqual(
            ["core/a.hpp:1"],
            self.check(
                text,
                core__a_dot_hpp="#pragma once\n" + long,
                core__b_dot_hpp="#pragma once\n// Long because so.\n" + long,
                core__c_dot_cpp=long,
            ),
        )

    def test_lines_are_clean(self):
        self.assertEqual(
            ["a.cpp:1", "a.cpp:2", "a.cpp:3", "b.cpp:1", "c.cpp:1"],
            self.check(
                text,
                a_dot_cpp="int x; \n\tint y;\n//" + 79 * "z" + "\n",
                b_dot_cpp="int x;\rint y;\n",
                c_dot_cpp="int x;",
            ),
        )

    def test_nothing_of_ones_own_machine_is_named(self):
        self.assertEqual(
            ["a.md:1", "b:1"],
            self.check(
                text,
                a_dot_md="See /" + "work/main\n",
                b="deb http://deb." + "debian.org/debian\n",
                c="${PREFIX}/" + "work/x\n",
            ),
        )


if __name__ == "__main__":
    unittest.main()
