"""Training as a stage of a Pipeline."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.ml import Estimator
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.engine import cores, quiet
from zoodsl.targets.bigdl.library.errors import DataError, EngineError
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.fitting import Fitting
from zoodsl.targets.bigdl.library.labels import Label
from zoodsl.targets.bigdl.library.predictor import Predictor
from zoodsl.targets.bigdl.library.recipe import Recipe


class NetworkEstimator(Estimator[Predictor]):
    """``fit(frame)`` trains a network on rows as they are read, and gives its Predictor.

    Args:
        features: the columns that the network is fed from.
        label: the column that it learns.
        preprocessing: makes the chain from features to the network's input, with random steps if told True.
        network: makes the network.
        criterion: makes BigDL's loss.
        optimizer: makes BigDL's optimizer.
        schedule: gives the learning rate.
        training: the settings.
        phases: the stretches of training; without them, the whole network is trained to the end.
        shares: the part of the learning rate that layers learn at, by name.
        store: keeps features of the frozen beginning for other runs.
        validation: rows to validate with; None: none.
        scaled_by: rows by which columns are standardised; None: those that train.
        hooks: is told what happens, ``hooks(event, **fields)``.
        out: the folder for checkpoints and TensorBoard's files; None: neither is written.
        resume: go on after the last checkpoint in ``out``.
    """

    def __init__(
        self,
        *,
        validation: DataFrame | None = None,
        scaled_by: DataFrame | None = None,
        hooks: Teller | None = None,
        out: str | None = None,
        resume: bool = False,
        **recipe: Any,
    ) -> None:
        super().__init__()
        self.recipe = Recipe(**recipe)
        self.validation = validation
        self.scaled_by = scaled_by
        self.hooks = hooks
        self.out = None if out is None else Path(out).absolute()
        self.resume = resume

    def _fit(self, dataset: DataFrame) -> Predictor:
        recipe = self._fitted(dataset if self.scaled_by is None else self.scaled_by)
        parts = {"train": self._prepared(recipe, dataset, "training", learned(recipe.label))}
        if self.validation is not None:
            label = recipe.label.expression()
            parts["validation"] = self._prepared(recipe, self.validation, "validation", label).persist()
        rows = {part: frame.count() for part, frame in parts.items()}
        self._check_sizes(rows)
        tell = aloud(self.tell)
        if recipe.training.balance is not None:
            recipe = recipe.training.balance(recipe, parts["train"], tell)
        try:
            with quiet():
                return Fitting(recipe, parts, rows, tell, self.out, resume=self.resume).run()
        finally:
            if "validation" in parts:
                parts["validation"].unpersist()

    def tell(self, event: str, **fields: Any) -> None:
        """Tells the hooks, if there are any."""
        if self.hooks is not None:
            self.hooks(event, **fields)

    def _fitted(self, rows: DataFrame) -> Recipe:
        """The recipe with what of features and label follows from ``rows``."""
        features, label = self.recipe.features, self.recipe.label
        return replace(
            self.recipe, features=features.fitted(rows, self.tell), label=label.fitted(rows, self.tell)
        )

    def _prepared(self, recipe: Recipe, frame: DataFrame, part: str, label: Column) -> DataFrame:
        """The columns ``_features`` and ``_label``, once they are sure to be without gaps."""
        whole = recipe.features.checked(frame, part, self.tell)
        recipe.label.check(whole, part)
        return whole.select(recipe.features.expression().alias("_features"), label.alias("_label"))

    def _check_sizes(self, rows: dict[str, int]) -> None:
        batch, shared = self.recipe.training.batch, cores()
        for part, count in rows.items():
            if not count:
                raise DataError(f"there are no rows to {'train on' if part == 'train' else 'validate with'}")
        if rows["train"] < batch:
            fitting = rows["train"] - rows["train"] % shared
            raise DataError(
                f"a batch of {batch:,} rows is more than all {rows['train']:,} rows to train on"
                + (f": at most {fitting:,} can be shared equally by {shared} cores" if fitting else "")
            )
        if batch % shared:
            raise EngineError(f"a batch of {batch:,} rows cannot be shared equally by {shared} cores")


def aloud(tell: Teller) -> Teller:
    """``tell``, which may print as it could here even where BigDL is kept quiet."""
    screen = sys.stdout

    def told(event: str, **fields: Any) -> None:
        with contextlib.redirect_stdout(screen):
            tell(event, **fields)

    return told


def learned(label: Label) -> Column:
    """The label as training takes it: with -1 for 0 where the loss goes by signs."""
    value = label.expression()
    if not label.signs:
        return value
    return F.transform(value, lambda entry: entry * 2 - 1) if label.size > 1 else value * 2 - 1
