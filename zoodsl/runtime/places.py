"""Places: from a line of the program, or a layer that the engine names, to the ``.zoo`` text it comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from zoodsl.runtime.causes import Cause
from zoodsl.source import Span
from zoodsl.targets.target import Program


def place(
    program: Program, lines: Iterable[int], layers: Mapping[str, Span], causes: Sequence[Cause]
) -> Span | None:
    """The spec's text at fault: the layer that the engine names, else the innermost statement that has an origin.

    ``lines`` are the program's lines that were being carried out, innermost first. Those of helpers, which are not
    written for one spec, have no origin; their caller has.
    """
    spans = (_layer(cause.message, layers) for cause in reversed(causes))
    if span := next(filter(None, spans), None):
        return span
    spans = (_origin(program, line) for line in lines)
    return next(filter(None, spans), None)


def _layer(message: str, layers: Mapping[str, Span]) -> Span | None:
    """The layer that a message names, ``Dense[fc1]``; ``Convolution2D[conv1/pad]`` is a part of ``conv1``."""
    for name in reversed(re.findall(r"\w\[([\w/.\-]+)\]", message)):
        for known in (name, name.rpartition("/")[0]):
            if known in layers:
                return layers[known]
    return None


def _origin(program: Program, line: int) -> Span | None:
    """The origin of the statement that covers ``line``; a statement over several lines has it at one of them."""
    if line in program.provenance:
        return program.provenance[line]
    statements = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(program.text))
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
    ]
    around = min((lines for lines in statements if line in lines), key=len, default=range(0))
    return next((program.provenance[near] for near in around if near in program.provenance), None)
