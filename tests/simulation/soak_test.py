"""The soak finds what fails, whatever it fails with."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import soak

SIMULATION, CRASH, *_ = soak.SUITES

# Writes what a program of googletest would; `verdicts` says what becomes of
# which seed.
PROGRAM = """#!/usr/bin/env python3
import os
import re
import sys
suite = re.fullmatch(r"--gtest_filter=\\*/(\\w+)\\.\\*", sys.argv[1])[1]
first = int(os.environ["TROUPE_SEED_FIRST"])
for seed in range(first, first + int(os.environ["TROUPE_SEEDS"])):
    verdict = {verdicts}.get((suite, seed), "OK")
    print(f"[ RUN      ] seeds/{{suite}}.x/{{seed}}", flush=True)
    if verdict == "crash":
        print(f"it hurts", flush=True)
        os.abort()
    if verdict == "fail":
        print(f"wrong: {{seed}}")
        print(f"[  FAILED  ] seeds/{{suite}}.x/{{seed}}, where (1 ms)")
    else:
        print(f"[       OK ] seeds/{{suite}}.x/{{seed}} (1 ms)")
"""


class SoakTest(unittest.TestCase):
    def soak(self, verdicts, seeds=250, program=PROGRAM):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program")
            path.write_text(program.format(verdicts=verdicts))
            path.chmod(0o755)
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                state = soak.main(str(path), seeds, 1000)
            return state, output.getvalue().replace(str(path), "program")

    def test_is_content_if_all_pass(self):
        state, output = self.soak({})
        self.assertEqual(0, state)
        self.assertIn("0 of 550 runs failed", output)

    def test_says_how_to_run_what_fails(self):
        state, output = self.soak(
            {(SIMULATION, 1007): "fail", (CRASH, 1201): "fail"}
        )
        self.assertEqual(1, state)
        self.assertIn("wrong: 1007\n", output)
        self.assertIn(
            "TROUPE_SEED_FIRST=1007 TROUPE_SEEDS=1 program"
            " '--gtest_filter=*/simulation_test.*'",
            output,
        )
        self.assertIn("seed 1201 of crash_test failed", output)
        self.assertIn("2 of 550 runs failed", output)

    def test_goes_on_after_one_that_ends_the_process(self):
        state, output = self.soak(
            {(SIMULATION, 1007): "crash", (SIMULATION, 1009): "fail"}
        )
        self.assertEqual(1, state)
        self.assertIn("it hurts\nseed 1007 of simulation_test failed", output)
        self.assertIn("seed 1009 of simulation_test failed", output)
        self.assertIn("2 of 550 runs failed", output)

    def test_runs_no_more_than_it_is_told_to(self):
        _, output = self.soak(
            {(CRASH, 1002): "fail", (CRASH, 1003): "fail"}, seeds=3
        )
        self.assertIn("1 of 8 runs failed", output)

    def test_a_program_that_runs_nothing_has_failed(self):
        state, output = self.soak({}, seeds=1, program="#!/bin/sh\necho no\n")
        self.assertEqual(1, state)
        self.assertIn("no\nseed 1000 of simulation_test failed", output)


if __name__ == "__main__":
    unittest.main()
