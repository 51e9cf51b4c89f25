"""Keys of features: texts that differ wherever a frozen beginning would give something else for a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import LayerNode, Network, Preprocess
from zoodsl.plan.steps import Fit, PlannedPhase
from zoodsl.targets.bigdl import data
from zoodsl.targets.bigdl.bindings.construct import Merging
from zoodsl.targets.bigdl.bindings.library import HELPERS
from zoodsl.targets.bigdl.bindings.weights import laid_out
from zoodsl.targets.bigdl.network import construction, pretrained_layers
from zoodsl.targets.inlining import excerpts
from zoodsl.targets.pyast import Branch, Call, Expression, render, symbols
from zoodsl.types import show


def feature_keys(fit: Fit, preprocess: Preprocess) -> tuple[str | None, ...]:
    """For each phase the key of its features; None where it has none, or where they depend on the training before.

    They do not where all weights of the beginning come from files, and no phase before has trained them. Nor is there a
    key where the rows that are validated with, or stored for training, are prepared otherwise than for prediction.
    """
    steps = preprocess.steps
    always = replace(preprocess, steps=tuple(step for step in steps if not step.training_only))
    only_training = len(always.steps) < len(steps)
    keys: list[str | None] = []
    for place, phase in enumerate(fit.phases):
        useful = (phase.stored and not only_training) or (not phase.stored and fit.validation is not None)
        if phase.boundary is None or not useful or data.is_redrawn(always):
            keys.append(None)
        else:
            keys.append(_key(fit.network, phase.boundary, fit.phases[:place], always))
    return tuple(keys)


def _key(
    network: Network, boundary: str, earlier: tuple[PlannedPhase, ...], preprocess: Preprocess
) -> str | None:
    """The key of what ``network`` gives up to ``boundary``; None where that depends on the phases before."""
    before = ancestors(network, boundary)
    layers = [layer for layer in network.layers if layer.name in before]
    pretrained = pretrained_layers(network)
    holding = {layer.name for layer in layers if layer.weights}
    if not holding <= pretrained.keys() or any(not holding <= phase.frozen for phase in earlier):
        return None
    digest = sha256("\n".join(_described(network, layers, preprocess)).encode())
    for layer in layers:
        if layer.name in holding:
            arrays, statistics = laid_out(layer.operation, pretrained[layer.name])
            for array in (*arrays, *statistics):
                digest.update(f"{array.dtype} {array.shape}".encode())
                digest.update(array.tobytes())
    return digest.hexdigest()[:16]


def _described(network: Network, layers: list[LayerNode], preprocess: Preprocess) -> Iterator[str]:
    """What the program does up to the boundary, whatever its layers are called, with the helpers that it needs for it."""
    used: list[Expression] = []
    for part in data.preprocessing_function(preprocess, network.inputs).body:
        assert not isinstance(part, Branch)  # noqa: S101 - no step is of training alone
        used.append(part.value)
        yield _text(part.value)
    order = (*(node.name for node in network.inputs), *(layer.name for layer in layers))
    places = {name: place for place, name in enumerate(order)}
    for node in network.inputs:
        yield f"{places[node.name]}: {show(node.shape)}"
    for layer in layers:
        parts: tuple[Call | Merging, ...] = construction(layer).parts
        given = ", ".join(str(places[name]) for name in layer.inputs)
        made = "; ".join(repr(part) if isinstance(part, Merging) else _text(part) for part in parts)
        used += (part for part in parts if not isinstance(part, Merging))
        yield f"{places[layer.name]}: {made} of {given}"
    helpers = (symbol.name for each in used for symbol in symbols(each) if symbol.module == HELPERS)
    for helper in excerpts(HELPERS, helpers):
        yield helper.text


def _text(expression: Expression) -> str:
    return " ".join(line.text.strip() for line in render(expression))
