"""How files are written: sizes, blanks, guards, and what they may name."""

import re

# Lines a file may have before it has to say why, by its ending.
LINES_MAX = {".hpp": 150, ".cpp": 400, ".py": 400}
COLUMNS_MAX = 80

EXCUSE = re.compile(r"^\s*(?://|#|///)\s*Long because\b")
EXCUSE_WITHIN = 20

# Nobody but us can see the places where this was made, and which mirrors a
# machine gets its packages from is its own affair. (This file names them.)
FORBIDDEN = re.compile(
    r"(?<![\w.}])/work/"
    r"|\b(?:deb|snapshot|ftp)\.debian\b"
    r"|\b(?:pypi\.org|pythonhosted|npmjs|crates\.io|proxy\.golang)"
)

WRITTEN_BY_HAND = (".hpp", ".cpp", ".py", ".cmake", "CMakeLists.txt", "dev")


def check(tree):
    for file in tree.files:
        yield from check_blanks(file)
        yield from check_size(file)
        yield from check_names(file)
    for file in tree.named(".hpp"):
        if file.lines[:1] != ["#pragma once"]:
            yield file.finding(1, "has to begin with '#pragma once'")


def check_blanks(file):
    # Bytes as others send them, some of which happen to be text.
    if "/corpus/" in file.path:
        return
    if file.text and not file.text.endswith("\n"):
        yield file.finding(len(file.lines), "ends amid a line: break it")
    if "\r" in file.text:
        yield file.finding(1, "has carriage returns: end lines with LF alone")
    for number, line in enumerate(file.lines, 1):
        if line != line.rstrip():
            yield file.finding(number, "blanks at the end of a line: remove")
        if "\t" in line:
            yield file.finding(number, "a tab: indent with spaces")
        if (
            len(line) > COLUMNS_MAX
            and file.name.endswith(WRITTEN_BY_HAND)
            and "://" not in line
        ):
            yield file.finding(
                number, f"{len(line)} columns: break it at {COLUMNS_MAX}"
            )


def check_size(file):
    for ending, lines_max in LINES_MAX.items():
        if not file.name.endswith(ending) or len(file.lines) <= lines_max:
            continue
        if not any(EXCUSE.match(x) for x in file.lines[:EXCUSE_WITHIN]):
            yield file.finding(
                1,
                f"{len(file.lines)} lines, more than {lines_max}: split it by "
                "concept, or say why in a comment at its top that begins "
                "with 'Long because'",
            )


def check_names(file):
    if file.path == "tests/tidy/checks/text.py":
        return
    for number, line in enumerate(file.lines, 1):
        match = FORBIDDEN.search(line)
        if match:
            yield file.finding(
                number, f"{match.group()}: name nothing of one's own machine"
            )
