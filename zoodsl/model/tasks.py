"""Tasks: what a spec does with its network, or its data, once that is trained or read. Each has a section of its own."""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog.operator import Detector, Ranking
from zoodsl.model.nodes import Column, Frame, Operation, Part, PreprocessStep
from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict:
    """The ``predict`` section: the rows of ``frame``, which need no label, are predicted after training.

    ``top`` is how many classes are told of each row, the most probable ones first. ``part``: not all rows, but those of
    this part of the data, whose ``frame`` it is; ``first``: no more than so many. ``labelled``: they have the label that is
    learned, so that it can be told how many are right.
    """

    span: Span
    frame: Frame
    top: int
    part: Part | None = None
    first: int | None = None
    labelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWindows:
    """Windows of ``series`` in the file at ``path``, in the form of the Numenta Anomaly Benchmark."""

    span: Span
    path: str
    series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomalies:
    """The ``anomalies`` section: of the rows of ``parts``, the ``share`` whose error is largest is flagged.

    ``time`` says when a row was, and is compared with ``known`` windows. ``kinds`` tells rows apart in a histogram.
    """

    span: Span
    share: float
    parts: tuple[Part, ...]
    time: Column | None
    known: KnownWindows | None
    plots: tuple[str, ...]
    kinds: Column | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The ``index`` section: what the network gives for all rows, and for each the ``top`` rows whose angle is least.

    ``node`` is the layer whose output is compared. ``by_prediction``: rows of the class that the network predicts for
    a row come before all others; ``included``: a row is among its own neighbours.
    """

    span: Span
    node: str
    top: int
    by_prediction: bool
    included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """The ``detect`` section: the boxes that ``detector`` makes of what the network gives of each row's picture.

    Its ``classes`` are their names. ``known`` are boxes to compare with: columns ``image``, ``class``, ``x1``, ``y1``, ``x2`` and
    ``y2``, in pixels. Boxes are drawn into ``drawn`` of the pictures, and, where these are a clip's frames, into all of them,
    as a film of ``film`` frames a second.
    """

    span: Span
    detector: Operation[Detector]
    known: Frame | None
    drawn: int
    film: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryLine:
    """A line of a gallery: ``steps`` in a chain, which begins with the image as it is read; ``text`` as it is written."""

    span: Span
    text: str
    steps: tuple[PreprocessStep, ...]

    @property
    def random(self) -> bool:
        """Whether it may come out otherwise each time."""
        return any(step.operation.operator.random or step.probability < 1 for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """The ``gallery`` section: what each of its ``lines`` makes of the first ``rows`` images.

    Lines that draw at random are shown ``draws`` times.
    """

    span: Span
    column: Column
    lines: tuple[GalleryLine, ...]
    rows: int
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``offer ratings.item to ratings.user``: values of ``item`` are recommended to each value of ``user``."""

    span: Span
    item: Column
    user: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommend:
    """The ``recommend`` section: for each of ``offers``, the ``top`` values that the network rates best.

    ``among`` are the candidates: the pairs of a part by its name, or ``unseen``, all that train but those that train
    together. The ``order`` is by the expected ``rating``, or by the most probable ``class`` and then its probability.
    """

    span: Span
    offers: tuple[Offer, ...]
    top: int
    among: str
    order: str
    metrics: tuple[Operation[Ranking], ...]


Task = Predict | Anomalies | Index | Detect | Gallery | Recommend
