"""Fitting: one training from its first epoch, or the last checkpoint, to its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bigdl.dllib.estimator.estimator import Estimator as Trainer
from bigdl.dllib.optim.optimizer import OptimMethod
from bigdl.dllib.utils.common import RNG
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.batches import Batches
from zoodsl.targets.bigdl.library.checkpoints import Checkpoints, restore_weights
from zoodsl.targets.bigdl.library.engine import is_local
from zoodsl.targets.bigdl.library.errors import EngineError
from zoodsl.targets.bigdl.library.evaluation import measure, outcomes
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.optimizers import free_networks, set_learning_rate, stepping_optimizer
from zoodsl.targets.bigdl.library.predictor import Predictor
from zoodsl.targets.bigdl.library.recipe import Recipe
from zoodsl.targets.bigdl.library.schedules import LearningRate
from zoodsl.targets.bigdl.library.settings import monitored
from zoodsl.targets.bigdl.library.summaries import Summary
from zoodsl.targets.bigdl.library.watch import IterationWatch, Throttle

EVENTS_PER_SECOND = 10.0
"""How many iterations are told at most; TensorBoard gets those that the program says."""


class Fitting:
    """One training of a recipe on prepared rows.

    Args:
        recipe: what is trained, and how.
        parts: the frames "train" and, if there is one, "validation", with the columns ``_features`` and ``_label``.
        rows: how many rows each of them has.
        tell: is told what happens.
        out: the folder for checkpoints and TensorBoard's files; None: neither is written.
        resume: go on after the last checkpoint in ``out``.
    """

    def __init__(
        self,
        recipe: Recipe,
        parts: Mapping[str, DataFrame],
        rows: Mapping[str, int],
        tell: Teller,
        out: Path | None,
        *,
        resume: bool,
    ) -> None:
        self._recipe = recipe
        self._settings = recipe.training
        self._parts = parts
        self._rows = rows
        self._tell = tell
        self._out = out
        self._checkpoints = None if out is None else Checkpoints(out / "checkpoints")
        self._per_epoch = -(-rows["train"] // self._settings.batch)
        self._rates = LearningRate(
            recipe.schedule(), self._per_epoch, self._settings.epochs * self._per_epoch
        )
        self._throttle = Throttle(EVENTS_PER_SECOND)
        self._history: list[dict[str, Any]] = []
        self._best_weights: Any = None
        self._steppers: tuple[Any, ...] = ()
        if self._checkpoints and resume:
            self._history = self._checkpoints.history()
        elif self._checkpoints:
            self._checkpoints.clear()

    def run(self) -> Predictor:
        """Trains; the network has the weights of the best epoch if the settings keep it, else of the last."""
        settings = self._settings
        self._tell("phase", text="building the network")
        RNG().set_seed(settings.seed)
        self._model = self._saved().network(len(self._history)) if self._history else self._recipe.network()
        self._optimizer = self._first_optimizer()
        for row in self._history:
            self._rates.epoch_ended(monitored(row), row["epoch"] * self._per_epoch)
        self._predictor = Predictor(
            self._model,
            self._recipe.features,
            settings.batch,
            self._recipe.preprocessing(False),  # noqa: FBT003 - as programs define it
        )
        first = len(self._history) + 1
        self._tell(
            "started",
            rows=dict(self._rows),
            iterations_per_epoch=self._per_epoch,
            epochs=settings.epochs,
            batch=settings.batch,
            first_epoch=first,
        )
        if first <= settings.epochs and not self._stopped():
            self._train(first)
        best = settings.keep.of(self._history) if settings.keep else None
        if best is not None:
            restore_weights(self._model, self._best_weights or self._saved().network(best).value)
        self._predictor.history = self._history
        return self._predictor

    def _saved(self) -> Checkpoints:
        assert self._checkpoints is not None  # noqa: S101 - there is a history of earlier processes
        return self._checkpoints

    def _first_optimizer(self) -> OptimMethod:
        """A new optimizer, or that of the last checkpoint with its moments and counters."""
        if not self._history:
            return self._recipe.optimizer()
        saved = self._saved().optimizer(len(self._history))
        if saved is not None:
            return saved
        self._tell("phase", text="the optimizer's moments stayed on the cluster: they start anew")
        fresh = self._recipe.optimizer()
        fresh.value.state().update("epoch", len(self._history) + 1)
        fresh.value.state().update("neval", len(self._history) * self._per_epoch + 1)
        return fresh

    def _train(self, first: int) -> None:
        """The epochs from ``first`` on."""
        self._tell("phase", text="preparing the training rows")
        criterion = self._recipe.criterion()
        batches = Batches(self._model, criterion, self._parts["train"], self._recipe)
        trainer = self._trainer()
        self._summary = Summary(self._out, "tensorboard")
        watch = IterationWatch(self._rates.rate, self._set_rate, self._iterated)
        try:
            self._steppers = (self._optimizer.value,)
            trainer.train_minibatch(batches.features, criterion, watch)  # builds, and begins no iteration
            for epoch in range(first, self._settings.epochs + 1):
                self._epoch = epoch
                if is_local():
                    self._steppers = (self._optimizer.value, stepping_optimizer(trainer))
                    batches.order(self._settings.seed, epoch)
                began = time.monotonic()
                watch.begin(epoch)
                trainer.train_minibatch(batches.features, criterion, watch)
                watch.raise_problem()
                self._epoch_ended(watch.loss, time.monotonic() - began)
                self._save(trainer)
                if self._stopped():
                    break
        finally:
            watch.stop()
            self._summary.close()
            batches.free()
        free_networks(trainer)

    def _trainer(self) -> Trainer:
        """The engine's trainer; one for all epochs, since it holds the optimizer's moments."""
        if not is_local() and self._rates.schedule.segments:
            raise EngineError(
                "learning-rate schedules need a local master, such as local[4]: a cluster has none yet"
            )
        settings = self._settings
        trainer = Trainer(self._model, self._optimizer)
        if settings.clip_norm is not None:
            trainer.set_l2_norm_gradient_clipping(float(settings.clip_norm))
        if settings.clip_value is not None:
            trainer.set_constant_gradient_clipping(-float(settings.clip_value), float(settings.clip_value))
        return trainer

    def _set_rate(self, rate: float) -> None:
        set_learning_rate(self._steppers, rate)

    def _iterated(self, iteration: int, loss: float, rate: float, speed: float) -> None:
        log = self._settings.log
        if iteration % log.every == 0:
            values = {"loss": loss, "learning_rate": rate, "throughput": speed}
            self._summary.add("train", {name: values[name] for name in log.values}, iteration)
        if self._throttle.passes() or iteration % self._per_epoch == 0:
            self._tell(
                "iteration",
                epoch=self._epoch,
                iteration=iteration,
                loss=loss,
                learning_rate=rate,
                records_per_second=speed,
            )

    def _epoch_ended(self, loss: float, seconds: float) -> None:
        """Validates, takes note of the epoch, and tells it."""
        settings, epoch = self._settings, self._epoch
        iterations = epoch * self._per_epoch
        row: dict[str, Any] = {
            "epoch": epoch,
            "loss": loss,
            "learning_rate": self._rates.rate(iterations - 1),
            "seconds": round(seconds, 3),
            "validation": {},
        }
        if "validation" in self._parts and (epoch % settings.validate_every == 0 or epoch == settings.epochs):
            predicted = self._predictor.stage.transform(self._parts["validation"])
            measures = {"loss": settings.loss, **settings.metrics}
            row["validation"] = measure(measures, *outcomes(predicted, F.col("_label")))
            self._summary.add("validation", row["validation"], iterations)
        self._history.append(row)
        self._rates.epoch_ended(monitored(row), iterations)
        row["best"] = settings.keep is not None and settings.keep.of(self._history) == epoch
        if row["best"]:
            self._best_weights = self._model.value.cloneModule()
        self._tell("epoch", **row)

    def _save(self, trainer: Trainer) -> None:
        """Writes a checkpoint where one is due: every so many epochs, after the last, and of the best."""
        settings, epoch = self._settings, self._epoch
        best = settings.keep.of(self._history) if settings.keep else None
        due = epoch % settings.checkpoint_every == 0 or epoch in (settings.epochs, best)
        if self._checkpoints is not None and due:
            path = self._checkpoints.save(trainer, self._model, self._optimizer, self._history, best)
            self._tell("checkpoint", epoch=epoch, path=str(path))

    def _stopped(self) -> bool:
        """Whether the rule to stop applies now; tells so."""
        reason = self._settings.stop.reason(self._history) if self._settings.stop else None
        if reason is not None:
            self._tell("stopped", epoch=len(self._history), reason=reason)
        return reason is not None
