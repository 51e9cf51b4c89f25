"""Networks that BigDL saved: of its classic API, of its Keras-style one, and of Analytics Zoo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.types import Shape, show
from zoodsl.weights.bigdl_format import DamagedError, Module, load
from zoodsl.weights.bigdl_modules import GRAPHS, PASSING, WRAPPING, Reading, in_order, is_known
from zoodsl.weights.bigdl_patterns import composed
from zoodsl.weights.pretrained import Pretrained, Problem

SIDES = (224, 227, 299, 32, 28, 64, 96, 112, 128, 160, 192, 240, 256, 300, 320, 384, 448, 512)
"""The usual heights and widths of images, in the order in which they are tried where a file leaves them open."""

SHAPING = {"Reshape": "size", "View": "sizes", "InferReshape": "size"}
"""Modules that say what they make of an input, and the attribute that does."""

CHANNELS = {
    "SpatialConvolution": "nInputPlane",
    "SpatialShareConvolution": "nInputPlane",
    "SpatialDilatedConvolution": "nInputPlane",
    "SpatialBatchNormalization": "nOutput",
}
FEATURES = {"Linear": "inputSize", "BatchNormalization": "nOutput"}
"""The attribute that says how many channels an image has, or how many numbers a vector."""


def read(
    path: str, span: Span, shape: Shape | None = None, *, to_be_cut: bool = False
) -> Pretrained | tuple[Problem, ...]:
    """The network in the file at ``path``, with its weights.

    The classic API does not say how large an input is: ``shape`` does, else the first usual size that fits. A network
    that is ``to_be_cut`` may end before what cannot be read, and has all nodes.
    """
    try:
        return read_whole(path, span, shape, to_be_cut=to_be_cut)
    except DamagedError as problem:
        help_text = "copy it again, or save it again by `saveModel`"
        said = f"`{Path(path).name}` cannot be read: {problem}"
        return (Problem(rules.UNREADABLE_MODEL, said, help_text),)


def read_whole(
    path: str, span: Span, shape: Shape | None = None, *, to_be_cut: bool = False
) -> Pretrained | tuple[Problem, ...]:
    """The same of a file that should be whole. Raises DamagedError where it is not, or OSError."""
    name = Path(path).name
    root = load(Path(path))
    return (() if to_be_cut else _unknown(root, name)) or _network(
        root, name, span, shape, to_be_cut=to_be_cut
    )


def _unknown(root: Module, file: str) -> tuple[Problem, ...]:
    """A problem for each class of modules that has no counterpart in the catalog."""
    places: dict[str, list[str]] = {}
    for module in _walk(root):
        if not is_known(module):
            places.setdefault(module.type, []).append(module.name)
    return tuple(
        Problem(
            rules.UNSUPPORTED_OPERATOR,
            f"`{file}`: {_listed(names)}, {kind}, has no counterpart in the language",
            "cut before it in BigDL, `model.new_graph([node])`, and save what is left",
        )
        for kind, names in places.items()
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _walk(module: Module) -> Iterator[Module]:
    """The modules that are read one by one, those within containers included."""
    if module.type in WRAPPING:
        yield from _walk(module[WRAPPING[module.type]])
    elif module.type in PASSING and module.modules:
        for inner in module.modules if composed(module) is None else ():
            yield from _walk(inner)
    else:
        yield module


def _network(
    root: Module, file: str, span: Span, shape: Shape | None, *, to_be_cut: bool
) -> Pretrained | tuple[Problem, ...]:
    attempts: list[Reading] = []
    for candidate in _shapes(root, shape):
        attempts.append(Reading(file, span, candidate))
        output = attempts[-1].whole(root)
        if output is not None:
            return attempts[-1].finish(output, to_be_cut=to_be_cut)
    problems = _problems(attempts, file)
    if not to_be_cut or not attempts:
        return problems
    farthest = min(attempts, key=lambda attempt: len(attempt.problems))
    found = farthest.finish(None, to_be_cut=True)
    return replace(found, unread=problems) if isinstance(found, Pretrained) else found


def _problems(attempts: Sequence[Reading], file: str) -> tuple[Problem, ...]:
    """Why no attempt went to the end: what is wrong with every size of the input, or that no size fits."""
    if attempts and all(attempt.problems == attempts[0].problems for attempt in attempts):
        return tuple(attempts[0].problems)
    tried = ""
    if attempts:
        first = attempts[0]
        why = first.problems[0].message.removeprefix(f"`{file}`: ")
        tried = f", and no usual size fits: with {show(first.shape)}, {why}"
    return (
        Problem(
            rules.UNREADABLE_MODEL,
            f"`{file}` does not say how large its input is{tried}",
            "say the size that it was made for: `expects 3x224x224`, or `--input 3x224x224` to a command",
        ),
    )


def _shapes(root: Module, wanted: Shape | None) -> list[Shape]:
    """The shapes that the input may have: what the file says of it, what is ``wanted``, or what fits the first module.

    The empty one, where each input says its own; none where nothing says it.
    """
    if root.input_shape:
        return [root.input_shape]
    if root.is_keras or wanted is not None:
        return [wanted or ()]
    for module in _in_order(root):
        if module.type in SHAPING:
            sizes = tuple(size for size in module[SHAPING[module.type]] if size > 0)
            if sizes:
                return [sizes]
        if module.type in FEATURES:
            return [(module[FEATURES[module.type]],)]
        if module.type in CHANNELS:
            return [(module[CHANNELS[module.type]], side, side) for side in SIDES]
    return []


def _in_order(module: Module) -> Iterator[Module]:
    """The modules from the input on."""
    if not module.modules:
        yield module
        return
    modules: Iterable[Module] = module.modules
    if module.type in GRAPHS:
        by_name = {inner.name: inner for inner in modules}
        modules = [by_name[name] for name in in_order(by_name, module["outputNames"])]
    for inner in modules:
        yield from _in_order(inner)
