"""The types that an operator's parameters may have, as data.

A bound argument is a plain Python value: ``Integer`` int; ``Real`` float; ``Boolean`` bool; ``String``, ``Path`` and
``Choice`` str; ``Sizes`` and ``ListOf`` tuple; ``Interval`` a pair of floats; ``Share`` a float from 0 to 1
(written ``50%``); ``Portion`` a pair of Quantities in percent; ``Duration`` a Quantity; ``OneOf`` as the type that fits; ``OperationOf`` a bound operation;
``ColumnOf`` a column; ``TextOf``, ``NumberOf`` and ``Condition`` a term; ``FrameOf`` a frame's name; ``Measured`` what a law
speaks of (``zoodsl.model.properties``); None where the parameter's default is None and it was not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from zoodsl.types import Unit


class Kind(Enum):
    """What an operator is, in the words that messages use."""

    LAYER = "layer"
    LOSS = "loss"
    METRIC = "metric"
    OPTIMIZER = "optimizer"
    SCHEDULE = "schedule"
    READER = "reader"
    TRANSFORM = "transform"
    LABEL = "label"
    SPLIT = "split"
    REGULARIZER = "regularizer"
    STOP = "stopping rule"
    FUNCTION = "function"
    FRAME_STEP = "frame step"
    BASELINE = "baseline"
    DETECTOR = "detector"
    FEATURE = "feature"
    RANKING = "ranking"
    DOMAIN = "domain"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within inclusive bounds."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Real:
    """A number within inclusive bounds, or open ones where ``*_open`` is set. Ints are taken too."""

    minimum: float | None = None
    maximum: float | None = None
    minimum_open: bool = False
    maximum_open: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text of at least ``least`` characters."""

    least: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """A quoted path or glob, relative to the ``.zoo`` file; a ``scheme://`` address is taken as it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed set of bare names, such as ``same``. ``old_names`` are familiar spellings and what they mean."""

    values: tuple[str, ...]
    old_names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sizes:
    """``rank`` whole numbers such as ``3x3``; a single int stands for all of them. At least ``minimum``."""

    rank: int
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class ShapeOf:
    """A shape of any rank, written ``3x224x224``, or an int for rank one."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[a, b, c]`` of one type; a lone value is taken as a list of one where ``lone`` is set.

    ``least`` is how many items there must be; no two are equal where ``distinct`` is set.
    """

    item: ParameterType
    lone: bool = False
    least: int = 0
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these types; a value has the first that it fits: ``10`` or ``["cat", "dog"]``."""

    types: tuple[ParameterType, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """``low..high``; two positional numbers ``low, high`` stand for it too where ``pair`` is set."""

    minimum: float | None = None
    maximum: float | None = None
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, written ``50%``."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A stretch of a whole, written ``10%..60%``."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A number with one of ``units``: ``5 epochs``."""

    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class OperationOf:
    """A call of an operator of this kind: ``L2(0.1)`` for a regularizer."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column of a frame, ``rows.image`` or ``rows["Patient ID"]``, or what is computed from columns of it."""


@dataclass(frozen=True, slots=True)
class TextOf:
    """A column of text, or a text that is computed from columns."""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """A column of numbers, or a number that is computed from columns; of whole ones alone where ``whole`` is set."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of what is computed from columns: ``patients.age >= 18``; an equality where ``equality`` is set."""

    equality: bool = False


@dataclass(frozen=True, slots=True)
class FrameOf:
    """A frame by its name."""


class Sort(Enum):
    """What a value is that a law speaks of, in the words that messages use."""

    IMAGE = "an image"
    TENSOR = "a tensor"
    ROW = "a row"
    NUMBER = "a number"
    TEXT = "a text"
    SIZE = "a size"
    PART = "a part of the data"
    TRUTH = "true or false"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a law speaks of, of one of ``sorts``."""

    sorts: tuple[Sort, ...]


@dataclass(frozen=True, slots=True)
class Monitor:
    """What a rule watches: ``loss`` (training), or a metric that ``validate`` computes, by its name."""


ParameterType = (
    Integer
    | Real
    | Boolean
    | String
    | Path
    | Choice
    | Sizes
    | ShapeOf
    | ListOf
    | OneOf
    | Interval
    | Share
    | Portion
    | Duration
    | OperationOf
    | ColumnOf
    | TextOf
    | NumberOf
    | Condition
    | FrameOf
    | Measured
    | Monitor
)


def choices(type: ParameterType) -> tuple[str, ...]:  # noqa: A002 - a parameter's type
    """The bare names that a value of this type may be, or hold."""
    match type:
        case Choice(values):
            return values
        case OneOf(types):
            return tuple(value for each in types for value in choices(each))
        case ListOf(item):
            return choices(item)
        case _:
            return ()
