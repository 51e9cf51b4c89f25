"""Batches: the training rows on the engine's side, every row once an epoch, in an order that the seed decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from bigdl.dllib.feature.common import FeatureSet, Preprocessing, SeqToTensor
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.nnframes import NNEstimator
from pyspark.sql import DataFrame

from zoodsl.targets.bigdl.library.engine import java, java_array, java_field, java_value
from zoodsl.targets.bigdl.library.recipe import Recipe


class Batches:
    """A FeatureSet of minibatches from the columns ``_features`` and ``_label`` of ``frame``, for training ``model``.

    ``preprocessing`` is done once for each row, or if ``redrawn``, anew in each epoch. BigDL's own sets take windows at
    random offsets, so that an epoch misses some rows and repeats others. These go in order through a shuffled index;
    the last batch of an epoch is filled up from the index's start.
    """

    def __init__(
        self,
        model: KerasNet,
        criterion: Any,
        frame: DataFrame,
        recipe: Recipe,
        preprocessing: Preprocessing,
        *,
        redrawn: bool,
    ) -> None:
        batch = recipe.training.batch
        stage = NNEstimator(model, criterion, preprocessing, SeqToTensor([recipe.label.size]))
        stage.setFeaturesCol("_features").setLabelCol("_label").setBatchSize(batch)
        stage.setCachingSample(not redrawn)
        stage._transfer_params_to_java()  # noqa: SLF001 - as pyspark's own fit does
        # BigDL's Python has no public way to a FeatureSet of a DataFrame that is preprocessed in Java.
        method = next(
            method
            for method in stage.value.getClass().getDeclaredMethods()
            if method.getName().endswith("getDataSet")
        )
        method.setAccessible(True)
        arguments = java_array(frame._jdf, batch)  # noqa: SLF001 - pyspark has no public way to Java
        whole = method.invoke(stage.value, arguments)
        self.features = FeatureSet(jvalue=whole)
        self._rows = whole
        while not self._rows.getClass().getSimpleName().startswith("Cached"):
            self._rows = java_value(self._rows, "preFeatureSet$1")
        java_field(self._rows, "sequentialOrder").setBoolean(self._rows, True)  # noqa: FBT003 - Java knows no names

    def order(self, seed: int, epoch: int) -> None:
        """Orders the rows for an epoch by the seed and the epoch alone, in place of BigDL's shuffle; in local mode.

        Reading starts at the order's beginning, since BigDL counts all rows before it trains.
        """
        java_field(self._rows, "shouldShuffle").setBoolean(self._rows, False)  # noqa: FBT003 - Java knows no names
        machine = java()
        index = java_value(self._rows, "indexes")
        index.count()
        block = machine.org.apache.spark.storage.RDDBlockId(index.id(), 0)
        cached = machine.org.apache.spark.SparkEnv.get().blockManager().getLocalValues(block).get().data()
        places = cached.next()._1()  # noqa: SLF001 - Scala's pair
        cached.hasNext()  # the end of the iterator gives the block's lock back
        order = np.random.default_rng((seed, epoch)).permutation(len(places)).astype(">i4")
        machine.java.nio.ByteBuffer.wrap(order.tobytes()).asIntBuffer().get(places)

    def free(self) -> None:
        """Gives the memory of the rows back."""
        self._rows.unpersist()
