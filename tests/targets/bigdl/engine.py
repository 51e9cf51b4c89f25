"""Networks on BigDL's real engine, built by the very text that a generated program has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoodsl.model.nodes import Network
from zoodsl.targets.bigdl.bindings.library import HELPERS
from zoodsl.targets.bigdl.bindings.weights import layout
from zoodsl.targets.bigdl.network import holder_name, network_functions
from zoodsl.targets.inlining import homes
from zoodsl.targets.pyast import Expression, Page, render, symbols


def namespace(*expressions: Expression) -> dict[str, Any]:
    """The names that these expressions use, imported."""
    found: dict[str, Any] = {}
    for symbol in (symbol for expression in expressions for symbol in symbols(expression)):
        module = homes(HELPERS)[symbol.name] if symbol.module == HELPERS else symbol.module
        exec(f"from {module} import {symbol.name}", found)
    return found


def evaluate(expression: Expression, **names: Any) -> Any:
    """The value of an expression of a program, in which ``names`` stand for what the program defines itself."""
    text = "\n".join(line.text for line in render(expression))
    return eval(text, namespace(expression) | names)


def build(network: Network, seed: int = 1) -> Any:
    """The BigDL model that the program's function ``network()`` makes."""
    from zoodsl.targets.bigdl.library.engine import quiet

    (function,) = network_functions(network, 0, seed)
    page = Page()
    page.function(function)
    names = namespace(*(statement.value for statement in function.body))
    exec(page.text, names)
    with quiet():
        return names["network"]()


def set_weights(model: Any, network: Network, weights: Mapping[str, Sequence[np.ndarray]]) -> None:
    """Gives the model's layers these weights, in Keras' layout, by node."""
    from zoodsl.targets.bigdl.library.weights import set_keras_weights

    layers = {layer.name(): layer for layer in model.layers}
    for node in network.layers:
        if weights.get(node.name):
            set_keras_weights(layers[holder_name(node)], evaluate(layout(node.operation)), weights[node.name])


def forward(model: Any, network: Network, inputs: Sequence[np.ndarray]) -> np.ndarray:
    """The model's outputs in inference mode. BigDL drops the axis of a single channel, as its image reader does."""
    model.set_evaluate_status()
    given = [
        array[:, 0] if array.ndim == 4 and array.shape[1] == 1 else array
        for array in (np.asarray(array, np.float32) for array in inputs)
    ]
    assert len(given) == len(network.inputs)
    result: np.ndarray = model.forward(given[0] if len(given) == 1 else given)
    return result
