"""Names that the target's helper modules define, as symbols for programs."""

from __future__ import annotations

from zoodsl.targets.pyast import Symbol

HELPERS = "zoodsl.targets.bigdl.library"
"""The package whose modules are put into programs, whole and only when used."""


def helper(name: str) -> Symbol:
    """A name that a helper module defines."""
    return Symbol(HELPERS, name)
