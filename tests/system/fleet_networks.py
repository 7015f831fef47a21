"""Breaks and mends the network between a manager and its workers, under load.

    fleet_networks.py PROGRAM [TASKS]

Makes three hosts, which are network namespaces at a bridge, with a manager on
one and workers on the others, which speak TLS. Beside the load there are tasks
that last until they are told to end; by them it measures when a worker that was
cut off stops what it has, and when that begins elsewhere. Afterwards every task
has to have ended once. Needs root and the program ip, and says so if it cannot
do its work. Where the kernel has no netem, the network is slowed by a narrow
band instead of a delay.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import fleet as fleets

ADDRESSES = {"manager": "10.77.0.1", "east": "10.77.0.2", "west": "10.77.0.3"}
WORKERS = ("east", "west")
SLOTS = 8
# No more than a worker has slots, so that one alone can take them over.
HOLDS = 8
SLOW_TASKS = 500
# The default: when a node is given up.
DEAD_AFTER = 10
# What a busy machine may add to that.
SLACK = 5

# Where packets are lost one way only, a worker that hears nothing closes its
# connection, and the manager sees that: by default it would not wait for the
# end of the worker's lease (docs/nodes.md).
MANAGER = """
name: manager
liveness: {gone_after: 10s}
listen:
  address: 10.77.0.1
  port: 7117
  ca: certs/ca.crt
  certificate: certs/manager.crt
  key: certs/manager.key
"""

AGENTS = f"""
agents:
  programs: {{capabilities: [process.run], slots: {SLOTS}}}
"""

# $(date) is later than the thing it is about, by the time a process takes.
HOLD = """
tasks:
  hold:
    foreach: [{numbers}]
    priority: critical
    timeout: 0
    argv:
      - sh
      - -c
      - |
        say() {{
          echo "$1 ${{item}} $TROUPE_ATTEMPT $HOST $(date +%s.%N)" >> holds
        }}
        trap 'say stop; exit 1' TERM
        say begin
        until [ -e {go} ]; do sleep 0.05; done
        say end
        echo "${{item}} $TROUPE_ATTEMPT $$"
"""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Network:
    """Hosts with one wire each to a bridge, which is a namespace, too."""

    def __init__(self):
        self.made = []
        self.hub = self.make("hub")
        run("ip", "-n", self.hub, "link", "add", "name", "bridge", "type",
            "bridge")
        self.hub_ip("link", "set", "bridge", "up")
        for name, address in ADDRESSES.items():
            host = self.make(name)
            self.hub_ip("link", "add", "name", f"to-{name}", "type", "veth",
                        "peer", "name", "wire", "netns", host)
            self.hub_ip("link", "set", f"to-{name}", "master", "bridge", "up")
            run("ip", "-n", host, "link", "set", "lo", "up")
            run("ip", "-n", host, "address", "add", f"{address}/24", "dev",
                "wire")
            run("ip", "-n", host, "link", "set", "wire", "up")

    def full_name(self, name):
        return f"troupe-{os.getpid()}-{name}"

    def make(self, name):
        full = self.full_name(name)
        run("ip", "netns", "add", full)
        self.made.append(full)
        return full

    def remove(self):
        for name in self.made:
            run("ip", "netns", "delete", name)

    def hub_ip(self, *words):
        run("ip", "-n", self.hub, *words)

    def cut(self, name):
        """The host notices that its wire is dead."""
        self.hub_ip("link", "set", f"to-{name}", "down")

    def join(self, name):
        self.hub_ip("link", "set", f"to-{name}", "up")

    def take_off_bridge(self, name):
        """Nobody notices: what is sent comes to nobody."""
        self.hub_ip("link", "set", f"to-{name}", "nomaster")

    def put_on_bridge(self, name):
        self.hub_ip("link", "set", f"to-{name}", "master", "bridge")

    def misaddress(self, name):
        """What the manager sends to this host is lost; the other way works."""
        run("ip", "-n", self.full_name("manager"), "neighbour", "replace",
            ADDRESSES[name], "lladdr", "02:00:00:00:00:99", "dev", "wire",
            "nud", "permanent")

    def address(self, name):
        run("ip", "-n", self.full_name("manager"), "neighbour", "delete",
            ADDRESSES[name], "dev", "wire")

    def slow(self, name):
        """What it was slowed by."""
        traffic = ("ip", "netns", "exec", self.hub, "tc", "qdisc", "replace",
                   "dev", f"to-{name}", "root")
        try:
            run(*traffic, "netem", "delay", "200ms", "50ms", "loss", "5%")
            return "200 ms of delay and 5 % of loss"
        except OSError:
            run(*traffic, "tbf", "rate", "256kbit", "burst", "4kb", "latency",
                "500ms")
            return "256 kbit/s (a delay is skipped: no netem in this kernel)"

    def speed_up(self, name):
        run("ip", "netns", "exec", self.hub, "tc", "qdisc", "delete", "dev",
            f"to-{name}", "root")


class Hosts(fleets.Fleet):
    task_seconds = 0.2
    waiting_max = 300

    def __init__(self, program, folder, network):
        super().__init__(program, folder, ADDRESSES["manager"])
        self.network = network
        self.rounds = 0
        (self.folder / "manager.yaml").write_text(MANAGER)
        (self.folder / "agents.yaml").write_text(AGENTS)
        os.chdir(folder)
        run(self.program, "certs", "ca", "certs")
        for name in (*ADDRESSES, "client"):
            run(self.program, "certs", "node", "certs", name, "--ip",
                ADDRESSES.get(name, "127.0.0.1"))

    def host(self, name):
        namespace = self.network.full_name(
            name if name in ADDRESSES else "manager"
        )
        return ["ip", "netns", "exec", namespace, "env", f"HOST={name}"]

    def proof(self, name):
        words = ["--ca", "certs/ca.crt", "--cert", f"certs/{name}.crt",
                 "--key", f"certs/{name}.key"]
        return [*words, "--as", name] if name == "client" else words

    def manager_words(self):
        return ["--config", "manager.yaml"]

    def worker_words(self, _name):
        return ["--agents", "agents.yaml"]

    def wait_until(self, is_so, what):
        """Of what the test waits for; the load goes on meanwhile."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > fleets.STUCK_SECONDS:
                raise fleets.Stuck(f"not so: {what}")
            self.count_ended()
            self.keep_busy(sys.maxsize)
            time.sleep(fleets.POLL_SECONDS)

    def state_of(self, name):
        nodes = self.ask("nodes")["nodes"]
        return {x["name"]: x["state"] for x in nodes}.get(name, "gone")

    # -- tasks that last ------------------------------------------------------

    def hold(self):
        """Begins some, until both workers have one."""
        self.begin_to_hold()
        while {x.host for x in self.moments("begin")} != set(WORKERS):
            self.let_go()
            self.begin_to_hold()

    def begin_to_hold(self):
        self.rounds += 1
        first = self.rounds * 1000
        numbers = range(first, first + HOLDS)
        self.submit_text(HOLD.format(
            numbers=", ".join(str(x) for x in numbers), go=self.go()
        ))
        self.others += HOLDS
        self.wait_until(
            lambda: {x.number for x in self.moments("begin")} == set(numbers),
            "all tasks that last have begun",
        )

    def go(self):
        return f"go{self.rounds}"

    def let_go(self):
        """They end now; returns when all have."""
        (self.folder / self.go()).touch()
        numbers = {x.number for x in self.moments("begin")}
        self.wait_until(
            lambda: {x.number for x in self.moments("end")} == numbers,
            "all tasks that last have ended",
        )

    def moments(self, kind):
        """Of this round."""
        try:
            lines = (self.folder / "holds").read_text().splitlines()
        except FileNotFoundError:
            return []
        all_of_them = [Moment(*x.split()) for x in lines if x.count(" ") == 4]
        return [
            x for x in all_of_them
            if x.kind == kind and x.number // 1000 == self.rounds
        ]


class Moment:
    def __init__(self, kind, number, attempt, host, at):
        self.kind = kind
        self.number = int(number)
        self.attempt = int(attempt)
        self.host = host
        self.at = float(at)


# -- what is done to them -----------------------------------------------------


def lose(hosts, title, break_, mend, is_killed=False):
    """East is away for long: what it has begins elsewhere."""
    hosts.hold()
    mine = {x.number for x in hosts.moments("begin") if x.host == "east"}
    broken = time.time()
    break_("east")
    hosts.wait_until(
        lambda: mine <= {
            x.number for x in hosts.moments("begin") if x.host == "west"
        },
        "what the worker had has begun elsewhere",
    )
    again = [
        x for x in hosts.moments("begin")
        if x.host == "west" and x.number in mine
    ]
    moved = max(x.at for x in again) - broken
    stops = [x for x in hosts.moments("stop") if x.host == "east"]
    text = f"{title}: its {len(mine)} tasks ran elsewhere after {moved:.1f} s"
    if moved > DEAD_AFTER + SLACK:
        raise fleets.Stuck(f"{text}, which is too late")
    if not is_killed:
        if {x.number for x in stops} != mine:
            raise fleets.Stuck(f"{text}; it has not stopped what it had")
        stopped = max(x.at for x in stops) - broken
        text += f", it had stopped them after {stopped:.1f} s"
        begun = {x.number: x.at for x in again}
        if any(x.at > begun[x.number] for x in stops):
            raise fleets.Stuck(f"{text}: in two places at once")
    mended = time.time()
    mend("east")
    hosts.wait_until(lambda: hosts.state_of("east") == "alive", "it is back")
    back = time.time() - mended
    hosts.let_go()
    print(f"{text}; it was back {back:.1f} s after it could", flush=True)


def bear(hosts, title, break_, mend, until):
    """Something is wrong for a while, and nothing is lost of it."""
    hosts.hold()
    before = {(x.number, x.attempt) for x in hosts.moments("begin")}
    said = break_()
    until()
    mend()
    hosts.let_go()
    after = {(x.number, x.attempt) for x in hosts.moments("begin")}
    if after != before or hosts.moments("stop"):
        raise fleets.Stuck(f"{title}: attempts were lost")
    print(f"{title}: nothing was lost" + (f"; {said}" if said else ""),
          flush=True)


def kill_behind(hosts, network):
    def break_(name):
        network.take_off_bridge(name)
        hosts.end(name, signal.SIGKILL)

    def mend(name):
        network.put_on_bridge(name)
        hosts.start(name)

    return break_, mend


def break_all(hosts, network, tasks):
    hosts.start_manager()
    for name in WORKERS:
        hosts.start_worker(name)
        hosts.wait_for_line(name, "joined")

    def suspected():
        hosts.wait_until(
            lambda: hosts.state_of("east") == "suspect", "it is suspect"
        )

    def run_for_a_while():
        enough = hosts.ended + SLOW_TASKS
        hosts.wait_until(lambda: hosts.ended >= enough, "slow ones end")

    bear(hosts, "east was off the wire until it was suspect",
         lambda: network.cut("east"), lambda: network.join("east"), suspected)
    lose(hosts, "east was cut off", network.cut, network.join)
    lose(hosts, "packets from and to east were lost", network.take_off_bridge,
         network.put_on_bridge)
    lose(hosts, "packets to east were lost, those from it were not",
         network.misaddress, network.address)
    lose(hosts, "east was killed while packets were lost",
         *kill_behind(hosts, network), is_killed=True)
    bear(hosts, f"east was slow for {SLOW_TASKS} tasks",
         lambda: network.slow("east"), lambda: network.speed_up("east"),
         run_for_a_while)
    hosts.wait_until_all_ended(tasks)
    hosts.stop()


def why_not():
    """Why this cannot be tried here; empty if it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for tool in ("ip", "tc"):
        if shutil.which(tool) is None:
            return f"there is no program '{tool}' (Debian: iproute2)"
    return ""


def main(program, tasks=5000):
    network = None
    why = why_not()
    try:
        network = None if why else Network()
    except OSError as problem:
        why = f"no network namespaces here: {problem}"
    if why:
        print(f"skipped: {why}")
        return 0
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        hosts = Hosts(program, pathlib.Path(name), network)
        try:
            break_all(hosts, network, tasks)
        except fleets.Stuck as problem:
            print(f"{problem}\n{hosts.state()}")
            return 1
        finally:
            hosts.kill_all()
            network.remove()
        seconds = time.monotonic() - began
        return fleets.Findings(hosts).report(seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(x) for x in sys.argv[2:])))
