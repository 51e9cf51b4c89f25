"""Strategies and laws, for this project's own tests and for those of its users.

Strategies are hypothesis' and draw what specs are made of; laws say what must hold of everything that they draw.
"""

from zoodsl.testing.calls import NOWHERE, arguments, call, calls, fits, network_of
from zoodsl.testing.images import images
from zoodsl.testing.networks import FORMS, networks
from zoodsl.testing.tensors import batch, random_weights

__all__ = [
    "FORMS",
    "NOWHERE",
    "arguments",
    "batch",
    "call",
    "calls",
    "fits",
    "images",
    "network_of",
    "networks",
    "random_weights",
]
