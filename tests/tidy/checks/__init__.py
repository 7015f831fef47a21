"""What tests/tidy checks, one module per kind of finding.

Each module has a function `check(tree)` that yields findings.
"""
