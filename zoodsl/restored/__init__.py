"""Runs that are over, at work again: `predict` and `evaluate`."""

from zoodsl.restored.work import Resources, Restored

__all__ = ["Resources", "Restored"]
