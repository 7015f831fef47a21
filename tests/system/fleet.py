"""A manager and its workers as processes that a script kills, stops and starts.

What their tasks do is to leave a line in a file: the number of the task, the
number of the attempt, and the process that wrote it. The same line is the
task's result, so afterwards the journal can be compared with the file.
"""

import collections
import json
import pathlib
import signal
import subprocess
import time

# Nobody waits so long unless something is stuck.
STUCK_SECONDS = 120
POLL_SECONDS = 0.1
# To read a large journal takes a while: the fleet is to have the processors.
POLLS_PER_COST = 4
TASKS_AT_ONCE = 500


class Stuck(Exception):
    """Nothing moves any more."""


class Fleet:
    """Processes by their names; hosts they run on are words before commands."""

    # How long a task lasts, and how many may wait.
    task_seconds = 0
    waiting_max = 3000

    def __init__(self, program, folder, address="127.0.0.1"):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = pathlib.Path(folder)
        self.address = address
        self.port = 0
        self.processes = {}
        # Tasks with an effect, and others.
        self.submitted = 0
        self.others = 0
        self.ended = 0
        self.files = 0

    # -- what differs between fleets ------------------------------------------

    def host(self, _name):
        """What stands before the command of this process."""
        return []

    def proof(self, _name):
        """The words by which this process proves who it is."""
        return []

    def manager_words(self):
        """What the manager is told of where it listens."""
        return ["--listen", f"{self.address}:{self.port}"]

    def worker_words(self, _name):
        return []

    # -- processes ------------------------------------------------------------

    def spawn(self, name, *words):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self.host(name), self.program, *words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def wait_for_line(self, name, part):
        for line in self.processes[name].stdout:
            if part in line.decode():
                return line.decode().strip()
        raise Stuck(f"{name} ended before it said '{part}': {self.log(name)}")

    def start_manager(self):
        self.spawn(
            "manager", "serve", "--journal", "work.db", *self.manager_words()
        )
        line = self.wait_for_line("manager", "listens on")
        self.port = int(line.rsplit(":", 1)[1])

    def start_worker(self, name):
        self.spawn(
            name, "worker", "--join", f"{self.address}:{self.port}",
            "--name", name, *self.worker_words(name), *self.proof(name),
        )

    def start(self, name):
        if name == "manager":
            self.start_manager()
        else:
            self.start_worker(name)

    def end(self, name, how):
        """Returns the exit status; of a killed one that is -9."""
        process = self.processes.pop(name)
        process.send_signal(how)
        try:
            status = process.wait(STUCK_SECONDS)
        except subprocess.TimeoutExpired:
            raise Stuck(f"{name} does not end: {self.log(name)}") from None
        finally:
            process.stdout.close()
        return status

    def stop(self):
        for name in sorted(self.processes, key=lambda x: x == "manager"):
            self.end(name, signal.SIGTERM)

    def kill_all(self):
        for name in list(self.processes):
            self.end(name, signal.SIGKILL)

    def log(self, name):
        text = (self.folder / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-5:])

    # -- clients --------------------------------------------------------------

    def ask(self, *words):
        """What a client prints as JSON; it asks until there is a manager."""
        began = time.monotonic()
        while True:
            answer = subprocess.run(
                [*self.host("client"), self.program, *words, "--json",
                 "--at", f"{self.address}:{self.port}",
                 *self.proof("client")],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.returncode == 0:
                return json.loads(answer.stdout)
            is_away = "unavailable" in answer.stderr
            if not is_away or time.monotonic() - began > STUCK_SECONDS:
                raise Stuck(f"{' '.join(words)}: {answer.stderr}")

    def submit_text(self, text):
        self.files += 1
        file = self.folder / f"{self.files}.yaml"
        file.write_text(text)
        self.ask("submit", str(file))

    def submit(self, count):
        """Tasks that leave their line, and one that waits for them."""
        self.submit_text(pipeline(self.submitted, count, self.task_seconds))
        self.submitted += count
        self.others += 1

    def total(self):
        return self.submitted + self.others

    def keep_busy(self, tasks):
        """Submits as many of so many as there is room for."""
        while (
            self.submitted < tasks
            and self.total() - self.ended < self.waiting_max
        ):
            self.submit(min(TASKS_AT_ONCE, tasks - self.submitted))

    # -- the journal ----------------------------------------------------------

    def journal(self, command, *words):
        return subprocess.run(
            [self.program, "journal", command, "work.db", *words],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )

    def count_ended(self):
        """By the journal, which knows those of earlier managers, too."""
        info = self.journal("info", "--json")
        if info.returncode == 0:
            found = json.loads(info.stdout)
            if found["failed"] or found["cancelled"]:
                raise Stuck(f"tasks ended otherwise: {found}")
            self.ended = found["completed"]
        return self.ended

    def wait_until_ended(self, count, tasks):
        """Until so many tasks have ended; meanwhile submits up to `tasks`."""
        seen = -1
        moved = time.monotonic()
        while True:
            began = time.monotonic()
            if self.count_ended() >= count:
                return
            cost = time.monotonic() - began
            self.keep_busy(tasks)
            if self.ended != seen:
                seen = self.ended
                moved = time.monotonic()
            if time.monotonic() - moved > STUCK_SECONDS:
                raise Stuck(f"no task has ended for {STUCK_SECONDS} s")
            time.sleep(max(POLL_SECONDS, cost * POLLS_PER_COST))

    def wait_until_all_ended(self, tasks=0):
        while self.submitted < tasks or self.ended < self.total():
            self.wait_until_ended(self.ended + 1, tasks)

    def state(self):
        """For who has to find out why nothing moves."""
        found = [f"{self.ended} of {self.total()} tasks have ended"]
        for name in self.processes:
            found.append(f"{name} said last: {self.log(name)}")
        pending = self.journal("list", "--status", "running", "--limit", "5")
        return "\n".join((*found, pending.stdout))

    def effects(self):
        """(number, attempt, process) of each line that a task has left."""
        text = (self.folder / "effects").read_text()
        return [tuple(x.split()) for x in text.splitlines()]


def pipeline(first, count, seconds):
    numbers = ", ".join(str(x) for x in range(first, first + count))
    wait = f"sleep {seconds}; " if seconds else ""
    return f"""
tasks:
  effect:
    foreach: [{numbers}]
    argv:
      - sh
      - -c
      - >-
        {wait}line="${{item}} $TROUPE_ATTEMPT $$"; echo $line >> effects;
        echo $line
  last:
    needs: effect
    argv: ["true"]
"""


class Findings:
    """What the journal and the effects say when all is over."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.wrong = []
        self.effects = fleet.effects()
        self.compare()
        verdict = fleet.journal("verify")
        self.verdict = verdict.stdout.strip()
        self.expect(verdict.returncode == 0, "the journal", verdict.stderr)

    def expect(self, is_so, what, why):
        if not is_so:
            self.wrong.append(f"{what}: {why}")

    def compare(self):
        export = self.fleet.journal("export")
        self.expect(export.returncode == 0, "journal export", export.stderr)
        lines = (json.loads(x) for x in export.stdout.splitlines())
        records = [x["task"] for x in lines if "task" in x]
        self.expect(
            len({x["id"] for x in records}) == len(records),
            "tasks", "one is in the journal twice",
        )
        expected = self.fleet.total()
        self.expect(
            len(records) == expected, "tasks",
            f"{len(records)} are in the journal instead of {expected}",
        )
        per_task = collections.defaultdict(set)
        for number, attempt, process in self.effects:
            per_task[number].add((attempt, process))
        self.again = sum(1 for x in records if x["attempt"] > 1)
        ends = collections.Counter()
        for record in records:
            ends[self.check_end(record, per_task)] += 1
        for number in range(self.fleet.submitted):
            self.expect(
                ends[str(number)] == 1, f"task {number}",
                f"has {ends[str(number)]} ends",
            )
        lines = collections.Counter(x[0] for x in self.effects)
        self.twice = sum(1 for x in lines.values() if x > 1)
        attempts = collections.Counter(x[:2] for x in self.effects)
        self.uncounted = sum(x - 1 for x in attempts.values())

    def check_end(self, record, per_task):
        """The number of the task, if its end is that of its last attempt."""
        name = record["spec"]["name"]
        self.expect(
            record["status"] == "completed", name, record["status"]
        )
        if name == "last" or record["status"] != "completed":
            return name
        number, attempt, process = record["result"]["stdout"].split()
        self.expect(
            int(attempt) == record["attempt"], name,
            f"attempt {attempt} was let in, {record['attempt']} was current",
        )
        if not name.startswith("effect"):
            return name
        self.expect(
            (attempt, process) in per_task[number], name,
            "its end is that of an attempt without an effect",
        )
        return number

    def report(self, seconds):
        fleet = self.fleet
        print(
            f"{fleet.submitted} tasks with an effect and {fleet.others} others "
            f"have ended once each, in {seconds:.0f} s "
            f"({fleet.total() / seconds:.0f} a second)\n"
            f"{len(self.effects)} effects: those of {self.twice} tasks are "
            f"there more than once; {self.again} tasks ended in a later "
            f"attempt than the first; {self.uncounted} attempts ran again "
            f"under their number, since their start was not written yet\n"
            f"{self.verdict}"
            if not self.wrong
            else "\n".join(self.wrong[:20])
        )
        return 1 if self.wrong else 0
