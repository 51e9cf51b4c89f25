"""Specs to try laws on, drawn, what is compiled of them."""

from __future__ import annotations

import re

from zoodsl.compiler import Compilation
from zoodsl.targets.target import Program
from zoodsl.testing import specs

TEXTS = specs()
"""Texts of drawn specs, of samples alone: they may be compiled in any folder."""

LINE = re.compile(r"\bdrawn\.zoo:\d+")


def compiled(text: str) -> Compilation:
    """The compilation of a drawn text, which has no errors."""
    compilation = Compilation("drawn.zoo", text=text)
    assert [each.message for each in compilation.diagnostics if compilation.has_errors] == [], text
    return compilation


def program(compilation: Compilation) -> Program | None:
    """The program for BigDL; None where BigDL lacks a layer of the network."""
    made = compilation.program("bigdl")
    # What an engine lacks is told when a program is asked for, and is no error of the spec.
    assert made is not None or compilation.has_errors
    return made


def without_lines(text: str) -> str:
    """A program without the lines of the spec that its statements stem from."""
    return LINE.sub("drawn.zoo", text)
