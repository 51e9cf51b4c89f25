"""The resolved meaning of a spec: names bound, values computed, shapes inferred. The waist of the hourglass.

Left of it nothing knows a target; right of it nothing knows syntax. Spans remain, so that whatever is
found later can point at the ``.zoo`` line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from zoodsl.catalog.operator import (
    Arguments,
    Baseline,
    ColumnType,
    FeatureCodec,
    FrameStep,
    Function,
    LabelCodec,
    Layer,
    Loss,
    Metric,
    Operator,
    Optimizer,
    Reader,
    Schedule,
    Split,
    Stop,
    Transform,
    Weight,
)
from zoodsl.source import Span
from zoodsl.types import DType, Quantity, Shape, ValueType

O_co = TypeVar("O_co", bound=Operator, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[O_co]):
    """A call of an operator, bound: every parameter has a value, defaults included.

    ``places`` says where each given argument stands; those left to their default have none.
    """

    span: Span
    operator: O_co
    arguments: Arguments
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A ``param`` with the value this compilation gives it; ``overridden`` if a run set it."""

    span: Span
    name: str
    type: str
    value: Any
    overridden: bool


# --- data


class Certainty(Enum):
    """How a row count is known."""

    EXACT = "exact"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount:
    """How many rows; ``count`` is None exactly where certainty is UNKNOWN."""

    count: int | None
    certainty: Certainty

    def __str__(self) -> str:
        if self.count is None:
            return "unknown"
        return f"{'about ' if self.certainty is Certainty.ESTIMATED else ''}{self.count:,}"


UNKNOWN_ROWS = RowCount(count=None, certainty=Certainty.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A named table of rows, read by ``reader``; ``columns`` is empty if the data could not be looked at.

    A frame that is made of another names it as ``source``: its rows are those of ``source`` after ``steps``, and
    ``reader`` is what ``source`` begins with, whose key the rows keep.
    """

    span: Span
    name: str
    reader: Operation[Reader]
    columns: tuple[ColumnType, ...]
    rows: RowCount
    source: str | None = None
    steps: tuple[Joined | Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a frame, as ``frame.name`` or ``frame["name"]``. ``type`` is None where unknown.

    One that is computed of the frame's own columns says how in ``expression``, and ``name`` is what it is called then.
    """

    span: Span
    frame: str
    name: str
    type: ColumnType | None
    expression: Applied | Combined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A function of columns: its arguments are terms and constants."""

    span: Span
    operation: Operation[Function]

    @property
    def type(self) -> DType:
        """What comes out."""
        return self.operation.operator.gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """``left operator right``: arithmetic ``+ - * /``, or a comparison, which gives 1 where it holds and else 0.

    ``+`` joins texts. What is divided is a number with a fraction. ``type`` is None where a column's is unknown.
    """

    span: Span
    operator: str
    left: Term
    right: Term
    type: DType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """``Join(frame, on = left == right)``: each row with the rows of ``frame`` whose ``right`` equals its ``left``.

    ``renamed`` are names that both sides have, with what the column of each is called then; the right one's is None where
    it is what is joined by and is left out.
    """

    span: Span
    operation: Operation[FrameStep]
    frame: str
    left: Term
    right: Term
    renamed: Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``Where(condition)``: the rows for which the comparison holds."""

    span: Span
    operation: Operation[FrameStep]
    condition: Combined


Term = Column | Applied | Combined | str | int | float
"""A value of each row: a column's, computed, or the same for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What the network is fed: one image or tensor column, or numeric columns.

    Several numeric columns are one vector where the network has one input, else one input each, in order. ``codecs`` says
    what becomes of a column, by its name; others are fed as they are.
    """

    span: Span
    columns: tuple[Column, ...]
    codecs: Mapping[str, Operation[FeatureCodec]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How many of all rows are of a class, or have a label, and how many ``others`` there are."""

    name: str
    rows: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is learned: a column through a codec. Class indices count from 0.

    ``frequencies`` has each class or label, in order; it is empty where the data could not be looked at.
    """

    span: Span
    column: Column
    codec: Operation[LabelCodec]
    frequencies: tuple[Frequency, ...] = ()


class Part(Enum):
    """The parts into which a split divides the rows."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The ``data`` section. ``split`` is None where all rows train, or, of a spec that does not train, are tested on.

    ``label`` may be None where nothing is trained. ``parts`` are the rows of each part that there is, counted as far as
    that costs little.
    """

    span: Span
    frames: tuple[Frame, ...]
    feature: Feature
    label: Label | None
    split: Operation[Split] | None
    parts: Mapping[Part, RowCount]


# --- preprocessing


@dataclass(frozen=True, slots=True, kw_only=True)
class PreprocessStep:
    """One step with the types it takes and gives. ``probability`` below 1 wraps it in RandomApply.

    ``training_only`` steps never touch validation, test or prediction.
    """

    span: Span
    operation: Operation[Transform]
    training_only: bool
    probability: float
    input: ValueType
    output: ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocess:
    """The ``preprocess`` section, or an empty chain without one: what turns a row's feature into ``output``."""

    span: Span
    steps: tuple[PreprocessStep, ...]
    input: ValueType
    output: ValueType


# --- network

Weights = Mapping[str, tuple[Any, ...]]
"""NumPy arrays by layer name, of each layer in Keras 3's order and layout; layers without weights may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputNode:
    """An input of the network: ``input 1x28x28`` or ``x = Input(1)``."""

    span: Span
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNode:
    """A layer in the graph: its unique name, the nodes it reads, and its output's shape.

    ``base`` names the pretrained base that it comes from, None for a layer of the spec's own.
    """

    span: Span
    name: str
    operation: Operation[Layer]
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape
    base: str | None = None

    @property
    def weights(self) -> tuple[Weight, ...]:
        """Its weights and statistics, in Keras 3's order; empty for a layer that has none."""
        return self.operation.operator.weights(self.operation.arguments, self.input_shapes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A pretrained network that is part of the spec's: ``base name { load "path" ... }``.

    ``format`` is ``bigdl``, ``keras``, ``onnx`` or ``torch``. ``weights`` are what its layers begin with, by their names
    in the spec's network, as the network's inputs come: channels first, RGB. ``turned`` if it was trained on BGR, so that
    the weights that read colours are turned round.
    """

    span: Span
    name: str
    path: str
    format: str
    weights: Weights = field(compare=False, repr=False)
    turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The graph, in an order in which every node follows its inputs. ``output`` names the last node.

    ``frozen`` are the layers that training leaves as they are, weights and statistics, unless a phase says otherwise;
    a layer without weights may be among them.
    """

    span: Span
    inputs: tuple[InputNode, ...]
    layers: tuple[LayerNode, ...]
    output: str
    bases: tuple[Base, ...] = ()
    frozen: frozenset[str] = frozenset()

    @property
    def shape(self) -> Shape:
        """The output's shape."""
        shapes = {node.name: node.shape for node in self.inputs} | {
            node.name: node.shape for node in self.layers
        }
        return shapes[self.output]


# --- optimisation, training, evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A schedule and how long it runs, in epochs or iterations; None: to the end."""

    span: Span
    schedule: Operation[Schedule]
    length: Quantity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateShare:
    """``learning_rate 10% for "res5*"``: these layers learn at ``share`` times the scheduled rate."""

    span: Span
    layers: frozenset[str]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimize:
    """The ``optimize`` section. No segments: the optimizer's learning rate stays as it is.

    No layer is in two ``shares``.
    """

    span: Span
    loss: Operation[Loss]
    optimizer: Operation[Optimizer]
    schedule: tuple[Segment, ...]
    shares: tuple[RateShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate:
    """Validation every so many epochs with these metrics; the loss is always computed too."""

    span: Span
    every: int
    metrics: tuple[Operation[Metric], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """``keep best by METRIC``: the weights of the epoch that was best by ``metric`` ("loss" or a metric's name)."""

    span: Span
    metric: str
    better: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Which values go to TensorBoard, every how many iterations."""

    span: Span
    values: tuple[str, ...]
    every: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of training in which ``frozen`` layers stay as they are. ``epochs`` is None: to the end."""

    span: Span
    frozen: frozenset[str]
    epochs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """The ``train`` section. ``batch`` is the global batch; ``checkpoint_every`` is in epochs.

    ``keep`` is None where the last epoch's weights are kept. Without ``phases`` there is one, in which the network's
    frozen layers are.
    """

    span: Span
    seed: int
    batch: int
    epochs: int
    validate: Validate | None
    stop: Operation[Stop] | None
    checkpoint_every: int
    keep: Keep | None
    log: Log
    phases: tuple[Phase, ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate:
    """The ``evaluate`` section: metrics over ``parts``, by default the held-out rows (test, else validation), and plots.

    ``baselines`` are simple answers that are judged beside the network's. ``places`` says where each plot and each part
    is asked for.
    """

    span: Span
    metrics: tuple[Operation[Metric], ...]
    plots: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    baselines: tuple[Operation[Baseline], ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
