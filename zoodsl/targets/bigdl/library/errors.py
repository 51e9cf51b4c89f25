"""What can go wrong that is no fault of the program: each error says what and where in one sentence."""

from __future__ import annotations


class DataError(ValueError):
    """Data that cannot be used as they are."""


class EngineError(RuntimeError):
    """A Spark or BigDL that cannot do what the program needs."""


class StoreError(RuntimeError):
    """A folder for features that cannot be used."""


class LossNotFinite(ArithmeticError):  # noqa: N818 - it names what happened
    """Training diverged: from here on every weight is not a number."""
