"""The optimizer that really steps: in local mode, the one clone that holds the moments and can be reached."""

from __future__ import annotations

from typing import Any

from bigdl.dllib.estimator.estimator import Estimator as Trainer
from bigdl.dllib.optim.optimizer import OptimMethod

from zoodsl.targets.bigdl.library.engine import java, java_value, load_java, save_java


def stepping_optimizer(trainer: Trainer) -> Any:
    """The Java optimizer of the only executor of a local session; ``trainer`` must have been prepared."""
    machine = java()
    models = java_value(java_value(trainer.value, "internalEstimator"), "cachedModels")
    block = machine.org.apache.spark.storage.RDDBlockId(models.id(), 0)
    cached = machine.org.apache.spark.SparkEnv.get().blockManager().getLocalValues(block).get().data()
    entry = cached.next()
    cached.hasNext()  # the end of the iterator gives the block's lock back
    return entry.optimMethods().head()._2()  # noqa: SLF001 - Scala's pair


def free_networks(trainer: Trainer) -> None:
    """Gives the memory of the executors' networks back; BigDL's own ``close`` fails."""
    java_value(java_value(trainer.value, "internalEstimator"), "cachedModels").unpersist(False)  # noqa: FBT003 - Java knows no names


def set_learning_rate(optimizers: tuple[Any, ...], rate: float) -> None:
    """Sets the rate of Java optimizers; Adadelta has none to set."""
    for optimizer in optimizers:
        if optimizer.getClass().getSimpleName() != "Adadelta":
            getattr(optimizer, "learningRate_$eq")(float(rate))


def save_optimizer(trainer: Trainer, optimizer: OptimMethod, path: str) -> None:
    """Writes the stepping optimizer with its moments, and the driver's counters; BigDL's own ``save`` drops moments."""
    whole = stepping_optimizer(trainer).clone()
    whole.state().add(optimizer.value.state())
    save_java(whole, path)


def load_optimizer(path: str) -> OptimMethod:
    """The optimizer that was saved to ``path``."""
    return OptimMethod(load_java(path), "float")
