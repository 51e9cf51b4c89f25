"""A recipe: what is trained, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bigdl.dllib.feature.common import Preprocessing
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.optim.optimizer import OptimMethod
from pyspark.sql import DataFrame

from zoodsl.targets.bigdl.library.features import Features
from zoodsl.targets.bigdl.library.labels import Label
from zoodsl.targets.bigdl.library.phases import Phase
from zoodsl.targets.bigdl.library.schedules import Schedule
from zoodsl.targets.bigdl.library.settings import Training


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The parts of a program that make a trained network of rows.

    Args:
        features: the columns that the network is fed from.
        label: the column that it learns.
        preprocessing: makes the chain from features to the network's input, with random steps if told True.
        network: makes the network.
        criterion: makes BigDL's loss; where ``training`` balances its weights, of these.
        optimizer: makes BigDL's optimizer.
        schedule: gives the learning rate.
        training: the settings.
        phases: the stretches of training, one after the other.
        shares: the part of the learning rate that layers learn at, by name; 1 for the rest.
        store: keeps features for other runs; None: they are computed.
    """

    features: Features
    label: Label
    preprocessing: Callable[[bool], Preprocessing]
    network: Callable[[], KerasNet]
    criterion: Callable[..., Any]
    optimizer: Callable[[], OptimMethod]
    schedule: Callable[[], Schedule]
    training: Training
    phases: Sequence[Phase] = (Phase(),)
    shares: Mapping[str, float] = field(default_factory=dict)
    store: Callable[..., DataFrame] | None = None
