"""When engines agree: outputs within a share of the largest, and what float32 itself loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import assume

from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import Network
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy import forward
from zoodsl.targets.numpy.interpreter import Weights

TOLERANCE = 1e-5
"""Of the largest output, however small it is: sums of thousands of products round to float32."""

LOST = 10
"""Where numbers cancel out, as many times what float32 loses against float64 is allowed besides: sums go in any order."""

LARGEST = 1e4
"""A network that explodes is compared where its outputs are smaller: rounding grows with them."""

BOUNDED = {"hard_sigmoid", "hard_tanh", "relu6", "sigmoid", "softsign", "sparse_sigmoid", "tanh"}
"""Gates that let no state grow without end."""

LESS_ONE = {"celu", "elu", "selu"}
"""TensorFlow computes exp(x) - 1, of which nothing is left near 0: what float32 loses of the 1 is lost."""


class Expected(NamedTuple):
    """The reference interpreter's outputs in float32, and what is lost to rounding: its distance from float64's, or more."""

    output: Array
    lost: float


def expected(
    network: Network, weights: Weights, inputs: Sequence[Array], *, training: bool = False
) -> Expected:
    """What engines should give; all of it is finite, for examples on which the network explodes are none."""
    with np.errstate(over="ignore", invalid="ignore"):
        output, exact = (
            forward(network, weights, [each.astype(width) for each in inputs], training=training)
            for width in (np.float32, np.float64)
        )
        lost = float(np.abs(output - exact).max())
    if explodes(network):
        assume(np.abs(exact).max() < LARGEST)
    assert np.isfinite(output).all()
    return Expected(output, max(lost, cancelled(network)))


def cancelled(network: Network) -> float:
    """What an engine loses that takes numbers from each other which are larger than the result, at most 1e-6.

    TensorFlow normalizes by x / deviation - mean / deviation, of which each part may be as large as 1 / sqrt(epsilon).
    """
    sizes = [0.0]
    for name, arguments in called(network):
        if name == "ELU" or arguments.get("activation") in LESS_ONE:
            sizes.append(1.0)
        if arguments.get("epsilon"):
            sizes.append(arguments["epsilon"] ** -0.5)
    return min(1e-6, float(np.finfo(np.float32).eps) * max(sizes))


def called(network: Network) -> Iterator[tuple[str, Arguments]]:
    """The names and arguments of all layers, those that others wrap among them."""
    for node in network.layers:
        yield node.operation.operator.name, node.operation.arguments
        inner = node.operation.arguments.get("layer")
        if inner is not None:
            yield inner.operator.name, inner.arguments


def explodes(network: Network) -> bool:
    """Whether it may grow past what float32 holds: its gates have no bound, or it has exponentials of exponentials."""
    calls = [arguments for _, arguments in called(network)]
    gates = {each["recurrent_activation"] for each in calls if "recurrent_activation" in each}
    exponentials = [each for each in calls if each.get("activation") == "exponential"]
    return bool(gates - BOUNDED) or len(exponentials) > 1


def assert_close(actual: Array, wanted: Array, lost: float = 0.0) -> None:
    """All is within the tolerance of the largest that is wanted, and of what float32 has ``lost``."""
    assert actual.shape == wanted.shape
    # Engines take numbers below float32's least for zeros.
    allowed = TOLERANCE * np.abs(wanted).max() + LOST * lost + np.finfo(np.float32).tiny
    np.testing.assert_allclose(actual, wanted, rtol=0, atol=float(allowed))
