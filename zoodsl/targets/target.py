"""What a target gives: a program, and for each of its lines the place in the spec that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A generated program: ``provenance`` gives, for a line counted from 1, the spec's text behind it.

    ``attachments`` are files by name that lie beside the program, such as pretrained weights; a name holds a hash of
    the content. ``features``: its ``main`` can keep what frozen layers give for rows in a folder ``features``. Equal plans give equal text and equal files, byte for byte.
    """

    target: str
    text: str
    provenance: Mapping[int, Span]
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    features: bool = False


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a target cannot carry out an operator, in words for its user, and what to write instead."""

    reason: str
    help: str = ""
