"""The rules of the language, a module a group; importing this package registers every code."""

from zoodsl.diagnostics.rules import (
    bases,
    data,
    environment,
    frames,
    judging,
    names,
    network,
    running,
    statements,
    surgery,
    syntax,
    targets,
    training,
    values,
)

__all__ = [
    "bases",
    "data",
    "environment",
    "frames",
    "judging",
    "names",
    "network",
    "running",
    "statements",
    "surgery",
    "syntax",
    "targets",
    "training",
    "values",
]
