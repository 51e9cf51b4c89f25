"""The registry of diagnostic codes: each mistake has a code, a title and a page that teaches the rule.

Numbers are grouped, a module of ``zoodsl.diagnostics.rules`` each: 0xx files and environment, 1xx
syntax, 2xx names, values and statements (a module each), 3xx networks and shapes, 4xx data and preprocessing, 5xx
training, 6xx weights and surgery, 7xx running, 8xx targets, 9xx properties. Codes are never reused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of mistake: ``ZOO201``. ``teach`` is Markdown: the rule, why it exists, wrong and right."""

    name: str
    title: str
    teach: str
    warning: bool = False

    def __str__(self) -> str:
        return self.name


CODES: dict[str, Code] = {}
"""Every code by name, in order of registration."""


def register(name: str, title: str, teach: str, *, warning: bool = False) -> Code:
    """Registers a code; a second one of the same name is a bug of ours."""
    if name in CODES:
        raise ValueError(f"{name} is registered twice")
    code = CODES[name] = Code(name, title, teach.strip(), warning)
    return code
