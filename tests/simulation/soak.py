"""Runs the simulations with many seeds, in several processes.

    soak.py PROGRAM [SEEDS [FIRST]]

Whatever fails is printed with how to run it again, also if it ends the process
or does not come back; the seeds after it are run all the same.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import time

SEEDS = 10_000
# One whole system each: it lives on, or crashes, or crashes with schedules, or
# is a fleet. The last two take long, so they have a tenth of the seeds.
SUITES = {
    "simulation_test": 1,
    "crash_test": 1,
    "schedule_crash_test": 10,
    "fleet_test": 10,
}
# So that all processes have something to do until the end.
SEEDS_AT_ONCE = 100
# For as many seeds; in a slow build they take one.
MINUTES_MAX = 20

BEGAN = re.compile(rb"^\[ RUN      \] .*/(\d+)$", re.MULTILINE)
PASSED = re.compile(rb"^\[       OK \] .*/(\d+) \(", re.MULTILINE)


def run(program, suite, first, count):
    """What the program writes about these seeds of a suite."""
    environment = dict(
        os.environ, TROUPE_SEED_FIRST=str(first), TROUPE_SEEDS=str(count)
    )
    try:
        return subprocess.run(
            [program, f"--gtest_filter=*/{suite}.*"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60 * MINUTES_MAX,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as late:
        return late.stdout or b""


def failures(program, suite, first, count):
    """Pairs of each seed that fails and what was written about it."""
    end = first + count
    while first < end:
        output = run(program, suite, first, end - first)
        began = [(int(x[1]), x.start()) for x in BEGAN.finditer(output)]
        passed = {int(x[1]) for x in PASSED.finditer(output)}
        if not began:
            yield first, output
            return
        places = [at for _, at in began[1:]] + [len(output)]
        for (seed, at), until in zip(began, places):
            if seed not in passed:
                yield seed, output[at:until]
        # If one has ended the process, those after it have not been run.
        first = began[-1][0] + 1


def main(program, seeds=SEEDS, first=None):
    seeds = int(seeds)
    first = int(time.time()) if first is None else int(first)
    print(f"{seeds} seeds from {first}", flush=True)
    failed = done = 0
    parts = [
        (suite, part, min(SEEDS_AT_ONCE, first + seeds - part) // share or 1)
        for part in range(first, first + seeds, SEEDS_AT_ONCE)
        for suite, share in SUITES.items()
    ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda x: list(failures(program, *x)), parts)
        for parts_done, (suite, _, count) in enumerate(parts, 1):
            for seed, output in next(found):
                failed += 1
                sys.stdout.write(output.decode(errors="replace"))
                print(
                    f"seed {seed} of {suite} failed. Again:\n"
                    f"  TROUPE_SEED_FIRST={seed} TROUPE_SEEDS=1 {program}"
                    f" '--gtest_filter=*/{suite}.*'",
                    flush=True,
                )
            done += count
            if parts_done % (10 * len(SUITES)) == 0:
                print(f"{done} done", flush=True)
    print(f"{failed} of {done} runs failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4 or not all(
        x.isdecimal() and int(x) > 0 for x in sys.argv[2:]
    ):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
