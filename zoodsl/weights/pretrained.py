"""What a file of a pretrained network holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoodsl.diagnostics import Code
from zoodsl.model.nodes import Network, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrained:
    """A network with its weights. ``format`` is ``bigdl``, ``keras`` or ``onnx``.

    The network is in the catalog's terms: channels first, names of layers as in the file. ``unread`` is what of the file
    has no counterpart: only where it was read to be cut, and the network then ends before it.
    """

    format: str
    network: Network
    weights: Weights = field(compare=False, repr=False)
    unread: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDict:
    """Named tensors without a graph, as PyTorch saves them, in the order of the file.

    The architecture they belong to is a block of the language. Not ``ordered``: the file sorts them, so that their
    order says nothing of the network.
    """

    tensors: Mapping[str, Any] = field(compare=False, repr=False)
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be used: a diagnostic in parts."""

    code: Code
    message: str
    help: str = ""
