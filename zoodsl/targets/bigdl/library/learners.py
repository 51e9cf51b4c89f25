"""Learners: what a phase trains, and the rows that it is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from bigdl.dllib.feature.common import SeqToTensor
from bigdl.dllib.keras.models import KerasNet
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.batches import Batches
from zoodsl.targets.bigdl.library.engine import cores
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.groups import hold, layer_shares
from zoodsl.targets.bigdl.library.phases import Boundary, Phase
from zoodsl.targets.bigdl.library.predictor import Predictor, predicting_stage
from zoodsl.targets.bigdl.library.recipe import Recipe
from zoodsl.targets.bigdl.library.weights import copy_weights, weighted_layers


class Learner:
    """The network that a phase trains, ``model``, and its rows.

    What lies before the phase's boundary is no part of ``model``: the rows are its output, and it stays as it is, bit
    for bit.

    Args:
        phase: what is frozen.
        whole: predicts with the whole network; its weights are those to begin with.
        recipe: what is trained, and how.
        criterion: BigDL's loss.
        parts: the frames "train" and, if there is one, "validation", with the columns ``_features`` and ``_label``.
        tell: is told what happens.
    """

    def __init__(
        self,
        phase: Phase,
        whole: Predictor,
        recipe: Recipe,
        criterion: Any,
        parts: Mapping[str, DataFrame],
        tell: Teller,
    ) -> None:
        self._held = frozenset(phase.held)
        self._boundary = boundary = phase.boundary
        self._whole = whole
        self._recipe = recipe
        self._criterion = criterion
        self._batches: Batches | None = None
        self._epoch = 0
        self._kept: list[DataFrame] = []
        if boundary is None:
            self.model = recipe.network() if phase.held else whole.model
            self._parts = dict(parts)
            self._stage = whole.stage
        else:
            self.model = boundary.after()
            self._parts = {}
            self._compute_features(boundary, parts, tell)
            self._stage = predicting_stage(self.model, SeqToTensor(list(boundary.shape)))
            self._stage.setFeaturesCol("_features").setPredictionCol("prediction")
            self._stage.setBatchSize(recipe.training.batch)
        self._learning = [] if self.model is whole.model else weighted_layers(self.model)
        copy_weights(whole.model, self.model, self._learning)
        if phase.held:
            hold(self.model, phase.held)
        self.shares = layer_shares(self.model, recipe.shares, phase.held)

    def _compute_features(self, boundary: Boundary, parts: Mapping[str, DataFrame], tell: Teller) -> None:
        """Puts the output at the boundary into the column ``_features`` of each part, and keeps it in memory or on disk.

        Training rows whose output is not stored are kept in its place; it is computed when they are read.
        """

        @cache
        def prefix() -> KerasNet:
            built = boundary.before()
            copy_weights(self._whole.model, built, weighted_layers(built))
            return built

        store = self._recipe.store
        for part, frame in parts.items():
            training = part == "train"
            stored = boundary.stored or not training
            compute = partial(self._outputs, prefix, training=training)
            if store is not None and stored and boundary.key is not None:
                self._parts[part] = store(spread(frame), compute, boundary.key, part, tell)
                self._kept.append(self._parts[part])
                continue
            rows = spread(frame) if stored else self._keep(spread(frame))
            outputs = compute(rows).select(F.col("_output").alias("_features"), "_label")
            if stored:
                tell("phase", text=f"computing features of the {part} rows")
                began = time.monotonic()
                count = self._keep(outputs).count()
                speed = count / (time.monotonic() - began)
                tell("phase", text=f"features of {count:,} {part} rows: {speed:,.1f} rows a second")
            self._parts[part] = outputs

    def _outputs(self, prefix: Callable[[], KerasNet], rows: DataFrame, *, training: bool) -> DataFrame:
        """``rows`` with the column ``_output``: what the network ``prefix`` gives for them."""
        stage = predicting_stage(prefix(), self._recipe.preprocessing(training))
        stage.setFeaturesCol("_features").setPredictionCol("_output")
        stage.setBatchSize(self._whole.batch)
        outputs: DataFrame = stage.transform(spread(rows))
        return outputs

    def _keep(self, frame: DataFrame) -> DataFrame:
        self._kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return frame

    def batches(self, epoch: int) -> Batches:
        """The rows of an epoch."""
        anew = self._boundary is not None and not self._boundary.stored and epoch != self._epoch
        if self._batches is None or anew:
            self._forget()
            self._batches = self._prepared()
            self._epoch = epoch
        return self._batches

    def _prepared(self) -> Batches:
        recipe = self._recipe
        rows = self.model, self._criterion, self._parts["train"], recipe
        if self._boundary is not None:
            return Batches(*rows, SeqToTensor(list(self._boundary.shape)), redrawn=False)
        preprocessing = recipe.preprocessing(True)  # noqa: FBT003 - as programs define it
        return Batches(*rows, preprocessing, redrawn=recipe.training.redrawn)

    def give_back(self) -> None:
        """Gives the whole network what has been learned."""
        copy_weights(
            self.model, self._whole.model, [name for name in self._learning if name not in self._held]
        )

    def predicted(self) -> DataFrame:
        """The validation rows with the column ``prediction``."""
        predicted: DataFrame = self._stage.transform(spread(self._parts["validation"]))
        return predicted

    def free(self) -> None:
        """Gives the memory of the rows back."""
        self._forget()
        for frame in self._kept:
            frame.unpersist()

    def _forget(self) -> None:
        if self._batches is not None:
            self._batches.free()
            self._batches = None


def spread(frame: DataFrame) -> DataFrame:
    """``frame`` in as many partitions as there are cores, each of which computes one at a time.

    BigDL keeps a copy of the network, with the outputs of all its layers, for every partition that it has predicted.
    """
    few = frame.rdd.getNumPartitions() < cores()
    return frame.repartition(cores()) if few else frame.coalesce(cores())
