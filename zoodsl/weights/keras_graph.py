"""The graph of a Keras model: layers called on tensors, models nested in models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.keras_file import Layer, group_names, is_operation
from zoodsl.weights.views import View

Reference = tuple[str, int, int]
"""A tensor: the layer that gives it, at which of its calls, and which of its outputs it is."""

MODELS = ("Sequential", "Functional", "Model")


class Walker(Protocol):
    """What makes a network of a model's layers, in the order of their calls."""

    def input(self, layer: Layer) -> View:
        """The network's input that an input layer of the outermost model is."""

    def call(self, layer: Layer, inputs: Sequence[View]) -> View | None:
        """A layer called on its inputs; None where it has no counterpart, which has been told."""


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    layer: Layer
    sources: tuple[Reference, ...]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a model stands: the names of those that it is nested in, where its tensors are, and what it is called on.

    ``given`` is None for the outermost.
    """

    path: tuple[str, ...] = ()
    group: str = ""
    given: Sequence[View | None] | None = None


def walk(model: Mapping[str, Any], walker: Walker) -> list[View | None]:
    """Calls all layers of a model, and of those nested in it; gives its outputs, None where one could not be made.

    Raises UnsupportedError where the graph itself cannot be followed.
    """
    return _run(model, walker, _Place())


def _run(model: Mapping[str, Any], walker: Walker, place: _Place) -> list[View | None]:
    kind, config = model["class_name"], model["config"]
    if kind not in MODELS:
        raise UnsupportedError(
            "is a model whose graph is Python code",
            "save a Functional or Sequential model, or export it as ONNX",
        )
    entries = config if isinstance(config, list) else config["layers"]
    layers = [
        Layer(
            _kind(entry), (*place.path, entry.get("name") or entry["config"]["name"]), group, entry["config"]
        )
        for entry, group in zip(entries, group_names(entries, place.group), strict=True)
    ]
    if kind == "Sequential":
        built = None if isinstance(config, list) else config.get("build_input_shape")
        return _run_chain(layers, entries, walker, place, built)
    return _run_graph(config, layers, walker, place)


def _run_chain(
    layers: Sequence[Layer], entries: Sequence[Mapping[str, Any]], walker: Walker, place: _Place, built: Any
) -> list[View | None]:
    if place.given is None:
        start = layers[0]
        if start.kind != "InputLayer":
            shape = start.config.get("batch_shape") or start.config.get("batch_input_shape") or built
            start = Layer("InputLayer", (*place.path, "input"), "", {"name": "input", "batch_shape": shape})
        tensors: list[View | None] = [walker.input(start)]
    else:
        tensors = list(place.given)
    for layer, entry in zip(layers, entries, strict=True):
        if layer.kind != "InputLayer":
            tensors = _called(layer, entry, walker, tensors)
    return tensors


def _run_graph(
    config: Mapping[str, Any], layers: Sequence[Layer], walker: Walker, place: _Place
) -> list[View | None]:
    entries = {layer.path[-1]: entry for layer, entry in zip(layers, config["layers"], strict=True)}
    calls = [
        _Call(replace(layer, given=besides), sources, index)
        for layer, entry in zip(layers, config["layers"], strict=True)
        for index, (sources, besides) in enumerate(_inbound(layer, node) for node in entry["inbound_nodes"])
    ]
    starts, ends = list(_ends(config["input_layers"])), list(_ends(config["output_layers"]))
    first = _first_calls(calls, ends)
    tensors: dict[Reference, View | None] = {}
    by_name = {layer.path[-1]: layer for layer in layers}
    for index, (name, *_) in enumerate(starts):
        tensors[name, 0, 0] = walker.input(by_name[name]) if place.given is None else place.given[index]
    waiting = [call for call in calls if call.sources]
    while waiting:
        left = []
        for call in waiting:
            if not all(source in tensors for source in call.sources):
                left.append(call)
                continue
            name, given = call.layer.path[-1], [tensors[source] for source in call.sources]
            for output, result in enumerate(_called(call.layer, entries[name], walker, given)):
                tensors[name, call.index + first.get(name, 0), output] = result
        if len(left) == len(waiting):
            raise UnsupportedError(f"has a layer `{left[0].layer.name}` whose inputs are nowhere made")
        waiting = left
    return [tensors.get(end) for end in ends]


def _called(
    layer: Layer, entry: Mapping[str, Any], walker: Walker, given: list[View | None]
) -> list[View | None]:
    if layer.kind not in MODELS:
        present = [each for each in given if each is not None]
        return [walker.call(layer, present) if len(present) == len(given) else None]
    if layer.given:
        key, value = next(iter(layer.given.items()))
        raise UnsupportedError(f"has a model `{layer.name}` in it that is called with `{key}` = {value}")
    return _run(entry, walker, _Place(path=layer.path, group=f"{layer.group}/", given=given))


def _kind(entry: Mapping[str, Any]) -> str:
    """A layer's class, or the name of a function as ``keras.ops.Add`` (Keras 3) or ``tf.math.add`` (Keras 2)."""
    if entry["class_name"] == "TFOpLambda":
        return f"tf.{entry['config'].get('function')}"
    return f"keras.ops.{entry['class_name']}" if is_operation(entry) else str(entry["class_name"])


def _inbound(layer: Layer, node: Any) -> tuple[tuple[Reference, ...], dict[int | str, Any]]:
    """The tensors that a call reads, and what else it is given."""
    sources: list[Reference] = []
    given: dict[int | str, Any] = {}
    if isinstance(node, dict):
        for position, value in enumerate(_flat(node.get("args", []))):
            reference = _reference(value)
            if reference is not None:
                sources.append(reference)
            elif value is not None:
                given[position] = value
        _by_keyword(layer, node.get("kwargs", {}), sources, given)
        return tuple(sources), given
    for entry in [node] if node and isinstance(node[0], str) else node:
        reference = _reference(entry)
        if reference is None:
            raise UnsupportedError(f"has a layer `{layer.name}` that is called on {entry}")
        sources.append(reference)
        _by_keyword(layer, entry[3] if len(entry) > 3 else {}, sources, given)
    return tuple(sources), given


def _by_keyword(
    layer: Layer, keywords: Mapping[str, Any], sources: list[Reference], given: dict[int | str, Any]
) -> None:
    for key, value in keywords.items():
        reference = _reference(value)
        if reference is not None and key in ("y", "x2"):  # the second operand of a function
            sources.append(reference)
        elif any(_reference(each) is not None for each in (value, *_flat(value))):
            raise UnsupportedError(f"gives the layer `{layer.name}` a tensor by keyword: `{key}`")
        elif value is not None and not (key == "training" and value is False) and key != "name":
            given[key] = value


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list) and _reference(value) is None:
        for each in value:
            yield from _flat(each)
    else:
        yield value


def _reference(value: Any) -> Reference | None:
    """A tensor in Keras 3's form or that of Keras 2, None if it is none."""
    match value:
        case {
            "class_name": "__keras_tensor__",
            "config": {"keras_history": [str(name), int(call), int(output)]},
        }:
            return name, call, output
        case [str(name), int(call), int(output), *_]:
            return name, call, output
    return None


def _ends(value: Any) -> Iterator[Reference]:
    """A model's inputs or outputs: one, a list, or a dictionary of them."""
    reference = _reference(value)
    if reference is not None:
        yield reference
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _ends(each)


def _first_calls(calls: Sequence[_Call], ends: Sequence[Reference]) -> dict[str, int]:
    """By which number the first call of each nested model is referred to: its own graph may count as the first."""
    models = {call.layer.path[-1] for call in calls if call.layer.kind in MODELS}
    found: dict[str, int] = {}
    for name, index, _ in (*ends, *(source for call in calls for source in call.sources)):
        if name in models:
            found[name] = min(found.get(name, index), index)
    return found


def called_often(counts: Counter[str], layer: Layer) -> None:
    """Counts the calls of a layer that has weights; a second one could not share them."""
    counts[layer.name] += 1
    if counts[layer.name] > 1:
        raise UnsupportedError(
            "is called more than once, so that its calls share weights", "give each call a layer of its own"
        )
