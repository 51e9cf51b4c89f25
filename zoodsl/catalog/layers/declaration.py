"""How a layer is declared: what form of input it takes, and the rules that follow from it.

The rules given to ``layer`` see the one input's shape and say what is wrong as a phrase after the layer's
name ("has a window of ..."); ``layer`` itself turns away an input of the wrong form, a softmax over
an image, and puts the name before the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from zoodsl.catalog.operator import Arguments, Layer, Mismatch, Parameter, Weight
from zoodsl.types import Shape, elements, show


class Form(Enum):
    """What a tensor of so many dimensions is, in the words that messages use."""

    VECTOR = 1
    SERIES = 2
    IMAGE = 3
    VOLUME = 4

    @property
    def phrase(self) -> str:
        """Article, name and dimensions: ``a series (steps x features)``."""
        return _PHRASES[self]


_PHRASES = {
    Form.VECTOR: "a vector",
    Form.SERIES: "a series (steps x features)",
    Form.IMAGE: "an image (channels x height x width)",
    Form.VOLUME: "a volume (channels x depth x height x width)",
}

_ADVICE = {
    (Form.VECTOR, Form.SERIES): "put `Flatten()` or `GlobalAveragePooling1D()` before it",
    (Form.VECTOR, Form.IMAGE): "put `Flatten()` or `GlobalAveragePooling2D()` before it",
    (Form.VECTOR, Form.VOLUME): "put `Flatten()` or `GlobalAveragePooling3D()` before it",
    (Form.SERIES, Form.VECTOR): "put `RepeatVector(steps)` or `Reshape(steps x features)` before it",
    (Form.SERIES, Form.IMAGE): "put `Reshape(steps x features)` before it",
    (Form.SERIES, Form.VOLUME): "put `Reshape(steps x features)` before it",
    (Form.IMAGE, Form.VECTOR): "put `Reshape(channels x height x width)` before it",
    (
        Form.IMAGE,
        Form.SERIES,
    ): "put `Reshape(channels x height x width)` before it, or use the layer's 1D form",
    (
        Form.IMAGE,
        Form.VOLUME,
    ): "put `TimeDistributed(...)` around it for a series of images, or use the layer's 3D form for a volume",
    (Form.VOLUME, Form.VECTOR): "put `Reshape(channels x depth x height x width)` before it",
    (Form.VOLUME, Form.SERIES): "put `Reshape(channels x depth x height x width)` before it",
    (
        Form.VOLUME,
        Form.IMAGE,
    ): "put `Reshape(channels x depth x height x width)` before it, or use the layer's 2D form",
}

ANY = tuple(Form)
"""Takes whatever comes, also tensors of more than four dimensions."""

InputRule = Callable[[Arguments, Shape], Shape | Mismatch]
InputWeights = Callable[[Arguments, Shape], tuple[Weight, ...]]
InputCost = Callable[[Arguments, Shape, Shape], int]
MergeRule = Callable[[Arguments, tuple[Shape, ...]], Shape | Mismatch]


def same_shape(_arguments: Arguments, given: Shape) -> Shape:
    """The shape rule of a layer that works element by element."""
    return given


def no_weights(_arguments: Arguments, _given: Shape) -> tuple[Weight, ...]:
    """The weight rule of a layer that learns nothing."""
    return ()


def no_flops(_arguments: Arguments, _given: Shape, _output: Shape) -> int:
    """The cost rule of a layer that only moves numbers, or does nothing at inference."""
    return 0


def flops_an_element(count: int) -> InputCost:
    """The cost rule of ``count`` operations for each number of the output."""
    return lambda _arguments, _given, output: count * elements(output)


def keras(name: str) -> str:
    """The citation of a layer whose definition is Keras 3's."""
    return f"Keras 3: keras.layers.{name}"


def layer(  # noqa: PLR0913 - a declaration is its keywords, one a fact
    name: str,
    *,
    doc: str,
    shape: InputRule,
    takes: tuple[Form, ...] = ANY,
    parameters: tuple[Parameter, ...] = (),
    weights: InputWeights = no_weights,
    flops: InputCost = no_flops,
    source: str = "",
    old_names: tuple[str, ...] = (),
    random: bool = False,
    integer_input: bool = False,
) -> Layer:
    """A layer of one input. Without ``source`` its definition is Keras 3's layer of the same name."""

    def checked(arguments: Arguments, inputs: tuple[Shape, ...]) -> Shape | Mismatch:
        (given,) = inputs
        result = _wrong_form(takes, given) or shape(arguments, given)
        if not isinstance(result, Mismatch):
            result = _softmax_over_image(arguments, result) or result
        return _named(name, result)

    return Layer(
        name=name,
        doc=doc,
        source=source or keras(name),
        parameters=parameters,
        old_names=old_names,
        shape=checked,
        weights=lambda arguments, inputs: weights(arguments, inputs[0]),
        flops=lambda arguments, inputs, output: flops(arguments, inputs[0], output),
        random=random,
        integer_input=integer_input,
    )


def merge(  # noqa: PLR0913 - see layer
    name: str,
    *,
    doc: str,
    shape: MergeRule,
    flops: Callable[[Arguments, tuple[Shape, ...], Shape], int],
    parameters: tuple[Parameter, ...] = (),
    inputs: tuple[int, int | None] = (2, None),
    old_names: tuple[str, ...] = (),
) -> Layer:
    """A layer that joins several inputs and learns nothing; defined by Keras 3's layer of the same name."""
    return Layer(
        name=name,
        doc=doc,
        source=keras(name),
        parameters=parameters,
        old_names=old_names,
        shape=lambda arguments, shapes: _named(name, shape(arguments, shapes)),
        weights=lambda _arguments, _shapes: (),
        flops=flops,
        inputs=inputs,
    )


def form(shape: Shape) -> Form | None:
    """What a tensor of this shape is, None past a volume's four dimensions."""
    return Form(len(shape)) if 1 <= len(shape) <= len(Form) else None


def _wrong_form(takes: tuple[Form, ...], given: Shape) -> Mismatch | None:
    has = form(given)
    if has in takes or takes == ANY:
        return None
    wanted = " or ".join(accepted.phrase for accepted in takes)
    what = has.phrase if has else f"a tensor of {len(given)} dimensions"
    return Mismatch(
        f"takes {wanted}, but its input is {show(given)}, {what}",
        _ADVICE[takes[0], has] if has else f"put `Reshape(...)` to {takes[0].phrase} before it",
    )


def _softmax_over_image(arguments: Arguments, output: Shape) -> Mismatch | None:
    # Keras means the last axis: the channels where they come last, but a row of pixels where they come first.
    called = arguments.get("activation")
    if called not in ("softmax", "log_softmax") or form(output) in (Form.VECTOR, Form.SERIES):
        return None
    what = "image" if form(output) is Form.IMAGE else "volume"
    return Mismatch(
        f"has a {called} over the {what} {show(output)}, but {called} is for vectors and series",
        f"make it a vector with `Flatten()` or `GlobalAveragePooling{3 if what == 'volume' else 2}D()` first, then put "
        "`Softmax()`",
        "activation",
    )


def _named(name: str, result: Shape | Mismatch) -> Shape | Mismatch:
    return replace(result, message=f"`{name}` {result.message}") if isinstance(result, Mismatch) else result
