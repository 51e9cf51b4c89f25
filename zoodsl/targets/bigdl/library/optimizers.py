"""The optimizers of a training: one for the whole network, or one for each layer where their rates differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.optim.optimizer import SGD, OptimMethod

from zoodsl.targets.bigdl.library.engine import java, load_java, save_java

WHOLE = ""
"""Stands for all layers in the place of one layer's name."""


class Optimizers:
    """What makes steps of gradients, with moments and counters.

    BigDL trains with clones. In local mode there is one of each, which can be reached; those of a cluster are told their
    rates alone.

    Args:
        methods: optimizers by the name of the layer that they are for, or a single one for ``WHOLE``.
        shares: at which share of the rate a layer learns, 0 for one that stays as it is. Others learn at the whole rate.
    """

    def __init__(self, methods: Mapping[str, OptimMethod], shares: Mapping[str, float]) -> None:
        self._methods = dict(methods)
        self._shares = shares
        self._stepping: dict[str, Any] = {}
        self._told: Callable[[str, float], None] | None = None
        self._whole = WHOLE

    @classmethod
    def begun(cls, make: Callable[[], OptimMethod], shares: Mapping[str, float]) -> Self:
        """New optimizers as ``make`` makes them, one for each layer in ``shares``, or without any, for the whole network."""
        methods = {name: make() if share else SGD(learningrate=0.0) for name, share in shares.items()}
        for name, method in methods.items():
            if shares[name] not in {0.0, 1.0}:
                set_learning_rate(method.value, shares[name] * method.value.learningRate())
        return cls(methods or {WHOLE: make()}, shares)

    @classmethod
    def load(cls, path: str, shares: Mapping[str, float]) -> Self:
        """The optimizers that were saved to ``path``."""
        saved = load_java(path)
        return cls({name: OptimMethod(saved[name], "float") for name in saved}, shares)

    def save(self, path: str) -> None:
        """Writes the optimizers that step with their moments, and the driver's counters; BigDL's own ``save`` drops moments."""
        saved = java().java.util.HashMap()
        for name, stepping in self._stepping.items():
            saved[name] = stepping.clone()
            saved[name].state().add(self._methods[name].value.state())
        save_java(saved, path)

    def count_from(self, epoch: int, iteration: int) -> None:
        """Lets new optimizers count on: ``epoch`` and ``iteration``, from 1, come next."""
        for method in self._methods.values():
            method.value.state().update("epoch", epoch)
            method.value.state().update("neval", iteration)

    def by_module(self, model: KerasNet) -> dict[str, OptimMethod]:
        """As BigDL's trainer of ``model`` takes them: a single one by the network's name."""
        if len(self._methods) > 1:
            return self._methods
        self._whole = model.name()
        return {model.name(): method for method in self._methods.values()}

    def reach(self, stepping: Any) -> None:
        """Takes note of the clones in a local session, a Scala map with BigDL's names."""
        by_name = java().scala.collection.JavaConverters.mapAsJavaMap(stepping)
        single = len(self._methods) == 1
        self._stepping = {
            name: next(iter(by_name.values())) if single else by_name[name] for name in self._methods
        }

    def tell(self, told: Callable[[str, float], None]) -> None:
        """Takes note of what tells the clones of a cluster their rates, by the names that BigDL knows them by."""
        self._told = told

    def set_rate(self, rate: float) -> None:
        """Sets the learning rate of the next steps."""
        for name, method in self._methods.items():
            share = self._shares.get(name, 1.0)
            if share and self._told is not None and has_rate(method.value):
                self._told(name or self._whole, share * rate)
            elif share and name in self._stepping:
                set_learning_rate(self._stepping[name], share * rate)


def set_learning_rate(optimizer: Any, rate: float) -> None:
    """Sets the rate of a Java optimizer; Adadelta has none to set."""
    if has_rate(optimizer):
        getattr(optimizer, "learningRate_$eq")(float(rate))


def has_rate(optimizer: Any) -> bool:
    """Whether a Java optimizer has a learning rate."""
    return bool(optimizer.getClass().getSimpleName() != "Adadelta")
