"""Weights of a network's layers: drawn as Keras 3 does where BigDL cannot, read from a file, or those of another network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.nn.layer import Layer

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.errors import EngineError
from zoodsl.targets.bigdl.library.layouts import Layout, Weights
from zoodsl.targets.initializers import INITIALIZERS


@dataclass(frozen=True)
class Drawn:
    """A layer's weights to draw: its layout, and an initializer and a Keras shape for each weight."""

    layout: Layout
    values: Sequence[tuple[str, tuple[int, ...]]]


def draw_weights(model: KerasNet, seed: int, layers: Mapping[str, Drawn]) -> None:
    """Sets the weights of ``layers``, by their names; the same for equal seeds and names."""
    by_name = layers_by_name(model)
    for name, drawn in layers.items():
        generator = np.random.default_rng([seed, crc32(name.encode())])
        weights = [INITIALIZERS[initializer](shape, generator) for initializer, shape in drawn.values]
        set_keras_weights(by_name[name], drawn.layout, weights)


def load_weights(model: KerasNet, path: Path) -> None:
    """Sets the weights that the ``.npz`` file ``path`` holds for layers of ``model``; an EngineError without the file.

    Its entries are ``layer/0``, ``layer/1`` and so on, as BigDL keeps the weights, and ``layer/mean`` and
    ``layer/variance`` for the statistics of batch normalization.
    """
    if not path.exists():
        raise EngineError(
            f"the pretrained weights `{path.name}` do not lie beside the program, in `{path.parent}`"
        )
    by_name = layers_by_name(model)
    with np.load(path) as file:
        entries: dict[str, dict[str, Array]] = {}
        for entry in file.files:
            name, _, part = entry.rpartition("/")
            entries.setdefault(name, {})[part] = file[entry]
    for name, arrays in entries.items():
        statistics = [arrays.pop(each) for each in ("mean", "variance") if each in arrays]
        set_weights(by_name[name], [arrays[place] for place in sorted(arrays, key=int)], statistics)


def set_keras_weights(layer: Layer, layout: Layout, weights: Weights) -> None:
    """Sets a BigDL layer's weights, and its running statistics, from Keras' list."""
    set_weights(layer, *layout([np.asarray(weight, dtype=np.float32) for weight in weights]))


def set_weights(layer: Layer, arrays: Weights, statistics: Weights) -> None:
    """Sets a BigDL layer's weights, and its running mean and variance where there are some."""
    layer.set_weights(list(arrays))
    if statistics:
        mean, variance = statistics
        layer.set_running_mean(mean)
        layer.set_running_std(variance)  # BigDL's name; it takes the variance


def weighted_layers(model: KerasNet) -> list[str]:
    """The names of the layers that have weights."""
    return [layer.name() for layer in model.layers if layer.value.getWeightsBias()]


def copy_weights(source: KerasNet, target: KerasNet, names: Iterable[str]) -> None:
    """Gives the layers ``names`` of ``target`` the weights and statistics that those of ``source`` have, bit for bit."""
    given, taking = layers_by_name(source), layers_by_name(target)
    for name in names:
        taking[name].value.setWeightsBias(given[name].value.getWeightsBias())
        statistics = given[name].value.getExtraParameter()
        if statistics:
            taking[name].value.setExtraParameter(statistics)


def layers_by_name(model: KerasNet) -> dict[str, Layer]:
    """The layers of a network."""
    return {layer.name(): layer for layer in model.layers}
