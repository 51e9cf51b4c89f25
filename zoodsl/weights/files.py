"""Reads a file of a pretrained network, whatever its format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights.content import Foreign, recognise
from zoodsl.weights.pretrained import Pretrained, Problem, StateDict

Content = Pretrained | StateDict | tuple[Problem, ...]
"""What reading gives. Problems are all that the file has, one or more."""


class Reader(Protocol):
    """A module of this package that reads one format."""

    def read(self, path: str, span: Span, shape: Shape | None = ..., /, *, to_be_cut: bool = ...) -> Content:
        """The content of the file at ``path``; ``span`` is given to its nodes.

        May raise OSError, and ImportError where a package that it needs is not installed.
        """


READERS = {
    "bigdl": "zoodsl.weights.bigdl",
    "keras": "zoodsl.weights.keras",
    "h5": "zoodsl.weights.keras",
    "onnx": "zoodsl.weights.onnx",
    "torch": "zoodsl.weights.torch",
    "safetensors": "zoodsl.weights.safetensors",
}
"""The reader of each format: a module with ``read(path, span)``, imported when a file of that format is met."""

GRAPHS = {"bigdl", "keras", "h5", "onnx"}
"""Formats with a graph; their ``read`` takes a shape, and whether the network is to be cut."""

FORMATS = "BigDL's own (`.model`), Keras (`.keras`, `.h5`), ONNX (`.onnx`) and PyTorch (`.pth`) are read"


def read_pretrained(path: str, span: Span, shape: Shape | None = None, *, to_be_cut: bool = False) -> Content:
    """What the file at ``path`` holds, told by its content. ``span`` is given to its network and nodes.

    ``shape`` is that of the network's one input, for files that leave it open. A network that is ``to_be_cut`` may have
    parts that cannot be read, and has all nodes, also those that lead to other outputs than its first. Nothing that a
    file holds is run.
    """
    name = Path(path).name
    try:
        content = recognise(path)
        if isinstance(content, Foreign):
            return (
                Problem(
                    rules.UNREADABLE_MODEL,
                    f"`{name}` is no saved network: it is {content.what}",
                    content.help or FORMATS,
                ),
            )
        reader = cast("Reader", import_module(READERS[content]))
        if content in GRAPHS:
            return reader.read(path, span, shape, to_be_cut=to_be_cut)
        return reader.read(path, span)
    except IsADirectoryError:
        return (
            Problem(
                rules.UNREADABLE_MODEL,
                f"`{name}` is a folder, not the file of a network",
                "name the file in it; a SavedModel of TensorFlow is first turned into ONNX or BigDL's format",
            ),
        )
    except OSError as problem:
        why = problem.strerror or str(problem)
        return (Problem(rules.UNREADABLE_MODEL, f"`{name}` cannot be read: {why[:1].lower()}{why[1:]}"),)
    except ImportError as problem:
        return (
            Problem(
                rules.PACKAGE_MISSING,
                f"`{name}` cannot be read: the package `{problem.name}` is not installed",
                "install what reads pretrained networks: `pip install 'zoodsl[weights]'`",
            ),
        )
