"""A plan on the terminal, or in a pipe: what a run will do, with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zoodsl.model.experiments import grid_size
from zoodsl.model.nodes import Part
from zoodsl.model.printer import show_column, show_frame, show_operation, show_value
from zoodsl.plan import tasks
from zoodsl.plan.batch import divisions
from zoodsl.plan.explain import about
from zoodsl.plan.judgement import expected_weights
from zoodsl.plan.steps import Decide, Divide, Fit, Judge, Memory, Perform, Plan, PlannedSegment, Prepare, Read
from zoodsl.screen.curve import draw_curve
from zoodsl.screen.plan_network import bases_rows, layers_table, phases_rows, scaled
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
    fit = plan.fit
    sections: tuple[tuple[str, Iterable[RenderableType]], ...] = (
        ("Settings", _settings(plan)),
        ("Data", _data(plan)),
        ("Preprocessing", _preprocessing(plan)),
        ("Network", _network(plan, console)),
        ("Training", () if fit is None else (_training(plan, fit),)),
        ("Cluster", _cluster(plan)),
        ("Learning rate", () if fit is None else _rates(plan, fit, console)),
        ("Memory of an executor, estimated", (_memory(plan.memory, plan.batch),)),
        ("Evaluation", _evaluation(plan)),
        ("Tasks", _tasks(plan)),
        ("Experiment", _experiment(plan)),
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
        codec = read.feature.codecs.get(column.name)
        made = f" -> {show_operation(codec)}" if codec is not None else ""
        rows.append(("feature", f"{show_column(column)}{made}, {getattr(kind, 'value', kind)}"))
    if read.label is not None:
        rows.append(("label", f"{show_column(read.label.column)} -> {show_operation(read.label.codec)}"))
    if parts[0].split:
        rows.append(("split", show_operation(parts[0].split)))
        rows += [(f"  {stage.part.value}", _rows(str(stage.rows))) for stage in parts]
    rows += [("counted", f"{asked} = {count:,}") for asked, count in plan.spec.counts.items()]
    yield _pairs(rows)


def _rows(count: str) -> str:
    return (
        "rows unknown until the run counts them"
        if count == "unknown"
        else f"{count} row{'s' * (count != '1')}"
    )


def _preprocessing(plan: Plan) -> Iterator[RenderableType]:
    train = next(stage for stage in plan.stages if isinstance(stage, Prepare))
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


def _network(plan: Plan, console: Console) -> Iterator[RenderableType]:
    network = plan.spec.network
    if network is None:
        return
    yield layers_table(plan, network, console.width)
    if plan.fit is None:
        yield _pairs(bases_rows(network))


def _training(plan: Plan, fit: Fit) -> Table:
    train = fit.train
    rows = [
        ("loss", show_operation(fit.optimize.loss)),
        *_weights(plan, fit),
        ("optimizer", show_operation(fit.optimize.optimizer)),
        ("epochs", _length(plan, fit)),
        ("batch", f"{train.batch} = {_shared(train.batch)} (cores x records)"),
    ]
    rows += phases_rows(plan, fit)
    if train.validate:
        metrics = "".join(f", {show_operation(metric)}" for metric in train.validate.metrics)
        rows.append(("validation", f"every {_every(train.validate.every, 'epoch')}: loss{metrics}"))
    if train.stop:
        rows.append(("stop", show_operation(train.stop)))
    kept = f"the epoch best by {train.keep.metric}" if train.keep else "the last epoch"
    rows.append(("keep", f"{kept}; a checkpoint every {_every(train.checkpoint_every, 'epoch')}"))
    rows.append(("seed", str(train.seed)))
    return _pairs(rows)


def _cluster(plan: Plan) -> Iterator[RenderableType]:
    cluster = plan.spec.cluster
    if cluster is None:
        return
    each = "memory sized by the run" if cluster.memory is None else f"{_bytes(cluster.memory)} of memory"
    yield _pairs(
        (("executors", f"{cluster.executors}, each with {_many(cluster.cores, 'core')} and {each}"),)
    )


def _experiment(plan: Plan) -> Iterator[RenderableType]:
    experiment = plan.spec.experiment
    if experiment is None:
        return
    rows = [(each.name, ", ".join(each.values)) for each in experiment.compared]
    by = f", compared by {experiment.metric}" if experiment.metric else ""
    rows.append(
        ("in all", f"{_many(grid_size(experiment.compared), 'combination')}{by}; `zoodsl experiment`")
    )
    yield _pairs(rows)


def _weights(plan: Plan, fit: Fit) -> Iterator[tuple[str, str]]:
    """What balanced weights will be, as far as all rows tell."""
    if fit.optimize.loss.arguments.get("weights") != "balanced":
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


def _length(plan: Plan, fit: Fit) -> str:
    epochs, each = fit.train.epochs, fit.iterations_per_epoch
    if each is None:
        return f"{epochs}; iterations depend on the rows that the run counts"
    rows = next(stage.rows for stage in plan.stages if isinstance(stage, Divide) and stage.part is Part.TRAIN)
    return f"{epochs}, each of {about(rows)}{each:,} iterations, {about(rows)}{epochs * each:,} in all"


def _shared(batch: int) -> str:
    return ", ".join(f"{cores} x {records}" for cores, records in divisions(batch, CORES))


def _every(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"


def _rates(plan: Plan, fit: Fit, console: Console) -> Iterator[RenderableType]:
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


def _memory(memory: Memory, batch: int | None) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    if batch is not None:
        data = "unknown" if memory.data is None else _bytes(memory.data)
        table.add_row("weights", _bytes(memory.weights), "with their exchange and the optimizer's state")
        table.add_row("gradients", _bytes(memory.gradients), "for each core")
        table.add_row("activations", _bytes(memory.activations), "of one batch, with their gradients")
        table.add_row("rows", data, "of the training part, cached")
    if memory.frozen:
        table.add_row("frozen weights", _bytes(memory.frozen), "of what runs in inference alone")
        table.add_row("inference", _bytes(memory.inference), "for each core, of the rows at once")
    table.add_row("engine", _bytes(memory.engine), "Spark and the JVM themselves")
    shared = ((1, None), (CORES, None)) if batch is None else divisions(batch, CORES)
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
            case Judge(part=part, metrics=metrics, plots=plots, table=table, baselines=baselines):
                listed = [*map(show_operation, metrics), *(["a table of the labels"] if table else [])]
                rows.append((part.value, ", ".join(listed)))
                if baselines:
                    rows.append(("beside", ", ".join(map(show_operation, baselines))))
                if plots:
                    rows.append(("plots", ", ".join(plots)))
            case _:
                pass
    if rows:
        yield _pairs(rows)


def _tasks(plan: Plan) -> Iterator[RenderableType]:
    rows = [
        (tasks.kind(stage.task), tasks.sentence(stage.task))
        for stage in plan.stages
        if isinstance(stage, Perform)
    ]
    if rows:
        yield _pairs(rows)


def _artefacts(plan: Plan) -> Table:
    return _pairs((artefact.path, artefact.doc) for artefact in plan.artefacts)
