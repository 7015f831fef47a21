"""Dependencies run one way, and each library has its place."""

import re

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')

CPP = (".hpp", ".cpp")

# What each folder may include of the others; itself is understood. Tests and
# what else is not named here may include everything.
MAY_INCLUDE = {
    "core": (),
    "messages": ("core",),
    "storage": ("core",),
    "link": ("core",),
    "actors": ("core", "messages", "storage", "link"),
    "agents": ("core", "messages", "storage", "link", "actors"),
    "control": ("core", "messages", "storage", "link", "actors"),
    "cli": (
        "core",
        "messages",
        "storage",
        "link",
        "actors",
        "agents",
        "control",
    ),
    "examples": ("core", "messages", "storage", "link", "actors", "agents"),
    "bench": ("core", "messages", "storage", "link", "actors", "agents"),
}

FOLDERS = (*MAY_INCLUDE, "tests")

# Which folders may include a library, and what the others do instead.
# Libraries that are not named here are everybody's but core's.
LIBRARIES = {
    "caf": (
        ("messages", "actors", "agents", "examples", "tests", "bench"),
        "let an actor do it and speak to it through actors/",
    ),
    "yaml-cpp": (("cli", "tests"), "read files in cli/ and pass on values"),
    "CLI": (("cli", "tests", "bench"), "read the command line in cli/"),
    "sqlite3": (("storage", "tests", "bench"), "ask a journal of storage/"),
    "openssl": (
        ("storage", "link", "tests"),
        "hash it in storage/, prove it in link/",
    ),
    "asio": (("link", "tests"), "let link/ speak to other machines"),
    "gtest": (("tests",), "test it from tests/"),
    "gmock": (("tests",), "test it from tests/"),
    "rapidcheck": (("tests",), "test it from tests/"),
    "benchmark": (("bench",), "measure it from bench/"),
}

LIBRARIES_OF_CORE = ("fmt", "nlohmann", "tl", "tsl")

# Core computes; what these are for is passed to it, or done for it.
NOT_IN_CORE = (
    "condition_variable",
    "filesystem",
    "fstream",
    "future",
    "iostream",
    "mutex",
    "shared_mutex",
    "stop_token",
    "thread",
)


def check(tree):
    for file in tree.under(FOLDERS, *CPP):
        for number, line in enumerate(file.lines, 1):
            match = INCLUDE.match(line)
            if match:
                message = judge(file, *match.groups())
                if message:
                    yield file.finding(number, message)


def judge(file, quote, header):
    """Why this file may not include the header; None if it may."""
    if quote == '"':
        return judge_own(file, header)
    first = header.split("/")[0].removesuffix(".hpp").removesuffix(".h")
    allowed, instead = LIBRARIES.get(first, (FOLDERS, ""))
    if file.folder not in allowed:
        return f"<{header}> in {file.folder}/: {instead}"
    if file.folder != "core":
        return None
    if header in NOT_IN_CORE:
        return (
            f"<{header}> in core/: core is pure; take what it needs as an "
            "argument, or return what is to be done"
        )
    if "/" in header and first not in LIBRARIES_OF_CORE:
        return f"<{header}> in core/: only std and {LIBRARIES_OF_CORE}"
    return None


def judge_own(file, header):
    folder = header.split("/")[0]
    if folder not in FOLDERS or "/" not in header:
        return f'"{header}": spell it from the root, "{file.folder}/..."'
    if folder == file.folder or file.folder == "tests":
        return None
    allowed = MAY_INCLUDE[file.folder]
    if folder not in allowed:
        may = ", ".join(x + "/" for x in allowed) or "no other folder"
        return (
            f'"{header}": {file.folder}/ may include {may}; move what both '
            "need down, or pass it in"
        )
    return None
