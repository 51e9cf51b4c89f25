"""Checkpoints: all that training needs to go on, in a folder for each of the last epochs and the best one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.net import Net

from zoodsl.targets.bigdl.library.engine import is_local
from zoodsl.targets.bigdl.library.optimizers import Optimizers

LAST = 2
"""How many checkpoints are kept besides the best."""


@dataclass(frozen=True)
class Checkpoints:
    """The folder ``checkpoints`` of a run. Each checkpoint is written beside its place and moved there when whole."""

    folder: Path

    def save(
        self,
        model: KerasNet,
        optimizers: Optimizers,
        history: list[dict[str, Any]],
        best: int | None,
    ) -> Path:
        """Writes the checkpoint of the last epoch in ``history`` and removes old ones, the epoch ``best`` excepted."""
        epoch = history[-1]["epoch"]
        place = self.path(epoch)
        part = place.with_name(f".{place.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        model.saveModel(str(part / "model.bigdl"), over_write=True)
        if is_local():
            optimizers.save(str(part / "optimizer.obj"))
        (part / "history.json").write_text(json.dumps(history), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        part.rename(place)
        for old in self.epochs()[:-LAST]:
            if old != best:
                shutil.rmtree(self.path(old))
        return place

    def path(self, epoch: int) -> Path:
        """The folder of an epoch's checkpoint."""
        return self.folder / f"epoch-{epoch:04}"

    def epochs(self) -> list[int]:
        """The epochs that have a checkpoint, in order."""
        return sorted(int(path.name.removeprefix("epoch-")) for path in self.folder.glob("epoch-*"))

    def history(self) -> list[dict[str, Any]]:
        """What training had told of each epoch up to the last checkpoint; empty without one."""
        epochs = self.epochs()
        if not epochs:
            return []
        told: list[dict[str, Any]] = json.loads(
            (self.path(epochs[-1]) / "history.json").read_text(encoding="utf-8")
        )
        return told

    def network(self, epoch: int) -> KerasNet:
        """The network of an epoch's checkpoint."""
        return Net.load(str(self.path(epoch) / "model.bigdl"))

    def optimizers(self, epoch: int, shares: Mapping[str, float]) -> Optimizers | None:
        """The optimizers of an epoch's checkpoint with their moments; None where a cluster kept them."""
        path = self.path(epoch) / "optimizer.obj"
        return Optimizers.load(str(path), shares) if path.exists() else None

    def clear(self) -> None:
        """Removes all checkpoints: training starts anew."""
        shutil.rmtree(self.folder, ignore_errors=True)


def restore_weights(model: KerasNet, weights: Any) -> None:
    """Gives ``model`` the weights and the statistics of batch normalization of ``weights``, a Java network.

    Both must stem from one network, by cloning or from its checkpoints: BigDL matches layers by inner names that are
    drawn when a network is made, and leaves what does not match as it is.
    """
    model.value.loadModelWeights(weights, True)  # noqa: FBT003 - Java knows no names
    model.value.setExtraParameter(weights.getExtraParameter())


def write_whole(path: Path, text: str) -> None:
    """Writes a file beside its place and moves it there when complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)  # noqa: PTH105 - the name says that it replaces
