"""Calls that have no place here, or only in one."""

import dataclasses
import re

from . import layers

# Folders whose behaviour must follow from their arguments alone, so that
# tests can replay it in virtual time.
DETERMINISTIC = ("core", "messages", "actors")


@dataclasses.dataclass(frozen=True)
class Rule:
    pattern: re.Pattern
    folders: tuple
    instead: str
    # Path -> why it may.
    allowed: dict


def rule(pattern, folders, instead, allowed=None):
    return Rule(re.compile(pattern), folders, instead, allowed or {})


RULES = (
    rule(
        r"\b(?:system|steady|high_resolution)_clock::now\b",
        DETERMINISTIC,
        "take `now` as an argument; actors ask self->clock()",
        {
            "actors/runtime_impl.cpp": (
                "sets the actor clock by the calendar, once"
            ),
            "actors/countdown.hpp": "an application's thread waits by it",
        },
    ),
    rule(
        r"\bthis_thread::sleep_\w+|\b(?:usleep|nanosleep)\b",
        (*DETERMINISTIC, "tests"),
        "wait for what is to happen; in tests move the virtual clock",
    ),
    rule(
        r"\b(?:s?rand|rand_r|drand48)\s*\(|\brandom_device\b",
        DETERMINISTIC,
        "take a seeded generator as an argument",
        {"actors/runtime_impl.cpp": "picks the seed of all generators"},
    ),
    rule(
        r"\bgetenv\b",
        DETERMINISTIC,
        "read the environment in cli/ and pass on what it says",
    ),
    rule(
        r"\bCAF_VERSION|\bCAF_(?:MAJOR|MINOR|PATCH)_VERSION\b|__COUNTER__",
        layers.FOLDERS,
        "ask for CAF's version in messages/compat.hpp and use its names",
        {"messages/compat.hpp": "the one file that knows which CAF this is"},
    ),
)


def check(tree):
    for file in tree.under(layers.FOLDERS, *layers.CPP):
        for one in RULES:
            if file.folder not in one.folders or file.path in one.allowed:
                continue
            for number, line in enumerate(file.code_lines, 1):
                match = one.pattern.search(line)
                if match:
                    called = match.group().strip("( ")
                    yield file.finding(number, f"{called}: {one.instead}")
