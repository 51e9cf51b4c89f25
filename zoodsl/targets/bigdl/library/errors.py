"""What can go wrong that is no fault of the program: each error says what and where in one sentence."""

from __future__ import annotations


class DataError(ValueError):
    """Data that cannot be used as they are."""


class EngineError(RuntimeError):
    """A Spark or BigDL that cannot do what the program needs."""


class StoreError(RuntimeError):
    """A folder for features that cannot be used."""


class ExecutorLost(RuntimeError):  # noqa: N818 - it names what happened
    """A process of the cluster that trains is gone, and the weights that it held."""


class LossNotFinite(ArithmeticError):  # noqa: N818 - it names what happened
    """Training diverged: from here on every weight is not a number."""
