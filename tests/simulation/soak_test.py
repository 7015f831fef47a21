"""The soak finds what fails, whatever it fails with."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import soak

# Writes what a program of googletest would; `verdicts` says what becomes of
# which seed.
PROGRAM = """#!/usr/bin/env python3
import os
first = int(os.environ["TROUPE_SEED_FIRST"])
for seed in range(first, first + int(os.environ["TROUPE_SEEDS"])):
    verdict = {verdicts}.get(seed, "OK")
    print(f"[ RUN      ] seeds/simulation_test.x/{{seed}}", flush=True)
    if verdict == "crash":
        print(f"it hurts", flush=True)
        os.abort()
    if verdict == "fail":
        print(f"wrong: {{seed}}")
        print(f"[  FAILED  ] seeds/simulation_test.x/{{seed}}, where (1 ms)")
    else:
        print(f"[       OK ] seeds/simulation_test.x/{{seed}} (1 ms)")
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
        self.assertIn("0 of 250 seeds failed", output)

    def test_says_how_to_run_what_fails(self):
        state, output = self.soak({1007: "fail", 1201: "fail"})
        self.assertEqual(1, state)
        self.assertIn("wrong: 1007\n", output)
        self.assertIn("TROUPE_SEED_FIRST=1007 TROUPE_SEEDS=1 program", output)
        self.assertIn("seed 1201 failed", output)
        self.assertIn("2 of 250 seeds failed", output)

    def test_goes_on_after_one_that_ends_the_process(self):
        state, output = self.soak({1007: "crash", 1009: "fail"})
        self.assertEqual(1, state)
        self.assertIn("it hurts\nseed 1007 failed", output)
        self.assertIn("seed 1009 failed", output)
        self.assertIn("2 of 250 seeds failed", output)

    def test_runs_no_more_than_it_is_told_to(self):
        _, output = self.soak({1002: "fail", 1003: "fail"}, seeds=3)
        self.assertIn("1 of 3 seeds failed", output)

    def test_a_program_that_runs_nothing_has_failed(self):
        state, output = self.soak({}, seeds=1, program="#!/bin/sh\necho no\n")
        self.assertEqual(1, state)
        self.assertIn("no\nseed 1000 failed", output)


if __name__ == "__main__":
    unittest.main()
