"""Caffe's definitions of networks, as far as they are read here: how large the input is."""

from __future__ import annotations

import re
from pathlib import Path

from zoodsl.types import Shape

INPUT = re.compile(
    r'input_shape\s*:?\s*\{(?P<field>[^}]*)\}|type\s*:\s*"Input"[^}]*?shape\s*:?\s*\{(?P<layer>[^}]*)\}|(?P<dims>(?:\binput_dim\s*:\s*\d+\s*)+)'
)
"""The three ways in which a definition says it: by a field, by a layer ``Input``, and by single numbers."""


def input_shape(definition: Path) -> Shape | None:
    """The shape of the network's input in the text file ``definition``, without the batch; None where it is not said.

    Raises OSError if the file cannot be read.
    """
    text = re.sub(r"#.*", "", definition.read_text(encoding="utf-8", errors="replace"))
    found = INPUT.search(text)
    sizes = re.findall(r"dim\s*:\s*(\d+)", found[0]) if found else []
    return tuple(map(int, sizes[1:])) or None
