"""Groups: layers that training leaves as they are, and layers that learn at a share of the rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.nn.layer import CAdd, CMul, Layer, Sequential
from bigdl.dllib.utils.common import callBigDlFunc

from zoodsl.targets.bigdl.library.weights import layers_by_name, weighted_layers


def hold(model: KerasNet, names: Collection[str]) -> None:
    """Readies the layers ``names``, at least one, of ``model`` for training that leaves them as they are, with ``layer_shares``.

    Their gradients stay zero, so that they count in no norm, and batch normalization becomes the scale and shift that it
    is at inference. ``model`` is for this training alone then: its layers ``names`` are not to be copied or saved. It
    must have its weights, and have made no forward pass yet, after which BigDL may go on with older ones.
    """
    by_name = layers_by_name(model)
    for name in names:
        if "BatchNormalization" in by_name[name].value.labor().getClass().getSimpleName():
            _fix_statistics(by_name[name])
    model.freeze(list(names))


def _fix_statistics(normalization: Layer) -> None:
    """Puts a scale and a shift by channel in the place of batch normalization; BigDL's ``freeze`` lets it go on."""
    inner = normalization.value.labor()
    gamma, beta = (weight.astype(np.float64) for weight in normalization.get_weights())
    mean = callBigDlFunc("float", "getRunningMean", inner).to_ndarray()
    variance = callBigDlFunc(
        "float", "getRunningStd", inner
    ).to_ndarray()  # BigDL's name; it gives the variance
    scale = gamma / np.sqrt(variance + inner.eps())
    size = [1, len(scale), *[1] * (inner.nDim() - 2)]
    affine = Sequential().add(CMul(size)).add(CAdd(size))
    affine.set_weights([scale.astype(np.float32), (beta - mean * scale).astype(np.float32)])
    getattr(normalization.value, "labor_$eq")(affine.value)


def layer_shares(model: KerasNet, shares: Mapping[str, float], held: Collection[str]) -> dict[str, float]:
    """The share of the scheduled rate at which each layer of ``model`` with weights learns, 0 for those ``held``.

    Empty where all learn at the whole rate: then one optimizer does.
    """
    found = {name: 0.0 if name in held else shares.get(name, 1.0) for name in weighted_layers(model)}
    return {} if set(found.values()) == {1.0} else found
