"""Every source is built, and every one of a library has its test."""

import re

from . import layers

TESTED = (
    "core",
    "messages",
    "storage",
    "link",
    "actors",
    "agents",
    "control",
    "cli",
)

# Source -> why it has no test of its own.
UNTESTED = {
    "actors/runtime_impl.cpp": "tests/actors/runtime_test.cpp tests both",
    "actors/agent_host_limits.cpp": "agent_host_deadlines_test.cpp tests it",
    "actors/door_connection.cpp": "runtime_nodes_test.cpp connects by it",
    "actors/link_connector.cpp": "runtime_nodes_test.cpp connects by it",
    "actors/node_network.cpp": "runtime_nodes_test.cpp listens and joins",
    "core/work_queue_attempts.cpp": "tests/core/work_queue*_test.cpp",
    "storage/sqlite_images.cpp": "tests/storage/sqlite_journal_test.cpp",
    "storage/sqlite_journal_audit.cpp": "sqlite_journal_test.cpp tests it",
    "storage/sqlite_journal_commit.cpp": "sqlite_journal_test.cpp tests it",
    "storage/sqlite_journal_forget.cpp": "sqlite_journal_test.cpp tests it",
    "storage/sqlite_journal_read.cpp": "sqlite_journal_test.cpp tests it",
    "link/admission.cpp": "tests/link/listener_test.cpp tests it",
    "link/asio_sources.cpp": "has nothing of ours",
    "link/byte_stream.cpp": "tests/link/connection_test.cpp tests it",
    "link/call.cpp": "tests/link/dialer_test.cpp tests it",
    "link/io_thread.cpp": "tests/link/listener_test.cpp stops it",
    "link/relay.cpp": "tests/link/connection_test.cpp tests it",
    "link/resolve.cpp": "tests/link/dialer_test.cpp tests it",
    "cli/client_command.cpp": "hands over to cli/client_commands.hpp",
    "cli/main.cpp": "calls what is tested, and nothing else",
    "cli/certs_command.cpp": "tests/system/cli_certs_test.cpp runs it",
    "cli/journal_command.cpp": "tests/system/cli_journal_test.cpp runs it",
    "cli/pipeline_run.cpp": "tests/system/cli_run_test.cpp runs it",
    "cli/run_command.cpp": "tests/system/cli_run_test.cpp runs it",
    "cli/run_display.cpp": "writes what tested functions render",
    "cli/runtime_fleet.cpp": "tests/system/cli_nodes_test.cpp asks it",
    "cli/serve_command.cpp": "tests/system/cli_nodes_test.cpp runs it",
    "cli/signals.cpp": "tests/system/cli_run_test.cpp sends it signals",
    "cli/supervised.cpp": "tests/system/cli_nodes_test.cpp kills what it runs",
    "cli/worker_command.cpp": "tests/system/cli_nodes_test.cpp runs it",
    "control/desk.cpp": "tests/control/remote_channel_test.cpp asks it",
}


def check(tree):
    for file in tree.under(TESTED, ".cpp"):
        test = f"tests/{file.path.removesuffix('.cpp')}_test.cpp"
        if test not in tree.paths and file.path not in UNTESTED:
            yield file.finding(
                1, f"has no test: write {test}, or say why in {__name__}"
            )
    yield from check_listed(tree)


def check_listed(tree):
    """A header of a library that is not listed is not installed."""
    lists = {
        x.path: set(re.split(r'[\s()"]+', x.text))
        for x in tree.named("CMakeLists.txt")
    }
    for file in tree.under(layers.FOLDERS, ".cpp") + tree.under(TESTED, ".hpp"):
        parts = file.path.split("/")
        # Any folder above may list it, by its path from there.
        if not any(
            "/".join(parts[depth:])
            in lists.get("/".join([*parts[:depth], "CMakeLists.txt"]), ())
            for depth in range(1, len(parts))
        ):
            yield file.finding(
                1, "is in no CMakeLists.txt: list it, so that it is built"
            )
