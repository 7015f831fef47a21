"""The files of a checkout, and what is said about them."""

import dataclasses
import functools
import os
import pathlib
import re

# Folders that hold nothing of ours.
SKIPPED = {".git", ".cache", "build", "__pycache__"}

# A string, character or comment of C++; strings first, because "//" may be
# in one.
CPP_TEXT = re.compile(
    r'R"(?P<tag>[^()\\ ]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*"
    r"|/\*.*?\*/",
    re.DOTALL,
)


def lines_of(text):
    """Unlike splitlines(), ends lines where compilers and editors do."""
    return text.removesuffix("\n").split("\n") if text else []


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """Something to mend, and what to write instead."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class File:
    """One file; its path is relative to the root, with slashes."""

    def __init__(self, root, path):
        self.path = path
        # As it is written: read_text() would hide carriage returns.
        self.text = (root / path).read_bytes().decode("utf-8")

    @property
    def folder(self):
        """The first part of the path: the layer a source belongs to."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @property
    def name(self):
        return self.path.rsplit("/", 1)[-1]

    @functools.cached_property
    def lines(self):
        return lines_of(self.text)

    @functools.cached_property
    def code_lines(self):
        """The lines of a C++ file without comments and text in quotes."""

        def blank(match):
            return re.sub(r"[^\n]", " ", match.group())

        return lines_of(CPP_TEXT.sub(blank, self.text))

    def finding(self, line, message):
        return Finding(self.path, line, message)


class Tree:
    """All text files under a root."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = list(self._read())
        self.paths = {x.path for x in self.files}

    def named(self, *suffixes):
        return [x for x in self.files if x.name.endswith(suffixes)]

    def under(self, folders, *suffixes):
        return [x for x in self.named(*suffixes) if x.folder in folders]

    def _read(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(set(folders) - SKIPPED)
            for name in sorted(names):
                path = pathlib.Path(folder, name)
                try:
                    yield File(
                        self.root, path.relative_to(self.root).as_posix()
                    )
                except UnicodeDecodeError:
                    continue  # A picture or the like.
