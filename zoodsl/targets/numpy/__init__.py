"""The reference interpreter: networks run in NumPy, by the definitions that the catalog cites.

It is slow and plain on purpose; engines are measured against it. Nothing that ``check``, ``plan`` or
``compile`` needs imports it.
"""

from zoodsl.targets.numpy.interpreter import activations, forward, initial_weights

__all__ = ["activations", "forward", "initial_weights"]
