"""Every operator of the language, by kind and name."""

from __future__ import annotations

from zoodsl.catalog import (
    baselines,
    detectors,
    domains,
    features,
    frames,
    functions,
    labels,
    layers,
    losses,
    measures,
    metrics,
    optimizers,
    rankings,
    readers,
    regularizers,
    schedules,
    series,
    splits,
    stops,
    transforms,
)
from zoodsl.catalog.operator import Operator
from zoodsl.catalog.values import Kind

_FAMILIES: dict[Kind, tuple[Operator, ...]] = {
    Kind.LAYER: layers.OPERATORS,
    Kind.LOSS: losses.OPERATORS,
    Kind.METRIC: metrics.OPERATORS,
    Kind.OPTIMIZER: optimizers.OPERATORS,
    Kind.SCHEDULE: schedules.OPERATORS,
    Kind.READER: readers.OPERATORS,
    Kind.TRANSFORM: (*transforms.OPERATORS, *series.OPERATORS),
    Kind.LABEL: labels.OPERATORS,
    Kind.SPLIT: splits.OPERATORS,
    Kind.REGULARIZER: regularizers.OPERATORS,
    Kind.STOP: stops.OPERATORS,
    Kind.FUNCTION: functions.OPERATORS,
    Kind.FRAME_STEP: frames.OPERATORS,
    Kind.BASELINE: baselines.OPERATORS,
    Kind.DETECTOR: detectors.OPERATORS,
    Kind.FEATURE: features.OPERATORS,
    Kind.RANKING: rankings.OPERATORS,
    Kind.DOMAIN: domains.OPERATORS,
    Kind.MEASURE: measures.OPERATORS,
}

_BY_NAME = {kind: {operator.name: operator for operator in family} for kind, family in _FAMILIES.items()}
_NAMES = {kind: tuple(by_name) for kind, by_name in _BY_NAME.items()}


def find(kind: Kind, name: str) -> Operator | None:
    """The operator of this kind and name."""
    return _BY_NAME[kind].get(name)


def names(kind: Kind) -> tuple[str, ...]:
    """The names of a kind's operators, in the order of declaration."""
    return _NAMES[kind]


def operators(kind: Kind) -> tuple[Operator, ...]:
    """A kind's operators, in the order of declaration."""
    return _FAMILIES[kind]


def renamed(kind: Kind, name: str) -> str | None:
    """The name that a familiar old name of an operator of this kind goes by here."""
    return next((operator.name for operator in _FAMILIES[kind] if name in operator.old_names), None)
