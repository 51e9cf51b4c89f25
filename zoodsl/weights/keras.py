"""Networks that Keras saved whole: ``.keras`` archives of Keras 3, and ``.h5`` files of Keras 2 and 3.

Images of a file with channels last become images with channels first: an input of (height, width, channels) is one of
channels x height x width here, and so is an output.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights.assembly import CUT_BEFORE, Assembly, UnsupportedError, one_output
from zoodsl.weights.keras_calls import Call
from zoodsl.weights.keras_file import Layer, NotAModelError, Saved, opened
from zoodsl.weights.keras_graph import called_often, walk
from zoodsl.weights.keras_layers import LAYERS
from zoodsl.weights.pretrained import Pretrained, Problem
from zoodsl.weights.views import View, whole

_CODE = "Lambda"
"""The layer that holds Python code, which is never run."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What comes of a file whose parts are missing or not what they should be."""


def read(
    path: str, span: Span, shape: Shape | None = None, *, to_be_cut: bool = False
) -> Pretrained | tuple[Problem, ...]:
    """The network in a file of Keras, with its weights.

    ``shape`` is that of its one input, channels first, for files that leave its size open. One that is ``to_be_cut``
    has all layers that could be read, those that lead to other outputs too.
    """
    name = Path(path).name
    try:
        with opened(path) as saved:
            return _Walk(saved, name, span, shape).network(to_be_cut=to_be_cut)
    except NotAModelError as problem:
        what, help_ = problem.args
        return (Problem(rules.UNREADABLE_MODEL, f"`{name}` {what}", help_),)
    except (*_BROKEN, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            raise  # the disk's, not the content's
        why = f"{type(problem).__name__}: {problem}"
        return (
            Problem(
                rules.UNREADABLE_MODEL,
                f"`{name}` is no sound file of Keras ({why})",
                "copy or save it again: `model.save(...)`",
            ),
        )


class _Walk:
    """A walk over the calls of a model's layers, which makes the network."""

    def __init__(self, saved: Saved, file: str, span: Span, shape: Shape | None) -> None:
        self.saved, self.file, self.open_shape = saved, file, shape
        self.assembly = Assembly(span)
        self.problems: list[Problem] = []
        self.calls: Counter[str] = Counter()
        self.channels_first = "channels_first" in set(_values(saved.model, "data_format"))

    def network(self, *, to_be_cut: bool) -> Pretrained | tuple[Problem, ...]:
        output: str | None = None
        try:
            views = walk(self.saved.model, self)
            if not self.problems:
                self.check_weights()
                if not to_be_cut:
                    one_output(views)
                output = self.output(views[0])
        except UnsupportedError as problem:
            self.refuse(f"the model {problem.message}", problem.help)
        return self.assembly.finish("keras", output, self.problems, to_be_cut=to_be_cut)

    def output(self, view: View | None) -> str | None:
        """The node that is the model's first output; an image is channels first in the network."""
        return None if view is None else self.assembly.node(self.turned(view))

    def turned(self, view: View) -> View:
        """A tensor channels first, if it is an image that is not."""
        is_image = len(view.shape) == 3 and not self.channels_first
        return view.arranged(view.order.transpose(2, 0, 1)) if is_image else view

    def check_weights(self) -> None:
        left = self.saved.unclaimed()
        if left:
            named = f"`{left[0]}`" + (f" and {len(left) - 1} more" if len(left) > 1 else "")
            message = f"`{self.file}`: the weights {named} belong to no layer of its network"
            self.problems.append(
                Problem(rules.WEIGHTS_MISFIT, message, "save it as `.keras`, which tells them apart")
            )

    def input(self, layer: Layer) -> View:
        sizes = layer.config.get("batch_shape") or layer.config.get("batch_input_shape") or ()
        shape = tuple(sizes[1:])
        turned = len(shape) == 3 and not self.channels_first
        first = (shape[2], *shape[:2]) if turned else shape
        if None in first and self.open_shape is not None and len(self.open_shape) == len(first):
            first = tuple(
                given if size is None else size for size, given in zip(first, self.open_shape, strict=True)
            )
        if None in first or not sizes:
            shown = "x".join("?" if size is None else str(size) for size in first)
            raise UnsupportedError(
                f"has an input `{layer.name}` of no fixed size: {shown or '?'}",
                "say its size after `load`: `expects 3x224x224`",
            )
        self.assembly.builder.input(layer.name, first)
        view = whole(layer.name, first)
        return view.arranged(view.order.transpose(1, 2, 0)) if turned else view

    def call(self, layer: Layer, inputs: Sequence[View]) -> View | None:
        try:
            made = self.called(layer, inputs)
        except UnsupportedError as problem:
            self.refuse(f"the layer `{layer.name}`, {layer.kind}, {problem.message}", problem.help)
            return None
        self.assembly.name(layer.name, self.turned(made))
        return made

    def called(self, layer: Layer, inputs: Sequence[View]) -> View:
        if layer.kind == _CODE:
            raise UnsupportedError(
                "holds Python code, which is never run here",
                "replace it by a layer of Keras, or cut the network before it and save it",
            )
        kind = layer.kind
        if kind not in LAYERS or layer.given:
            # HDF5 files do not tell functions from layers; with anything but tensors, only functions are called.
            kind = kind if "." in kind else f"keras.ops.{kind}"
        if kind not in LAYERS:
            besides = "".join(f" and is called with `{key}` = {value}" for key, value in layer.given.items())
            raise UnsupportedError(f"has no counterpart in the language{besides}")
        layer = replace(layer, kind=kind)
        weights = tuple(self.saved.tensors(layer))
        if weights:
            called_often(self.calls, layer)
        modern = not self.saved.version.startswith(("1.", "2."))
        return LAYERS[kind](Call(self.assembly, layer, tuple(inputs), weights, modern))

    def refuse(self, what: str, help: str = "") -> None:  # noqa: A002 - the word of diagnostics
        self.problems.append(
            Problem(rules.UNSUPPORTED_OPERATOR, f"`{self.file}`: {what}", help or CUT_BEFORE)
        )


def _values(part: Any, key: str) -> Iterator[Any]:
    """All values of a key, however deep it stands."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name == key and isinstance(value, str):
                yield value
            else:
                yield from _values(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _values(value, key)
