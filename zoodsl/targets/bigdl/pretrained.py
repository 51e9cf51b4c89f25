"""The file of pretrained weights that lies beside a program: NumPy arrays as BigDL keeps them, by layer."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import Any

from zoodsl.model.nodes import Network, Weights
from zoodsl.targets.bigdl.bindings.weights import laid_out
from zoodsl.targets.bigdl.network import holder_name, pretrained_layers


def attachments(network: Network) -> dict[str, bytes]:
    """The weights of layers from bases as one ``.npz`` file, its name with a hash of the content; none without bases.

    Its entries are what the program's ``load_weights`` reads: ``layer/0``, ``layer/1`` and so on by BigDL's name of the
    layer, and ``layer/mean`` and ``layer/variance``. Equal weights give equal bytes.
    """
    weights = pretrained_layers(network)
    if not weights:
        return {}
    content = weights_file(network, weights)
    return {f"pretrained-{sha256(content).hexdigest()[:12]}.npz": content}


def weights_file(network: Network, weights: Weights) -> bytes:
    """The ``.npz`` file of these weights, by layer in Keras' layout; its entries are what ``load_weights`` reads."""
    import numpy as np

    entries: dict[str, Any] = {}
    for node in network.layers:
        if node.name not in weights:
            continue
        holder = holder_name(node)
        arrays, statistics = laid_out(node.operation, weights[node.name])
        entries |= {f"{holder}/{place}": array for place, array in enumerate(arrays)}
        entries |= {
            f"{holder}/{name}": array for name, array in zip(("mean", "variance"), statistics, strict=False)
        }
    file = BytesIO()
    np.savez(file, **entries)
    return file.getvalue()
