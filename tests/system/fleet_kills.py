"""Kills workers and the manager of a fleet in a loop, under load.

    fleet_kills.py PROGRAM [TASKS [KILLS]]

Afterwards every task has to have ended once, by the journal, and every effect
has to be there. Prints how many attempts had their effect twice, which is what
may happen to one that a kill has interrupted, and ends with 1 if anything is
wrong.
"""

import collections
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

TASKS_AT_ONCE = 500
WORKERS = ("east", "west")


class Fleet:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.port = 0
        self.processes = {}
        self.start_manager()
        for name in WORKERS:
            self.start_worker(name)

    def spawn(self, name, *arguments):
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [self.program, *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE if name == "manager" else log,
            stderr=log,
        )

    def start_manager(self):
        self.spawn(
            "manager", "serve", "--journal", "work.db",
            "--listen", f"127.0.0.1:{self.port}",
        )
        line = self.processes["manager"].stdout.readline().decode()
        if "listens on" not in line:
            raise SystemExit(f"the manager did not start: {line}")
        self.port = int(line.rsplit(":", 1)[1])

    def start_worker(self, name):
        self.spawn(
            name, "worker", "--join", f"127.0.0.1:{self.port}", "--name", name
        )

    def kill(self, name):
        process = self.processes[name]
        process.send_signal(signal.SIGKILL)
        process.wait()
        if name == "manager":
            self.start_manager()
        else:
            self.start_worker(name)

    def ask(self, *arguments):
        """What a client prints as JSON; it asks until it is answered."""
        while True:
            answer = subprocess.run(
                [self.program, *arguments, "--json",
                 "--at", f"127.0.0.1:{self.port}"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            if answer.returncode == 0:
                return json.loads(answer.stdout)
            # It had been accepted before the manager was killed.
            if b"duplicate" in answer.stderr:
                return {}

    def stop(self):
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait()


def pipeline(first, count):
    """Tasks that leave their number behind, and one that waits for them."""
    numbers = ", ".join(str(x) for x in range(first, first + count))
    return f"""
defaults: {{retry: {{max_retries: 3}}}}
tasks:
  effect:
    foreach: [{numbers}]
    argv: [sh, -c, "echo ${{item}} >> effects"]
  last:
    needs: effect
    argv: ["true"]
"""


def main(program, tasks=10_000, kills=30):
    random.seed(tasks + kills)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fleet = Fleet(program, folder)
        submitted = 0
        groups = 0
        began = time.monotonic()
        done = 0
        while submitted < tasks or done < submitted + groups or kills > 0:
            if submitted < tasks:
                count = min(TASKS_AT_ONCE, tasks - submitted)
                file = folder / f"{groups}.yaml"
                file.write_text(pipeline(submitted, count))
                fleet.ask("submit", str(file))
                submitted += count
                groups += 1
            if kills > 0:
                kills -= 1
                fleet.kill(random.choice((*WORKERS, "manager")))
            ended = count_ended(fleet, folder)
            done = sum(ended.values())
            bad = {k: v for k, v in ended.items() if k != "completed"}
            if bad:
                print(f"ended otherwise: {bad}")
                return 1
        seconds = time.monotonic() - began
        fleet.stop()
        return check(program, folder, submitted, groups, seconds)


def count_ended(fleet, folder):
    """By status; the journal knows those of earlier managers, too."""
    info = subprocess.run(
        [fleet.program, "journal", "info", "work.db", "--json"],
        cwd=folder, capture_output=True, check=False,
    )
    if info.returncode != 0:
        return {}
    found = json.loads(info.stdout)
    return {
        x: found[x] for x in ("completed", "failed", "cancelled") if found[x]
    }


def check(program, folder, submitted, groups, seconds):
    verdict = subprocess.run(
        [program, "journal", "verify", "work.db"], cwd=folder,
        capture_output=True, text=True, check=False,
    )
    effects = collections.Counter(
        (folder / "effects").read_text().split()
    )
    missing = [x for x in range(submitted) if str(x) not in effects]
    twice = sum(1 for x in effects.values() if x > 1)
    print(
        f"{submitted} tasks and {groups} that waited for them completed in "
        f"{seconds:.0f} s; {twice} effects are there more than once, "
        f"{len(missing)} are missing; {verdict.stdout.strip()}"
    )
    return 1 if missing or verdict.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(x) for x in sys.argv[2:])))
