"""The plan: a graph of stages with known inputs, determinism and cost. It is what a target compiles.

A plan says nothing of the machine that compiles it: cores and memory are resolved at launch, so that equal
specs give equal programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoodsl.catalog.operator import Baseline, Metric, Schedule, Split
from zoodsl.model.nodes import (
    Feature,
    Frame,
    Label,
    Network,
    Operation,
    Optimize,
    Part,
    PreprocessStep,
    RowCount,
    Setting,
    Train,
)
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Task
from zoodsl.source import Span
from zoodsl.types import Shape, ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the data's way. ``inputs`` name earlier stages.

    ``deterministic``: the same inputs give the same output, so that the output may be kept and used again.
    """

    span: Span
    name: str
    inputs: tuple[str, ...]
    deterministic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Stage):
    """Reads a frame and names its feature and label columns."""

    frame: Frame
    feature: Feature
    label: Label | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divide(Stage):
    """The rows of one part. ``split`` is None where there is but one."""

    part: Part
    split: Operation[Split] | None
    rows: RowCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(Stage):
    """Turns the part's features into ``output``; training-only steps are present for the training part alone."""

    part: Part
    steps: tuple[PreprocessStep, ...]
    input: ValueType
    output: ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract(Stage):
    """Runs the frozen network up to the node ``boundary``, without training it: features of ``shape`` for each row.

    Where it is not deterministic, its rows are drawn anew, and so are the features, each epoch.
    """

    part: Part
    boundary: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSegment:
    """A segment of the learning-rate schedule. ``epochs`` and ``iterations`` are its length as written (one of them).

    Both None: to the end of training. Programs turn epochs into iterations from the counted rows.
    """

    span: Span
    schedule: Operation[Schedule]
    epochs: int | None
    iterations: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPhase:
    """A stretch of training. ``epochs`` is its length, None: to the end of training.

    ``frozen`` are the layers with weights that it leaves as they are. ``boundary`` is the node up to which the network
    is frozen, deterministic, and passed by every path from the inputs: what comes before it runs in inference
    alone, and what follows is trained on its output. None: the network is trained as one. ``stored``: the output at
    the boundary is computed once for every row, not anew each epoch.
    """

    span: Span
    frozen: frozenset[str]
    epochs: int | None
    boundary: str | None = None
    stored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Stage):
    """Trains the network; ``inputs`` are the training part and, where there is one, the validation part.

    They are prepared, or beyond that features up to a phase's boundary.

    ``phases`` is at least one. ``iterations_per_epoch`` is the ceiling of rows by batch, None where the rows are unknown.
    """

    network: Network
    optimize: Optimize
    train: Train
    schedule: tuple[PlannedSegment, ...]
    phases: tuple[PlannedPhase, ...]
    validation: Part | None
    iterations_per_epoch: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply(Stage):
    """Builds the network with the weights of its bases, and trains nothing."""

    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Stage):
    """The network as an earlier run saved it with its preprocessing in ``folder``; trains nothing.

    ``thresholds`` are those that the run chose, by label; empty where it chose none.
    """

    network: Network
    folder: str
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Stage):
    """Chooses for each label the threshold with the best F1 score over the rows of ``part``."""

    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Stage):
    """Computes metrics of the network, and of ``baselines``, over one part, and draws plots; ``table``: a row for each label."""

    part: Part
    metrics: tuple[Operation[Metric], ...]
    plots: tuple[str, ...]
    table: bool = False
    baselines: tuple[Operation[Baseline], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform(Stage):
    """Carries out a task. Where it feeds the network with rows of its own, ``steps`` prepare them."""

    task: Task
    steps: tuple[PreprocessStep, ...]


AnyStage = Read | Divide | Prepare | Extract | Fit | Apply | Restore | Decide | Judge | Perform


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCost:
    """What one layer costs: parameters (trainable, and fixed statistics), FLOPs and activation bytes of one record."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    shape: Shape
    parameters: int
    statistics: int
    flops: int
    activation_bytes: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An estimate for one executor that trains alone, in bytes, by what it grows with (``zoodsl.plan.cost``).

    ``weights``: the weights with what the exchange of gradients and the optimizer keep; ``gradients``: for each
    core; ``activations``: of one global batch, however many cores share it; ``data``: cached rows, None where
    their number or size is unknown; ``engine``: Spark and the engine themselves; ``frozen``: the weights of what
    runs in inference alone; ``inference``: for each core, the rows that go through that at once.
    """

    weights: int
    gradients: int
    activations: int
    data: int | None
    engine: int
    frozen: int = 0
    inference: int = 0

    def total(self, cores: int) -> int:
        """The sum of what is known, on an executor of ``cores`` cores."""
        shared = self.weights + self.frozen + self.activations + (self.data or 0)
        return shared + cores * (self.gradients + self.inference) + self.engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A file that a run writes, relative to the run folder, and what it is."""

    path: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a run will do. ``rates`` is the learning rate at each iteration, None past what can be foreseen.

    It is empty where the number of iterations is unknown, and where nothing is trained. ``batch`` is how many records
    training takes at once, over all cores, which share them equally; None where nothing is trained.
    """

    spec: Spec
    name: str
    settings: tuple[Setting, ...]
    stages: tuple[AnyStage, ...]
    layers: tuple[LayerCost, ...]
    memory: Memory
    batch: int | None
    rates: Sequence[float | None]
    artefacts: tuple[Artefact, ...]

    @property
    def fit(self) -> Fit | None:
        """The training stage; None where nothing is trained."""
        return next((stage for stage in self.stages if isinstance(stage, Fit)), None)

    @property
    def restored(self) -> Restore | None:
        """The stage that brings a saved network back; None where none does."""
        return next((stage for stage in self.stages if isinstance(stage, Restore)), None)
