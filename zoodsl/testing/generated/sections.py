"""The sections of generated specs that follow the network: what is learned by, training, and what is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog import registry
from zoodsl.catalog.losses import last_activations, needed_outputs
from zoodsl.catalog.metrics import suits
from zoodsl.catalog.operator import Loss, Metric, Operator, Target
from zoodsl.catalog.plots import PLOTS
from zoodsl.catalog.values import Kind, Real
from zoodsl.model.nodes import Operation
from zoodsl.model.printer import show_operation
from zoodsl.testing.calls import NOWHERE, arguments
from zoodsl.testing.generated.data import Data
from zoodsl.testing.generated.wording import Draw, Wording, body

_BATCHES = (1, 2, 4, 8, 16, 32, 64)
_ANY_ACTIVATION = ("linear", "relu", "sigmoid", "tanh", "softplus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A loss that fits the label, and how a network must end for it: so many numbers after this activation."""

    loss: Operation[Loss]
    outputs: int
    activation: str


@st.composite
def objectives(draw: Draw, data: Data) -> Objective:
    """A loss for the label of ``data``."""
    codec, given = data.label.operator, data.label.arguments
    size = codec.size(given)
    fitting = [
        (loss, outputs)
        for loss in registry.operators(Kind.LOSS)
        if isinstance(loss, Loss)
        and codec.target in loss.targets
        and isinstance(outputs := needed_outputs(loss, codec.target, size), int)
    ]
    loss, outputs = draw(st.sampled_from(fitting))
    drawn = draw(arguments(loss, (outputs,)))
    if isinstance(drawn.get("weights"), tuple):
        drawn["weights"] = tuple(draw(st.integers(1, 8)) / 2 for _ in range(outputs))
    activations = last_activations(loss, drawn) or _ANY_ACTIVATION
    able = [each for each in activations if each != "softmax" or outputs > 1]
    return Objective(
        loss=Operation(span=NOWHERE, operator=loss, arguments=drawn),
        outputs=outputs,
        activation=draw(st.sampled_from(able)),
    )


@st.composite
def optimize(draw: Draw, wording: Wording, objective: Objective, epochs: int) -> str:
    """The section `optimize`: the loss, an optimizer, and perhaps a schedule."""
    optimizer = draw(st.sampled_from(registry.operators(Kind.OPTIMIZER)))
    drawn = draw(arguments(optimizer, ()))
    if drawn.get("nesterov") and not drawn.get("momentum"):
        drawn["nesterov"] = False
    lines = [
        f"loss {show_operation(objective.loss)}",
        f"optimizer {show_operation(Operation(span=NOWHERE, operator=optimizer, arguments=drawn))}",
    ]
    chooses = optimizer.parameter("learning_rate").type == Real(minimum=1.0, maximum=1.0)
    if (
        wording.chance(40) and not chooses
    ):  # where the optimizer chooses its steps, there is no rate to change
        lines.append(draw(_schedule(drawn["learning_rate"], epochs)))
    return body("optimize", lines)


@st.composite
def _schedule(draw: Draw, rate: float, epochs: int) -> str:
    """Segments that end before training does, and a last one that goes on to its end."""
    schedules = registry.operators(Kind.SCHEDULE)
    segments = []
    for _ in range(draw(st.integers(0, 2 if epochs > 2 else 0))):
        length = draw(st.sampled_from(("1 epoch", "1 iteration", "2 iterations")))
        segments.append(f"{draw(_segment(schedules, rate))} for {length}")
    segments.append(draw(_segment([each for each in schedules if each.name != "Warmup"], rate)))
    return "schedule " + " then ".join(segments)


@st.composite
def _segment(draw: Draw, schedules: Sequence[Operator], rate: float) -> str:
    schedule = draw(st.sampled_from(schedules))
    drawn = draw(arguments(schedule, ()))
    if "to" in drawn:
        drawn["to"] = 2 * rate
    return show_operation(Operation(span=NOWHERE, operator=schedule, arguments=drawn))


# --- train


@st.composite
def train(draw: Draw, wording: Wording, data: Data, epochs: int) -> str:
    """The section `train`, an empty text where all is left to defaults."""
    lines = []
    batch = draw(st.sampled_from([each for each in _BATCHES if each <= data.rows]))
    if batch != 1 or wording.chance(20):
        lines.append(f"batch {wording.number(batch)}")
    if wording.chance(15):
        rounds = wording.name("rounds")
        wording.declarations.append(f"param {rounds}: int = {epochs}")
        wording.tuned.append((rounds, epochs))
        lines.append(f"epochs {rounds}")
    else:
        lines.append(f"epochs {wording.number(epochs)}")
    if wording.chance(30):
        lines.append(f"seed {draw(st.integers(0, 99))}")
    watched = ["loss"]
    if "validation" in data.parts and wording.chance(70):
        every = draw(st.sampled_from(("", "every 1 epoch ", "every 2 epochs "))) if epochs > 1 else ""
        drawn = draw(_metrics(data, judged=False))
        watched += [each.operator.name for each in drawn]
        with_ = f"with {', '.join(map(show_operation, drawn))}"
        lines.append(f"validate {every or 'every 1 epoch '}{with_}")
        if wording.chance(40):
            lines.append(
                f"keep {'last' if wording.chance(20) else f'best by {draw(st.sampled_from(watched))}'}"
            )
        if epochs > 4 and wording.chance(40):
            lines.append(f"stop EarlyStopping(monitor = {draw(st.sampled_from(watched))}, patience = 1)")
    if wording.chance(25):
        lines.append(f"checkpoint every {draw(st.sampled_from(('1 epoch', '2 epochs')))}")
    if wording.chance(25):
        logged = draw(st.sampled_from(("loss", "learning_rate", "loss, learning_rate")))
        lines.append(f"log {logged} every {draw(st.integers(2, 9))} iterations")
    return body("train", draw(st.permutations(lines)))


@st.composite
def _metrics(draw: Draw, data: Data, *, judged: bool) -> list[Operation[Metric]]:
    """Metrics that are defined for the label; ``judged``: in `evaluate`, which takes more of their arguments."""
    codec = data.label.operator
    fitting = [
        each for each in registry.operators(Kind.METRIC) if isinstance(each, Metric) and suits(each, codec)
    ]
    chosen = draw(
        st.lists(st.sampled_from(fitting), min_size=1, max_size=3, unique_by=lambda each: each.name)
    )
    return [
        Operation(span=NOWHERE, operator=each, arguments=draw(_metric_arguments(each, data, judged=judged)))
        for each in chosen
    ]


@st.composite
def _metric_arguments(draw: Draw, metric: Metric, data: Data, *, judged: bool) -> dict[str, Any]:
    drawn: dict[str, Any] = draw(arguments(metric, ()))
    codec = data.label.operator
    size = codec.size(data.label.arguments) or 1
    if "k" in drawn:
        drawn["k"] = min(drawn["k"], max(1, size - 1))
    if codec.values is None and "estimate" in drawn:
        drawn["estimate"] = None
    if "scaled" in drawn:
        drawn["scaled"] = False
    free = judged and codec.target is Target.MULTI_HOT and "validation" in data.parts
    threshold = metric.parameter("threshold")
    if threshold is not None and not free:
        drawn["threshold"] = threshold.default
    if "per" in drawn and not judged:
        drawn["per"] = None
    return drawn


# --- evaluate


@st.composite
def evaluate(draw: Draw, wording: Wording, data: Data) -> str:
    """The section `evaluate`, an empty text where there is none."""
    if data.parts == ("train",) or not wording.chance(75):
        return ""
    lines = [f"metric {', '.join(map(show_operation, draw(_metrics(data, judged=True))))}"]
    if wording.chance(30):
        parts = draw(st.lists(st.sampled_from(data.parts), min_size=1, unique=True))
        lines.append(f"on {', '.join(parts)}")
    plots = [
        name
        for name, plot in PLOTS.items()
        if data.label.operator.target in plot.targets and (not plot.of_images or data.source.image)
    ]
    if plots and wording.chance(50):
        lines.append(f"plot {', '.join(draw(st.lists(st.sampled_from(plots), min_size=1, unique=True)))}")
    if data.series and wording.chance(50):
        lines.append("baseline Persistence()")
    if data.ratings and wording.chance(50):
        lines.append(f"baseline ALS(rank = {draw(st.integers(1, 4))})")
    return body("evaluate", lines)
