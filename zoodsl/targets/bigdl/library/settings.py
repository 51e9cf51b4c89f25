"""The settings of a training, and the rules that follow its epochs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoodsl.targets.bigdl.library.losses import Loss
from zoodsl.targets.bigdl.library.metrics import Metric


@dataclass(frozen=True)
class Best:
    """The epoch that is best by ``monitor``: "loss", the training loss, or a metric. ``better`` is "min" or "max"."""

    monitor: str
    better: str
    least: float = 0.0

    def improves(self, value: float, best: float | None) -> bool:
        """Whether ``value`` is better than ``best`` by more than ``least``."""
        if best is None:
            return value == value  # noqa: PLR0124 - NaN is no beginning
        gain = best - value if self.better == "min" else value - best
        return gain > self.least

    def of(self, history: list[dict[str, Any]]) -> int | None:
        """The best epoch of ``history``; None before there is one."""
        found, best = None, None
        for row in history:
            value = monitored(row).get(self.monitor)
            if value is not None and self.improves(value, best):
                found, best = row["epoch"], value
        return found


@dataclass(frozen=True)
class EarlyStopping:
    """Ends training after ``patience`` checks of ``monitor`` that brought no gain above ``min_delta``."""

    monitor: str
    better: str
    patience: int
    min_delta: float = 0.0

    def reason(self, history: list[dict[str, Any]]) -> str | None:
        """Why to stop now, if so."""
        rule = Best(self.monitor, self.better, self.min_delta)
        checked = [row for row in history if self.monitor in monitored(row)]
        best = rule.of(checked)
        waited = sum(best is None or row["epoch"] > best for row in checked)
        if waited < self.patience:
            return None
        since = f"since epoch {best}" if best else "from the start"
        return f"{self.monitor} has not got better {since}"


@dataclass(frozen=True)
class Log:
    """Which values of the training part go to TensorBoard: "loss", "learning_rate", "throughput"; every so many iterations."""

    values: tuple[str, ...] = ("loss", "learning_rate")
    every: int = 10


Balance = Callable[..., Any]
"""Gives a recipe weights that are balanced by its training rows: ``balance(recipe, rows, tell)``."""


@dataclass(frozen=True)
class Training:
    """The settings of a training; ``batch`` counts rows over all cores, ``*_every`` counts epochs."""

    loss: Loss
    batch: int = 32
    epochs: int = 1
    seed: int = 42
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    validate_every: int = 1
    stop: EarlyStopping | None = None
    checkpoint_every: int = 1
    keep: Best | None = None
    log: Log = Log()
    clip_norm: float | None = None
    clip_value: float | None = None
    redrawn: bool = False
    balance: Balance | None = None


def monitored(row: Mapping[str, Any]) -> dict[str, float]:
    """What rules may watch of an epoch: its training loss and its validation metrics."""
    return {**row["validation"], "loss": row["loss"]}
