"""The declaration of an operator: the one place that says what it takes, what it means and what it yields.

Argument binding, shape inference, suggestions, reference docs, random networks and the targets' binding
tables are all read from it; it imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from zoodsl.catalog.values import Kind, ParameterType, Sort
from zoodsl.types import DType, Shape, TensorType, ValueType

Arguments = Mapping[str, Any]
"""Bound arguments by parameter name, every parameter present; see ``zoodsl.catalog.values`` for the Python types."""


class Required(Enum):
    """The default of a parameter that has none."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a rule cannot be applied: ``message`` says what is wrong in the user's terms, ``help`` what to do.

    ``parameter`` names the argument at fault, if one is.
    """

    message: str
    help: str = ""
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. Positional arguments bind in the order of declaration, except those ``keyword_only``.

    ``old_names`` are familiar spellings from other systems: an error with a certain fix.
    """

    name: str
    type: ParameterType
    default: Any = REQUIRED
    doc: str = ""
    keyword_only: bool = False
    old_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Operator:
    """What all operators have. ``source`` cites the definition; ``doc`` is one plain sentence or more.

    Each is declared once, and is equal to itself alone.
    """

    name: str
    kind: Kind
    doc: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    old_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:
        # What notebooks and hypothesis print is as short: laws that fail name dozens of operators.
        printer.text(repr(self))

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name, if there is one."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight tensor of a layer in Keras 3's layout: ``kernel`` of Dense is (in, out).

    ``initializer`` is the name of a Keras initializer. Not ``trainable``: moved by training's statistics,
    as BatchNormalization's ``moving_mean``.
    """

    name: str
    shape: Shape
    initializer: str
    trainable: bool = True


ShapeRule = Callable[[Arguments, tuple[Shape, ...]], Shape | Mismatch]
WeightRule = Callable[[Arguments, tuple[Shape, ...]], tuple[Weight, ...]]
CostRule = Callable[[Arguments, tuple[Shape, ...], Shape], int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Layer(Operator):
    """A layer. Shapes are of one record, channels first; ``inputs`` bounds how many tensors it takes.

    ``shape(arguments, input_shapes)`` gives the output's shape; ``weights`` the weight tensors in Keras 3's order;
    ``flops(arguments, input_shapes, output_shape)`` the floating-point operations of one record's
    forward pass, a multiply-add counted as two. ``random`` layers differ between training and inference.
    ``integer_input``: takes indices, not measures (Embedding).
    """

    kind: Kind = Kind.LAYER
    shape: ShapeRule
    weights: WeightRule
    flops: CostRule
    inputs: tuple[int, int | None] = (1, 1)
    random: bool = False
    integer_input: bool = False


class Target(Enum):
    """What a label is, once its codec has been applied."""

    CLASS = "class index"
    MULTI_HOT = "multi-hot vector"
    NUMBER = "number"
    VECTOR = "vector of numbers"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Loss(Operator):
    """A loss. ``targets``: label kinds it accepts; ``activations``: last activations it is right for.

    ``outputs`` is how many numbers the network must give: ``classes`` (one a class), ``labels`` (one a label of a
    multi-hot or vector target) or ``one``. An empty ``activations`` accepts any.
    """

    kind: Kind = Kind.LOSS
    targets: tuple[Target, ...]
    activations: tuple[str, ...] = ()
    outputs: str = "classes"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Metric(Operator):
    """A metric: ``better`` is ``max`` or ``min``; ``targets`` the label kinds it is defined for."""

    kind: Kind = Kind.METRIC
    targets: tuple[Target, ...]
    better: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot: ``targets`` are the label kinds it is defined for, ``pictures`` its files and what they show.

    ``of_images``: it shows the rows' own images.
    """

    targets: tuple[Target, ...]
    pictures: Mapping[str, str]
    of_images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Optimizer(Operator):
    """An optimizer; it always has a parameter ``learning_rate``."""

    kind: Kind = Kind.OPTIMIZER


RateRule = Callable[[Arguments, float, int, int, int], float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Schedule(Operator):
    """A learning-rate schedule. ``rate(arguments, start, step, length, per_epoch)`` is the closed form.

    ``start`` is the rate when the segment begins, ``step`` counts iterations from 0 within it, ``length`` is the
    segment's length and ``per_epoch`` an epoch's, in iterations. None where the rate depends on results (Plateau).
    """

    kind: Kind = Kind.SCHEDULE
    rate: RateRule | None


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column that a reader gives: its element type, or an image's or tensor's type."""

    name: str
    type: DType | ValueType


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Reader(Operator):
    """A reader. Its columns are found by a look at the data (``zoodsl.sources``).

    ``key`` names the column whose hash places a row in a split.
    """

    kind: Kind = Kind.READER
    key: str


TypeRule = Callable[[Arguments, ValueType], ValueType | Mismatch]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Transform(Operator):
    """A preprocessing step. ``result(arguments, input)`` types it; ``random`` steps draw anew for each record."""

    kind: Kind = Kind.TRANSFORM
    result: TypeRule
    random: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LabelCodec(Operator):
    """How a column becomes a target. ``size(arguments)`` is the number of classes or entries, None if read from data.

    ``values(arguments)`` are the numbers that classes stand for, where these are steps of a scale.
    """

    kind: Kind = Kind.LABEL
    target: Target
    size: Callable[[Arguments], int | None]
    values: Callable[[Arguments], tuple[float, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Function(Operator):
    """What is computed of columns, row by row: ``gives`` is the type of what comes out.

    A missing value in gives a missing value out. What a function means is said in its ``doc`` and computed in
    ``zoodsl.sources.terms``.
    """

    kind: Kind = Kind.FUNCTION
    gives: DType


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrameStep(Operator):
    """How one frame is made of another: ``images -> Join(...) -> Where(...)``."""

    kind: Kind = Kind.FRAME_STEP


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Split(Operator):
    """How rows are divided into ``train``, ``validation`` and ``test``."""

    kind: Kind = Kind.SPLIT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Regularizer(Operator):
    """A penalty on a weight tensor."""

    kind: Kind = Kind.REGULARIZER


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Stop(Operator):
    """A rule that ends training before the last epoch."""

    kind: Kind = Kind.STOP


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Baseline(Operator):
    """A simple answer that is judged beside the network's: ``targets`` are the label kinds it is defined for.

    ``fitted`` ones learn from the rows that train.
    """

    kind: Kind = Kind.BASELINE
    targets: tuple[Target, ...]
    fitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FeatureCodec(Operator):
    """How a column becomes what the network is fed: ``feature ratings.user -> Index()``.

    ``gives(arguments)`` is what comes of a column of text that is fed alone; without it, the column stays one number.
    """

    kind: Kind = Kind.FEATURE
    gives: Callable[[Arguments], TensorType] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ranking(Operator):
    """A metric of recommendations: how far up what a user turned to stands among others; more is better."""

    kind: Kind = Kind.RANKING


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Detector(Operator):
    """How a network's output becomes boxes: it has the parameters ``classes``, ``threshold`` and ``iou``.

    ``cells(arguments, shape)`` says why an output of this shape is none of its, None where it is.
    """

    kind: Kind = Kind.DETECTOR
    cells: Callable[[Arguments, Shape], Mismatch | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Domain(Operator):
    """What a law is tried on: ``forall image in AnyImage(...)``."""

    kind: Kind = Kind.DOMAIN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Measure(Operator):
    """What a law says of a value: ``Shape(...)``, ``Within(..., 0..1)``.

    ``gives`` is what comes out, None where it depends on what is measured. One that gives ``Sort.TRUTH`` is a claim by
    itself; others are compared with something.
    """

    kind: Kind = Kind.MEASURE
    gives: Sort | None
