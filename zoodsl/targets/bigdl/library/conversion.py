"""Networks written in BigDL's own format."""

from __future__ import annotations

from collections.abc import Callable

from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.nn.layer import Model

from zoodsl.targets.bigdl.library.engine import quiet


def write_network(make: Callable[[], KerasNet], path: str) -> None:
    """Writes the network that ``make`` makes to the file ``path``, which ``Net.load`` of BigDL reads."""
    with quiet():
        make().saveModel(path, over_write=True)


def write_caffe(definition: str, weights: str, path: str) -> None:
    """Writes Caffe's network of the files ``definition`` and ``weights`` to ``path``, in BigDL's classic form.

    ``Net.load_caffe`` would wrap it in a layer that hides its nodes.
    """
    with quiet():
        Model.load_caffe_model(definition, weights).saveModel(path, over_write=True)
