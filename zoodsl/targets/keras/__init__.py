"""The independent oracle: networks as Keras 3 computes them on TensorFlow, and its step of training.

Nothing that ``check``, ``plan`` or ``compile`` needs imports it, and Keras is loaded when a network is built.
"""

from zoodsl.targets.keras.bindings import LAYERS as BINDINGS
from zoodsl.targets.keras.network import apply, build, forward, set_weights, unsupported, weights_of

__all__ = ["BINDINGS", "apply", "build", "forward", "set_weights", "unsupported", "weights_of"]
