"""One call of a Keras layer, and what all kinds of layers need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoodsl.catalog.layers.parameters import ACTIVATIONS
from zoodsl.types import Shape
from zoodsl.weights.assembly import Assembly, UnsupportedError
from zoodsl.weights.keras_file import Layer
from zoodsl.weights.views import Array, View

_RENAMED = {"swish": "silu", "hard_swish": "hard_silu"}


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A layer with its weights, called on tensors, which have no batch and lie as the file has them.

    ``modern`` is Keras 3 or newer.
    """

    assembly: Assembly
    layer: Layer
    inputs: tuple[View, ...]
    weights: tuple[Array, ...]
    modern: bool

    @property
    def name(self) -> str:
        """The layer's name in the network."""
        return self.layer.name

    @property
    def input(self) -> View:
        """The input of a layer that has one."""
        return self.inputs[0]

    def get(self, key: str, default: Any = None) -> Any:
        """What the layer's configuration says; ``default`` where it says nothing."""
        value = self.layer.config.get(key, default)
        return default if value is None else value

    def size(self, key: str, rank: int, default: Any = 1) -> Shape:
        """A size along each of ``rank`` axes, which may be written as one number or a list."""
        value = self.get(key, default)
        return tuple(map(int, value)) if isinstance(value, (list, tuple)) else (int(value),) * rank

    def refuse(self, key: str, *, but: Sequence[Any] = (), why: str = "") -> None:
        """Raises UnsupportedError where the configuration says of ``key`` anything but nothing, or one of ``but``."""
        value = self.layer.config.get(key)
        if value is not None and value not in but:
            raise UnsupportedError(f"has `{key}` = {value}{why}")

    # --- layout

    @property
    def channels_first(self) -> bool:
        """Whether the layer's images have their channels first."""
        return bool(self.get("data_format", "channels_last") == "channels_first")

    def image(self, view: View | None = None) -> str:
        """The node of the one input, an image, channels first."""
        view = view or self.input
        if len(view.shape) != 3:
            raise UnsupportedError(f"takes an image, but is given {len(view.shape)} dimensions")
        return self.assembly.node(
            view if self.channels_first else view.arranged(view.order.transpose(2, 0, 1))
        )

    def as_image(self, node: str) -> View:
        """A node that is an image, as the file has it."""
        view = self.assembly.whole(node)
        return view if self.channels_first else view.arranged(view.order.transpose(1, 2, 0))

    def volume(self) -> str:
        """The node of the one input, a volume, channels first."""
        view = self.input
        if len(view.shape) != 4:
            raise UnsupportedError(f"takes a volume, but is given {len(view.shape)} dimensions")
        return self.assembly.node(
            view if self.channels_first else view.arranged(view.order.transpose(3, 0, 1, 2))
        )

    def as_volume(self, node: str) -> View:
        """A node that is a volume, as the file has it."""
        view = self.assembly.whole(node)
        return view if self.channels_first else view.arranged(view.order.transpose(1, 2, 3, 0))

    def over_places(self, rank: int, operator: str, /, **arguments: Any) -> View:
        """A layer without weights over a series, an image or a volume, whose places lie along ``rank`` axes."""
        given = {1: self.series, 2: self.image, 3: self.volume}[rank]
        wrapped = {1: self.as_series, 2: self.as_image, 3: self.as_volume}[rank]
        return wrapped(self.assembly.layer(self.name, operator, [given()], **arguments))

    def series(self) -> str:
        """The node of the one input, a series (steps, features)."""
        if len(self.input.shape) != 2:
            raise UnsupportedError(f"takes a series, but is given {len(self.input.shape)} dimensions")
        view = self.input
        return self.assembly.node(view.arranged(view.order.T) if self.channels_first else view)

    def as_series(self, node: str) -> View:
        """A node that is a series, as the file has it."""
        view = self.assembly.whole(node)
        return view.arranged(view.order.T) if self.channels_first else view

    # --- activations

    def activation(self, key: str = "activation") -> str:
        """The name of an activation, which may be an object in the configuration."""
        value = self.get(key, "linear")
        if isinstance(value, dict):
            inner = value.get("config")
            value = inner if isinstance(inner, str) else str(value.get("class_name", "")).lower()
        value = _RENAMED.get(value, value)
        if value == "hard_sigmoid" and not self.modern:
            raise UnsupportedError(
                "has Keras 2's `hard_sigmoid`, 0.2 x + 0.5",
                "only Keras 3's, x / 6 + 0.5, is `hard_sigmoid` in the language",
            )
        return str(value)

    def computed(
        self, operator: str, node: str, weights: Sequence[Array], layout: Any, /, **arguments: Any
    ) -> View:
        """A layer with weights, then its activation. ``layout`` makes a view of its node."""
        activation = self.activation()
        is_image = len(self.assembly.shape(node)) > 2
        if activation in ACTIVATIONS and not (is_image and activation in ("softmax", "log_softmax")):
            arguments["activation"] = activation
            view: View = layout(self.assembly.layer(self.name, operator, [node], weights, **arguments))
            return view
        linear = self.assembly.layer(f"{self.name}/linear", operator, [node], weights, **arguments)
        return self.activated(activation, layout(linear))

    def activated(self, activation: str, view: View) -> View:
        """A tensor through an activation, which is a layer, or several, of its own."""
        name = self.name
        match activation:
            case "linear":
                return view
            case "softmax" | "log_softmax":
                rows = view.reshaped((-1, view.shape[-1]))
                return self.assembly.softmax(name, rows, activation).reshaped(view.shape)
            case _ if activation in ACTIVATIONS:
                return self.assembly.unary(name, "Activation", view, activation=activation)
        raise UnsupportedError(f"has the activation `{activation}`, which has no counterpart in the language")

    def shaped(self, tensors: Sequence[Array], order: Array) -> list[Array]:
        """Tensors of one number for each feature of a vector, in the order in which its node has the features."""
        moved = [np.empty_like(tensor) for tensor in tensors]
        for target, tensor in zip(moved, tensors, strict=True):
            target[order] = tensor
        return moved
