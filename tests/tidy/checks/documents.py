"""Documents have one title, links that lead somewhere, and tests that exist."""

import posixpath
import re

FENCE = re.compile(r"^\s*(```|~~~)")
HEADING = re.compile(r"^(#+)\s+(.*?)\s*#*$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"^[a-z]+:")
NAMED_TEST = re.compile(r"`(\w+_test\.\w+)`")
TEST = re.compile(r"\b(?:TEST\w*|RC_GTEST\w*)\(\s*(\w+),\s*(\w+)")


def check(tree):
    documents = {x.path: x for x in tree.named(".md")}
    for file in documents.values():
        yield from check_title(file)
        yield from check_links(tree, documents, file)
        yield from check_tests(tree, file)


def prose(file):
    """The numbered lines that are not code."""
    fenced = False
    for number, line in enumerate(file.lines, 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def headings(file):
    for number, line in prose(file):
        match = HEADING.match(line)
        if match:
            yield number, len(match.group(1)), match.group(2)


def check_title(file):
    titles = [number for number, level, _ in headings(file) if level == 1]
    if not titles:
        yield file.finding(1, "has no title: begin with one line '# ...'")
    for number in titles[1:]:
        yield file.finding(number, "is a second title: make it '##'")


def anchor(title):
    """The name GitHub gives a heading."""
    title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def check_links(tree, documents, file):
    for number, line in prose(file):
        for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
            target = match.group(1) or match.group(2)
            if ELSEWHERE.match(target):
                continue
            path, _, name = target.partition("#")
            folder = posixpath.dirname(file.path)
            path = posixpath.normpath(posixpath.join(folder, path))
            path = path if target[0] != "#" else file.path
            if not (tree.root / path).exists():
                yield file.finding(number, f"{target}: there is no {path}")
            elif name and path in documents:
                names = [anchor(x) for _, _, x in headings(documents[path])]
                if name not in names:
                    yield file.finding(
                        number, f"{target}: {path} has only {', '.join(names)}"
                    )


def check_tests(tree, file):
    named = [
        (number, match.group(1))
        for number, line in prose(file)
        for match in NAMED_TEST.finditer(line)
        if not match.group(1).endswith((".cpp", ".hpp", ".py"))
    ]
    if not named:
        return
    known = {
        f"{suite}.{case}"
        for source in tree.named(".cpp")
        for suite, case in TEST.findall(source.text)
    }
    for number, name in named:
        if name not in known:
            yield file.finding(number, f"there is no test {name}")
