"""Checks the sources and documents for what no compiler checks.

    python3 -B tests/tidy/check.py [ROOT]

Prints what it finds as FILE:LINE: MESSAGE and ends with 1 if that is anything.
"""

import pathlib
import sys

from checks import calls, documents, helpers, layers, mirrors, text, tree

CHECKS = (layers, calls, helpers, mirrors, documents, text)


def main(arguments):
    here = pathlib.Path(__file__).resolve()
    root = pathlib.Path(arguments[0]) if arguments else here.parents[2]
    files = tree.Tree(root)
    findings = sorted({x for check in CHECKS for x in check.check(files)})
    for finding in findings:
        print(finding)
    print(f"{len(files.files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
