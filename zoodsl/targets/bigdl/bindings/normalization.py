"""Normalisations in BigDL, which has them over the channels of images, or over vectors, alone."""

from __future__ import annotations

from zoodsl.catalog.layers.declaration import Form, form
from zoodsl.catalog.layers.normalization import feature_axis
from zoodsl.catalog.operator import Arguments
from zoodsl.targets.bigdl.bindings.construct import TORCH_LAYERS, Construction, construct, made
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape, elements


def batch_normalization(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """BatchNormalization."""
    # Keras: moving = momentum * moving + (1 - momentum) * batch. BigDL's momentum is the batch's share.
    share = round(1.0 - a["momentum"], 12)
    layer = construct("BatchNormalization", epsilon=a["epsilon"], momentum=share)
    return _over_features("BatchNormalization", layer, inputs[0])


def unit_normalization(_: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """UnitNormalization."""
    # Keras divides by max(length, 1e-12), BigDL by the root of what is added to the squares.
    normalize = call(Symbol(TORCH_LAYERS, "Normalize"), 2.0, 1e-24)
    return _over_features("UnitNormalization", construct("KerasLayerWrapper", normalize), inputs[0])


def layer_normalization(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """LayerNormalization, built of layers: BigDL's own does not train its weights, and has another epsilon."""
    given = inputs[0]
    features = given[feature_axis(given)]
    normalize = call(helper("layer_normalization"), features, a["epsilon"])
    layer = construct("KerasLayerWrapper", normalize)
    if form(given) is not Form.VECTOR:
        return _over_features("LayerNormalization", layer, given)
    return made(construct("Reshape", (features, 1, 1)), layer, construct("Reshape", (features,)), holder=1)


def _over_features(name: str, layer: Call, given: Shape) -> Construction | Unsupported:
    """A normalisation over features, which BigDL has of vectors and images alone.

    A series' features become the channels of an image one pixel wide, a volume's depth and height the height of one.
    """
    match form(given):
        case Form.VECTOR | Form.IMAGE:
            return made(layer)
        case Form.SERIES:
            steps, features = given
            return made(
                construct("Permute", (2, 1)),
                construct("Reshape", (features, steps, 1)),
                layer,
                construct("Reshape", (features, steps)),
                construct("Permute", (2, 1)),
                holder=2,
            )
        case Form.VOLUME:
            image = (given[0], elements(given[1:3]), given[3])
            return made(construct("Reshape", image), layer, construct("Reshape", given), holder=1)
        case None:
            return Unsupported(
                f"BigDL has no `{name}` of tensors with {len(given)} dimensions",
                "bring them to an image with `Reshape(channels x height x width)` before it, and back after it",
            )
