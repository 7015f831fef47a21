"""Kills workers and the manager of a fleet again and again, under load.

    fleet_kills.py PROGRAM [TASKS [KILLS]]

Kills are spread over the run: between two of them so many tasks have to end.
Afterwards every task has to have ended once, by the journal, with what its
current attempt returned, and every effect has to be there. Prints how many
tasks had their effect more than once, which is what may happen to those that a
kill has interrupted, and ends with 1 if anything is wrong.
"""

import collections
import random
import signal
import sys
import tempfile
import time

import fleet as fleets

WORKERS = ("east", "west")


def run(fleet, tasks, kills):
    fleet.start_manager()
    for name in WORKERS:
        fleet.start_worker(name)
    killed = collections.Counter()
    for i in range(kills):
        fleet.wait_until_ended((i + 1) * tasks // (kills + 1), tasks)
        name = random.choice((*WORKERS, "manager"))
        fleet.end(name, signal.SIGKILL)
        fleet.start(name)
        killed[name] += 1
        print(f"{fleet.ended} have ended; killed {name}", flush=True)
    fleet.wait_until_all_ended(tasks)
    fleet.stop()
    return killed


def main(program, tasks=10_000, kills=30):
    random.seed(tasks + kills)
    with tempfile.TemporaryDirectory() as name:
        fleet = fleets.Fleet(program, name)
        began = time.monotonic()
        try:
            killed = run(fleet, tasks, kills)
        except fleets.Stuck as why:
            print(f"{why}\n{fleet.state()}")
            return 1
        finally:
            fleet.kill_all()
        seconds = time.monotonic() - began
        print(", ".join(f"{x} killed {n} times" for x, n in killed.items()))
        findings = fleets.Findings(fleet)
        findings.expect(
            findings.again > 0 or not any(killed[x] for x in WORKERS),
            "the kills", "none has met a task that ran",
        )
        return findings.report(seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(x) for x in sys.argv[2:])))
