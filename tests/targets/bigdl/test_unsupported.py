"""What BigDL means otherwise, and cannot be made to mean as the language does, is declared with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from zoodsl import testing
from zoodsl.targets.bigdl.network import unsupported


def refused(name: str, shape: tuple[int, ...], **arguments: Any) -> str:
    """Why BigDL does not carry out a layer; empty where it does."""
    network = testing.network_of(testing.call(name, **arguments), (shape,))
    return "; ".join(lacking.reason for _, lacking in unsupported(network))


@pytest.mark.parametrize("name", ["SimpleRNN", "GRU", "LSTM"])
def test_both_ways_without_return_sequences(name: str) -> None:
    """BigDL's Bidirectional joins the outputs of all steps, whatever the wrapped layer gives."""
    each, last = (testing.call(name, units=2, return_sequences=whole) for whole in (True, False))
    assert refused("Bidirectional", (4, 3), layer=each) == ""
    assert "gives the outputs of all steps" in refused("Bidirectional", (4, 3), layer=last)


def test_normalization_of_single_steps() -> None:
    """BigDL folds the steps into the batch, and takes statistics over both."""
    whole, single = "BatchNormalization", testing.call("BatchNormalization")
    assert refused(whole, (4, 3)) == ""
    assert "statistics would be of single steps" in refused("TimeDistributed", (4, 3), layer=single)


@pytest.mark.parametrize(("name", "more"), [("Activation", {}), ("Dense", {"units": 2})])
def test_log_softmax_of_a_series(name: str, more: dict[str, Any]) -> None:
    """BigDL takes vectors alone, and says so when it runs."""
    assert refused(name, (3,), activation="log_softmax", **more) == ""
    assert "for vectors alone" in refused(name, (4, 3), activation="log_softmax", **more)


@pytest.mark.parametrize(
    ("name", "shape", "arguments"),
    [
        ("Conv1D", (9, 3), {"dilation_rate": 2, "padding": "same"}),
        ("Conv2D", (2, 9, 9), {"dilation_rate": (2, 2), "use_bias": False}),
        ("Conv2D", (2, 9, 9), {"dilation_rate": (2, 2), "groups": 2}),
        ("DepthwiseConv2D", (2, 9, 9), {"dilation_rate": (2, 2)}),
    ],
)
def test_dilated_convolutions(name: str, shape: tuple[int, ...], arguments: dict[str, Any]) -> None:
    """BigDL has dilation in some of its convolutions, without groups and never without a bias."""
    size = {"kernel_size": 2 if len(shape) == 2 else (2, 2)}
    size |= {} if name.startswith("Depthwise") else {"filters": 2}
    assert "dilated" in refused(name, shape, **size, **arguments)


@pytest.mark.parametrize("name", ["MaxPooling3D", "AveragePooling3D"])
def test_same_in_volumes(name: str) -> None:
    """BigDL's poolings of volumes add as much before as after."""
    assert refused(name, (2, 3, 3, 3), pool_size=(3, 3, 3), strides=(1, 1, 1), padding="same") == ""
    assert "more after than before" in refused(name, (2, 3, 3, 3), pool_size=(2, 2, 2), padding="same")
