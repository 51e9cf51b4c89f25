"""Training over time: validation and what depends on it, batch against rows, schedule lengths against epochs."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Operator, Split
from zoodsl.catalog.schedules import iterations, iterations_per_epoch
from zoodsl.catalog.values import Kind, Monitor
from zoodsl.diagnostics import Diagnostics, Label, did_you_mean
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import training as rules
from zoodsl.model.nodes import Certainty, Evaluate, Keep, Operation, RowCount, Segment
from zoodsl.semantics.optimize import OptimizeDraft
from zoodsl.semantics.train import TrainDraft
from zoodsl.source import Span
from zoodsl.types import Unit


def check_parts(
    split: Operation[Split] | None, train: TrainDraft, evaluate: Evaluate | None, diagnostics: Diagnostics
) -> None:
    """``validate`` has rows to validate on, and ``evaluate`` rows to be evaluated on."""
    validation = split is not None and bool(split.arguments.get("validation"))
    test = split is not None and bool(split.arguments.get("test"))
    if train.validate is not None and not validation:
        diagnostics.report(
            rules.NO_VALIDATION_PART,
            train.validate.span,
            "there are no rows to validate on: the data have no validation part",
            help=_part_help("validation", split),
            labels=[Label(split.span, "this split gives it nothing")] if split is not None else (),
        )
    if evaluate is not None and (evaluate.metrics or evaluate.plots) and not (validation or test):
        diagnostics.report(
            rules.NO_HELD_OUT_PART,
            evaluate.span,
            "there are no rows to evaluate on: all of them train",
            help=_part_help("test", split),
            labels=[Label(split.span, "this split trains on everything")] if split is not None else (),
        )


def _part_help(part: str, split: Operation[Split] | None) -> str:
    if split is None:
        return "divide the rows in `data`: `split Random(train = 80%, validation = 10%, test = 10%)`"
    example = '"text"' if split.operator.name == "Fixed" else "10%"
    return f"give it a part of the rows: `{split.operator.name}(..., {part} = {example})`"


def monitored(
    name: str, place: Span, train: TrainDraft, diagnostics: Diagnostics, *, needs_validation: bool
) -> str | None:
    """Whether more (``max``) or less (``min``) of a monitored value is better; None after a report."""
    if name != "loss" and registry.find(Kind.METRIC, name) is None:
        known = ["loss", *registry.names(Kind.METRIC)]
        new = registry.renamed(Kind.METRIC, name)
        diagnostics.report(
            name_rules.UNKNOWN_OPERATOR,
            place,
            f"there is no metric `{name}`",
            help=f"it is called `{new}` here"
            if new
            else did_you_mean(name, known) or "write `loss` or a metric's name",
        )
        return None
    if train.validate_in_error:
        return None
    if train.validate is None:
        if name == "loss" and not needs_validation:
            return "min"
        diagnostics.report(
            rules.NEEDS_VALIDATION,
            place,
            f"`{name}` is computed in validation, and nothing is validated",
            help=f"add `validate every 1 epoch with {name if name != 'loss' else 'Accuracy'}()` to `train`",
        )
        return None
    metrics = {metric.operator.name: metric.operator for metric in train.validate.metrics}
    if name == "loss":
        return "min"
    if name in metrics:
        return metrics[name].better
    diagnostics.report(
        rules.NOT_VALIDATED,
        place,
        f"`{name}` is not among the metrics of `validate`",
        help=f"add it there: `with {', '.join(f'{each}()' for each in (*metrics, name))}`",
        labels=[Label(train.validate.span, f"computes {', '.join(metrics) or 'the loss alone'}")],
    )
    return None


def keep(train: TrainDraft, diagnostics: Diagnostics) -> Keep | None:
    """``keep best by``, with the direction of its metric."""
    if train.keep is None:
        return None
    name, span = train.keep.text, train.keep.span
    better = monitored(name, span, train, diagnostics, needs_validation=True)
    return None if better is None else Keep(span=train.places["keep"], metric=name, better=better)


def check_monitors(
    operation: Operation[Operator], train: TrainDraft, diagnostics: Diagnostics, *, needs_validation: bool
) -> None:
    """What a stopping rule or a schedule monitors is computed."""
    for parameter in operation.operator.parameters:
        if isinstance(parameter.type, Monitor):
            place = operation.places.get(parameter.name, operation.span)
            name = operation.arguments[parameter.name]
            monitored(name, place, train, diagnostics, needs_validation=needs_validation)


def check_batch(train: TrainDraft, rows: RowCount, source: Span, diagnostics: Diagnostics) -> None:
    """A batch is not larger than the rows that train: BigDL would stop with an error, or train on nothing.

    ``source`` is where the rows are from, which is shown where the batch is the default.
    """
    if train.batch is None or rows.count is None or train.batch <= rows.count:
        return
    sure = rows.certainty is Certainty.EXACT
    if sure and not rows.count:
        return  # a part without rows was reported
    diagnostics.report(
        rules.BATCH_OVER_ROWS,
        train.places.get("batch", source),
        f"the batch is {train.batch:,}{'' if 'batch' in train.places else ' by default'}, and {'only' if sure else 'only about'} {rows.count:,} rows train",
        help=f"write `batch {rows.count}` or less in `train`"
        if rows.count
        else "there are no rows to train on",
    )


def check_lengths(
    optimize: OptimizeDraft, train: TrainDraft, rows: RowCount | None, diagnostics: Diagnostics
) -> None:
    """The schedule's segments fill the training: neither too short, nor longer than it."""
    segments = optimize.schedule
    if not segments or train.epochs is None:
        return
    lengths = [segment.length for segment in segments if segment.length is not None]
    if not lengths:
        return
    per_epoch = None
    if rows is not None and rows.count and rows.certainty is Certainty.EXACT and train.batch is not None:
        per_epoch = iterations_per_epoch(rows.count, train.batch)
    units = {length.unit for length in lengths}
    if units == {Unit.EPOCH}:
        total, needed, unit = sum(length.value for length in lengths), train.epochs, "epochs"
    elif per_epoch is not None:
        total = sum(iterations(length, per_epoch) for length in lengths)
        needed, unit = train.epochs * per_epoch, "iterations"
    else:
        return
    _compare(segments, int(total), needed, unit, train, diagnostics)


def _compare(
    segments: tuple[Segment, ...],
    total: int,
    needed: int,
    unit: str,
    train: TrainDraft,
    diagnostics: Diagnostics,
) -> None:
    span = segments[0].span.to(segments[-1].span)
    lasting = f"{needed:,} {unit.removesuffix('s') if needed == 1 else unit}"
    labels = [Label(train.places["epochs"], lasting)] if "epochs" in train.places else []
    written = " + ".join(f"{segment.length.value:,g}" for segment in segments if segment.length is not None)
    summed = f"{written} = {total:,} {unit}" if "+" in written and unit == "epochs" else f"{total:,} {unit}"
    open_end = segments[-1].length is None
    if total < needed and not open_end:
        diagnostics.report(
            rules.SCHEDULE_TOO_SHORT,
            span,
            f"the schedule ends after {summed}, and training takes {needed:,}",
            help=f"make it {needed - total:,} {unit} longer, or leave the last `for` out: "
            "it then runs to the end",
            labels=labels,
        )
    elif total > needed or (total == needed and open_end):
        diagnostics.report(
            rules.SCHEDULE_TOO_LONG,
            span,
            f"the schedule takes {summed}, and training ends after {needed:,}"
            if not open_end
            else f"the last schedule begins after {summed}, when training has ended",
            help="shorten it, or train for longer",
            labels=labels,
        )


def check_warmup(optimize: OptimizeDraft, diagnostics: Diagnostics) -> None:
    """A warm-up at the beginning rises."""
    if not optimize.schedule or optimize.optimizer is None:
        return
    first = optimize.schedule[0].schedule
    start = optimize.optimizer.arguments["learning_rate"]
    if first.operator.name != "Warmup" or first.arguments["to"] >= start:
        return
    diagnostics.report(
        rules.WARMUP_FALLS,
        first.places.get("to", first.span),
        f"a warm-up rises, and this one goes from {start:g} down to {first.arguments['to']:g}",
        help="give the optimizer the smaller learning rate, with which training begins",
        labels=[
            Label(
                optimize.optimizer.places.get("learning_rate", optimize.optimizer.span),
                f"training begins with {start:g}",
            )
        ],
    )
