"""Sources of a folder may be compiled in one batch, so what their anonymous
namespaces hold has different names: else it clashes or, worse, overloads."""

import collections
import re

from . import layers

# Each is a program of its own.
ALONE = ("examples",)

NAMESPACE = re.compile(r"(?:inline )?namespace(?P<name> [\w:]+)?$")
TEMPLATE = r"(?:template ?<.*?> ?)?"
TYPE = re.compile(
    TEMPLATE + r"(?:class|struct|union|enum|enum class) (?P<name>\w+)"
    r"(?: final)?(?: ?:(?!:).*)?$"
)
ALIAS = re.compile(TEMPLATE + r"using (?P<name>\w+) ?=(?P<what>.*)")
FUNCTION = re.compile(r"[\w>&*\]] ?[&*]* ?\b(?P<name>\w+) ?\(")
VARIABLE = re.compile(r"[\w>&*] ?[&*]* ?\b(?P<name>\w+)(?:\[.*\])?$")
# Macros, what is declared elsewhere, and what declares nothing.
OTHER = re.compile(r"[A-Z][A-Z_0-9]+\b|extern |using |static_assert|namespace ")


def check(tree):
    folders = collections.defaultdict(list)
    for file in tree.under(layers.FOLDERS, ".cpp"):
        if file.folder not in ALONE:
            folders[file.path.rpartition("/")[0]].append(file)
    for files in folders.values():
        yield from check_folder(files)


def check_folder(files):
    seen = {}
    for file in files:
        for line, name, what in declarations(file):
            other, meaning = seen.setdefault(name, (file, what))
            # The same alias twice is one alias.
            if other is not file and (what is None or what != meaning):
                yield file.finding(
                    line,
                    f"{name} is in an anonymous namespace of {other.path}, too:"
                    " rename one, or share it in a header",
                )


def declarations(file):
    """Line, name and, of an alias, meaning of what is in `namespace {}`."""
    scopes = []
    text = ""
    start = 1
    for number, line in enumerate(file.code_lines, 1):
        if line.lstrip().startswith("#"):
            continue
        for char in line + " ":
            inside = all(x != "body" for x in scopes)
            if not inside and char not in "{}":
                continue
            if not text:
                start = number
            head = " ".join(text.split())
            if char == "{":
                match = NAMESPACE.match(head) if inside else None
                scopes.append(
                    ("named" if match["name"] else "anonymous")
                    if match
                    else "body"
                )
                if match:
                    text = ""
                elif inside:
                    if "anonymous" in scopes:
                        yield from declared(start, head)
                    # What follows ends it, or is its initializer's rest.
                    text = "\0"
            elif char == "}":
                if scopes:
                    scopes.pop()
            elif char == ";" or (text == "\0" and not char.isspace()):
                if head and "\0" not in head and "anonymous" in scopes:
                    yield from declared(start, head)
                text = "" if char == ";" else char
                start = number
            elif text or not char.isspace():
                text += char if text != "\0" else ""


def declared(line, head):
    """The one name that this declares, if it does."""
    if OTHER.match(head) and not ALIAS.match(head):
        return
    if match := ALIAS.match(head):
        yield line, match["name"], match["what"].strip()
    elif match := TYPE.match(head):
        yield line, match["name"], None
    else:
        head = re.sub(r" ?=(?!=).*", "", head)
        if match := FUNCTION.search(head) or VARIABLE.search(head):
            yield line, match["name"], None
