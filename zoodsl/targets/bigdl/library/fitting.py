"""Fitting: one training from its first epoch, or the last checkpoint, to its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bigdl.dllib.utils.common import RNG
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.attendance import Attendance
from zoodsl.targets.bigdl.library.batches import Batches
from zoodsl.targets.bigdl.library.checkpoints import Checkpoints, restore_weights
from zoodsl.targets.bigdl.library.engine import is_local
from zoodsl.targets.bigdl.library.evaluation import in_units, measure, outcomes
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.learners import Learner
from zoodsl.targets.bigdl.library.optimizers import Optimizers
from zoodsl.targets.bigdl.library.phases import Phase, inference_batch, timed
from zoodsl.targets.bigdl.library.predictor import Predictor
from zoodsl.targets.bigdl.library.recipe import Recipe
from zoodsl.targets.bigdl.library.schedules import LearningRate
from zoodsl.targets.bigdl.library.settings import monitored
from zoodsl.targets.bigdl.library.summaries import Summary
from zoodsl.targets.bigdl.library.trainer import Trainer
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
        for row in self._history:
            self._rates.epoch_ended(monitored(row), row["epoch"] * self._per_epoch)
        self._predictor = Predictor(
            self._model,
            self._recipe.features,
            inference_batch(self._recipe.phases, settings.batch),
            self._recipe.preprocessing(False),  # noqa: FBT003 - as programs define it
            scale=self._recipe.label.scale,
        )
        self._tell(
            "started",
            rows=dict(self._rows),
            iterations_per_epoch=self._per_epoch,
            epochs=settings.epochs,
            batch=settings.batch,
            first_epoch=len(self._history) + 1,
        )
        self._summary = Summary(self._out, "tensorboard")
        try:
            self._train()
        finally:
            self._summary.close()
        best = settings.keep.of(self._history) if settings.keep else None
        if best is not None:
            restore_weights(self._model, self._best_weights or self._saved().network(best).value)
        self._predictor.history = self._history
        return self._predictor

    def _saved(self) -> Checkpoints:
        assert self._checkpoints is not None  # noqa: S101 - there is a history of earlier processes
        return self._checkpoints

    def _train(self) -> None:
        """The phases that are not over, until the rule to stop applies."""
        if self._stopped():
            return
        self._criterion = self._recipe.criterion()
        phases = tuple(timed(self._recipe.phases, self._settings.epochs))
        for number, (phase, epochs) in enumerate(phases, 1):
            left = range(max(epochs.start, len(self._history) + 1), epochs.stop)
            if not left:
                continue
            if len(phases) > 1:
                stretch = f"epoch {left.start}" if len(left) == 1 else f"epochs {left.start} to {left[-1]}"
                self._tell("phase", text=f"phase {number} of {len(phases)}: {stretch}")
            if not self._train_phase(phase, left, begun=left.start > epochs.start):
                return

    def _first_optimizers(self, *, begun: bool) -> Optimizers:
        """Those of the last checkpoint with their moments if the phase has ``begun``, else new ones; they count on."""
        done, shares = len(self._history), self._learner.shares
        if begun:
            saved = self._saved().optimizers(done, shares)
            if saved is not None:
                return saved
            self._tell("phase", text="the optimizer's moments stayed on the cluster: they start anew")
        fresh = Optimizers.begun(self._recipe.optimizer, shares)
        fresh.count_from(done + 1, done * self._per_epoch + 1)
        return fresh

    def _train_phase(self, phase: Phase, epochs: range, *, begun: bool) -> bool:
        """These epochs of a phase, which has ``begun`` in an earlier process or begins now; whether training goes on."""
        self._tell("phase", text="preparing the training rows")
        self._learner = Learner(
            phase, self._predictor, self._recipe, self._criterion, self._parts, self._tell
        )
        self._optimizers = self._first_optimizers(begun=begun)
        trainer = self._trainer(epochs.start)
        self._attendance = Attendance()
        watch = IterationWatch(self._rates.rate, self._optimizers.set_rate, self._iterated)
        try:
            for epoch in epochs:
                self._epoch = epoch
                began = time.monotonic()
                batches = self._learner.batches(epoch)
                if is_local():
                    batches.order(self._settings.seed, epoch)
                watch.begin(epoch)
                self._train_epoch(trainer, batches, watch)
                self._learner.give_back()
                self._epoch_ended(watch.loss, time.monotonic() - began)
                self._save()
                if self._stopped():
                    return False
        finally:
            watch.stop()
            self._learner.free()
        trainer.free()
        return True

    def _train_epoch(self, trainer: Trainer, batches: Batches, watch: IterationWatch) -> None:
        try:
            trainer.train(batches.features, watch)
        except Exception:
            self._attendance.check()  # the engine's words for it are others, and many
            raise
        watch.raise_problem()

    def _trainer(self, epoch: int) -> Trainer:
        """The engine's trainer from ``epoch`` on; one for all of a phase, since it holds the optimizer's moments."""
        settings = self._settings
        return Trainer(
            self._learner.model,
            self._optimizers,
            self._criterion,
            self._learner.batches(epoch).features,
            clip_norm=settings.clip_norm,
            clip_value=settings.clip_value,
        )

    def _iterated(self, iteration: int, loss: float, rate: float, speed: float) -> None:
        self._attendance.check()
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
            labels, outputs = outcomes(self._learner.predicted(), F.col("_label"))
            row["validation"] = measure({"loss": settings.loss}, labels, outputs) | measure(
                settings.metrics,
                *in_units(labels, outputs, self._recipe.label.scale),
                self._recipe.label.scale,
            )
            self._summary.add("validation", row["validation"], iterations)
        self._history.append(row)
        self._rates.epoch_ended(monitored(row), iterations)
        row["best"] = settings.keep is not None and settings.keep.of(self._history) == epoch
        if row["best"]:
            self._best_weights = self._model.value.cloneModule()
        self._tell("epoch", **row)

    def _save(self) -> None:
        """Writes a checkpoint where one is due: every so many epochs, after the last, and of the best."""
        settings, epoch = self._settings, self._epoch
        best = settings.keep.of(self._history) if settings.keep else None
        due = epoch % settings.checkpoint_every == 0 or epoch in (settings.epochs, best)
        if self._checkpoints is not None and due:
            path = self._checkpoints.save(self._model, self._optimizers, self._history, best)
            self._tell("checkpoint", epoch=epoch, path=str(path))

    def _stopped(self) -> bool:
        """Whether the rule to stop applies now; tells so."""
        reason = self._settings.stop.reason(self._history) if self._settings.stop else None
        if reason is not None:
            self._tell("stopped", epoch=len(self._history), reason=reason)
        return reason is not None
