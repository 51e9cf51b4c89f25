"""The trainer: what trains one network over many epochs, since it holds the moments of its optimizers."""

from __future__ import annotations

from typing import Any

from bigdl.dllib.estimator.estimator import Estimator as EngineEstimator
from bigdl.dllib.feature.common import FeatureSet
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.optim.optimizer import MaxIteration

from zoodsl.targets.bigdl.library.engine import is_local, java, java_value
from zoodsl.targets.bigdl.library.executor_rates import ExecutorRates
from zoodsl.targets.bigdl.library.optimizers import Optimizers
from zoodsl.targets.bigdl.library.watch import IterationWatch


class Trainer:
    """BigDL's trainer of ``model``.

    Args:
        model: what is trained.
        optimizers: what makes the steps; they know their clones from now on.
        criterion: BigDL's loss.
        rows: the batches of the first epoch; no step is made yet.
        clip_norm: the largest norm of all gradients together; None: any.
        clip_value: the largest size of a gradient; None: any.
    """

    def __init__(
        self,
        model: KerasNet,
        optimizers: Optimizers,
        criterion: Any,
        rows: FeatureSet,
        *,
        clip_norm: float | None,
        clip_value: float | None,
    ) -> None:
        self._criterion = criterion
        estimator = EngineEstimator(model, optimizers.by_module(model))
        estimator.train_minibatch(rows, criterion, MaxIteration(0))
        self._inner = java_value(estimator.value, "internalEstimator")
        # BigDL's own clipping by norm refuses several optimizers, and `estimator` drops what it has not set itself.
        clipping = java().com.intel.analytics.bigdl.dllib.optim.parameters
        processors = java_value(self._inner, "parameterProcessors")
        add = getattr(processors, "$plus$eq")
        if clip_norm is not None:
            add(clipping.L2NormClippingProcessor(float(clip_norm)))
        if clip_value is not None:
            add(clipping.ConstantClippingProcessor(-float(clip_value), float(clip_value)))
        if is_local():
            optimizers.reach(self._cached().optimMethods())
        else:
            rates = ExecutorRates()
            add(rates.value)
            optimizers.tell(rates.set)

    def train(self, rows: FeatureSet, watch: IterationWatch) -> None:
        """Goes on with ``rows`` until ``watch`` says stop; ``model`` has the weights then."""
        option = java().scala.Option
        self._inner.train(rows.value, self._criterion.value, option.apply(watch), option.empty(), None, None)

    def free(self) -> None:
        """Gives the memory of the executors' networks back; BigDL's own ``close`` fails."""
        java_value(self._inner, "cachedModels").unpersist(False)  # noqa: FBT003 - Java knows no names

    def _cached(self) -> Any:
        """What the only executor of a local session trains with."""
        machine = java()
        block = machine.org.apache.spark.storage.RDDBlockId(java_value(self._inner, "cachedModels").id(), 0)
        values = machine.org.apache.spark.SparkEnv.get().blockManager().getLocalValues(block).get().data()
        entry = values.next()
        values.hasNext()  # the end of the iterator gives the block's lock back
        return entry
