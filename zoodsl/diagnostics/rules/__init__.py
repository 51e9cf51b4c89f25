"""The rules of the language, a module a group; importing this package registers every code."""

from zoodsl.diagnostics.rules import (
    data,
    environment,
    names,
    network,
    running,
    statements,
    syntax,
    targets,
    training,
    values,
)

__all__ = [
    "data",
    "environment",
    "names",
    "network",
    "running",
    "statements",
    "syntax",
    "targets",
    "training",
    "values",
]
