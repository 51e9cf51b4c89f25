"""A plan on the terminal, or in a pipe: what a run will do, with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zoodsl.model.nodes import Part
from zoodsl.model.printer import show_column, show_frame, show_operation, show_value
from zoodsl.plan.batch import divisions
from zoodsl.plan.explain import about
from zoodsl.plan.judgement import expected_weights
from zoodsl.plan.steps import Decide, Divide, Judge, Memory, Plan, PlannedSegment, Predict, Prepare, Read
from zoodsl.screen.curve import draw_curve
from zoodsl.screen.plan_network import layers_table, phases_rows, scaled
from zoodsl.types import ValueType

CORES = 16
"""Ways to share a batch are shown up to this many cores."""

CURVE_HEIGHT = 9
"""Odd, so that a row stands for half of the greatest rate."""


def render_plan(plan: Plan, console: Console) -> None:
    """Prints the plan; every line fits the console's width (80 columns or more look best)."""
    console.print(Text(plan.name, style="bold"), Text(plan.spec.path, style="dim"))
    if plan.spec.doc:
        console.print(Text(plan.spec.doc))
    sections: tuple[tuple[str, Iterable[RenderableType]], ...] = (
        ("Settings", _settings(plan)),
        ("Data", _data(plan)),
        ("Preprocessing", _preprocessing(plan)),
        ("Network", (layers_table(plan, console.width),)),
        ("Training", (_training(plan),)),
        ("Learning rate", _rates(plan, console)),
        ("Memory of an executor, estimated", (_memory(plan.memory, plan.fit.train.batch),)),
        ("Evaluation", _evaluation(plan)),
        (f"Written to runs/{plan.name}/<time>/", (_artefacts(plan),)),
    )
    for title, parts in sections:
        content = list(parts)
        if content:
            console.print()
            console.print(Text(title, style="bold cyan"))
            for part in content:
                console.print(Padding(part, (0, 0, 0, 2), expand=False))


def _settings(plan: Plan) -> Iterator[RenderableType]:
    if plan.settings:
        yield _pairs(
            (setting.name, show_value(setting.value) + ("  (set by this run)" if setting.overridden else ""))
            for setting in plan.settings
        )


def _pairs(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    """Labels on the left, what they stand for on the right, long texts wrapped under themselves."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, content in rows:
        table.add_row(Text(label), Text(content) if isinstance(content, str) else content)
    return table


def _data(plan: Plan) -> Iterator[RenderableType]:
    read = next(stage for stage in plan.stages if isinstance(stage, Read))
    parts = [stage for stage in plan.stages if isinstance(stage, Divide)]
    frames = plan.spec.data.frames if read.frame.source is not None else (read.frame,)
    rows = [(frame.name, f"{show_frame(frame)}, {_rows(str(frame.rows))}") for frame in frames]
    for column in read.feature.columns:
        kind = column.type.type if column.type else "type unknown"
        rows.append(("feature", f"{show_column(column)}, {getattr(kind, 'value', kind)}"))
    rows.append(("label", f"{show_column(read.label.column)} -> {show_operation(read.label.codec)}"))
    if parts[0].split:
        rows.append(("split", show_operation(parts[0].split)))
        rows += [(f"  {stage.part.value}", _rows(str(stage.rows))) for stage in parts]
    yield _pairs(rows)


def _rows(count: str) -> str:
    return "rows unknown until the run counts them" if count == "unknown" else f"{count} rows"


def _preprocessing(plan: Plan) -> Iterator[RenderableType]:
    train = next(stage for stage in plan.stages if isinstance(stage, Prepare) and stage.part is Part.TRAIN)
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_row("feature", Text(_type(train.input)))
    for step in train.steps:
        call = f"-> {show_operation(step.operation)}"
        if step.probability < 1:
            call += f" for {step.probability:.0%} of the rows"
        if step.training_only:
            call += ", in training only"
        table.add_row(Text(call), Text(_type(step.output)))
    if (train.steps[-1].output if train.steps else train.input) != train.output:
        table.add_row("-> tensor", Text(_type(train.output)))
    yield table


def _type(value: ValueType) -> str:
    return str(value).removesuffix(" -inf..inf")


def _training(plan: Plan) -> Table:
    fit, train = plan.fit, plan.fit.train
    rows = [
        ("loss", show_operation(fit.optimize.loss)),
        *_weights(plan),
        ("optimizer", show_operation(fit.optimize.optimizer)),
        ("epochs", _length(plan)),
        ("batch", f"{train.batch} = {_shared(train.batch)} (cores x records)"),
    ]
    rows += phases_rows(plan)
    if train.validate:
        metrics = "".join(f", {show_operation(metric)}" for metric in train.validate.metrics)
        rows.append(("validation", f"every {_every(train.validate.every, 'epoch')}: loss{metrics}"))
    if train.stop:
        rows.append(("stop", show_operation(train.stop)))
    kept = f"the epoch best by {train.keep.metric}" if train.keep else "the last epoch"
    rows.append(("keep", f"{kept}; a checkpoint every {_every(train.checkpoint_every, 'epoch')}"))
    rows.append(("seed", str(train.seed)))
    return _pairs(rows)


def _weights(plan: Plan) -> Iterator[tuple[str, str]]:
    """What balanced weights will be, as far as all rows tell."""
    if plan.fit.optimize.loss.arguments.get("weights") != "balanced":
        return
    expected = expected_weights(plan.spec)
    if not expected:
        yield "weights", "balanced by the training rows, when the run has counted them"
        return
    heavy = {
        name: weights[0] if len(weights) == 1 else weights[1] / weights[0]
        for name, weights in expected.items()
    }
    classes = len(next(iter(expected.values()))) == 1
    listed = ", ".join(f"{name} {weight:.3g}" for name, weight in heavy.items())
    what = "each class" if classes else "a yes, times a no"
    yield "weights", f"balanced by the training rows; by all rows, {what}: {listed}"


def _length(plan: Plan) -> str:
    fit = plan.fit
    epochs, each = fit.train.epochs, fit.iterations_per_epoch
    if each is None:
        return f"{epochs}; iterations depend on the rows that the run counts"
    rows = next(stage.rows for stage in plan.stages if isinstance(stage, Divide) and stage.part is Part.TRAIN)
    return f"{epochs}, each of {about(rows)}{each:,} iterations, {about(rows)}{epochs * each:,} in all"


def _shared(batch: int) -> str:
    return ", ".join(f"{cores} x {records}" for cores, records in divisions(batch, CORES))


def _every(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"


def _rates(plan: Plan, console: Console) -> Iterator[RenderableType]:
    fit = plan.fit
    initial = show_value(fit.optimize.optimizer.arguments["learning_rate"])
    if not fit.schedule:
        yield Text(f"{initial} throughout")
        return
    yield Text(f"from {initial}: " + ", then ".join(_segment(segment) for segment in fit.schedule))
    for line in draw_curve(
        plan.rates,
        width=console.width - 2,
        height=CURVE_HEIGHT,
        until=fit.train.epochs,
        axis="epochs" if fit.train.epochs > 1 else "epoch",
        ascii_only=console.options.ascii_only,
    ):
        yield Text(line, no_wrap=True)
    if not plan.rates:
        yield Text(
            "no curve: the rows, and so the iterations, are unknown until the run counts them", style="dim"
        )
    elif None in (plan.rates[0], plan.rates[-1]):
        yield Text("left open where the rate depends on results", style="dim")


def _segment(segment: PlannedSegment) -> str:
    length = ""
    if segment.epochs is not None:
        length = f" for {_many(segment.epochs, 'epoch')}"
    elif segment.iterations is not None:
        length = f" for {_many(segment.iterations, 'iteration')}"
    return show_operation(segment.schedule) + length


def _many(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _memory(memory: Memory, batch: int) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    table.add_row("weights", _bytes(memory.weights), "with their exchange and the optimizer's state")
    table.add_row("gradients", _bytes(memory.gradients), "for each core")
    table.add_row("activations", _bytes(memory.activations), "of one batch, with their gradients")
    table.add_row(
        "rows", "unknown" if memory.data is None else _bytes(memory.data), "of the training part, cached"
    )
    if memory.frozen:
        table.add_row("frozen weights", _bytes(memory.frozen), "of what runs in inference alone")
        table.add_row("inference", _bytes(memory.inference), "for each core, of the rows at once")
    table.add_row("engine", _bytes(memory.engine), "Spark and the JVM themselves")
    shared = divisions(batch, CORES)
    for cores, _ in dict.fromkeys((shared[0], shared[-1])):
        table.add_row("total", Text(_bytes(memory.total(cores)), style="bold"), f"on {_many(cores, 'core')}")
    return table


def _bytes(count: int) -> str:
    return scaled(count, "B")


def _evaluation(plan: Plan) -> Iterator[RenderableType]:
    rows = []
    for stage in plan.stages:
        match stage:
            case Decide(part=part):
                rows.append(("thresholds", f"for each label the best F1 score over the {part.value} rows"))
            case Judge(part=part, metrics=metrics, plots=plots, table=table):
                listed = [*map(show_operation, metrics), *(["a table of the labels"] if table else [])]
                rows.append((part.value, ", ".join(listed)))
                if plots:
                    rows.append(("plots", ", ".join(plots)))
            case Predict(frame=frame):
                rows.append(("predict", f"{show_operation(frame.reader)}: rows {frame.rows}"))
            case _:
                pass
    if rows:
        yield _pairs(rows)


def _artefacts(plan: Plan) -> Table:
    return _pairs((artefact.path, artefact.doc) for artefact in plan.artefacts)
