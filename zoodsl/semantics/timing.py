"""Training over time: validation and what depends on it, batch against rows, schedule lengths against epochs."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Metric, Operator, Split
from zoodsl.catalog.schedules import iterations, iterations_per_epoch
from zoodsl.catalog.splits import asked
from zoodsl.catalog.values import Kind, Monitor, Real
from zoodsl.diagnostics import Diagnostics, Label, did_you_mean
from zoodsl.diagnostics.rules import bases as base_rules
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import training as rules
from zoodsl.model.nodes import Certainty, Evaluate, Keep, Operation, RowCount, Segment
from zoodsl.model.printer import show_operation
from zoodsl.semantics.judging import part_help
from zoodsl.semantics.optimize import OptimizeDraft
from zoodsl.semantics.train import TrainDraft
from zoodsl.source import Span
from zoodsl.types import Unit


def check_parts(
    split: Operation[Split] | None, train: TrainDraft, evaluate: Evaluate | None, diagnostics: Diagnostics
) -> None:
    """``validate`` has rows to validate on, and ``evaluate`` rows to be evaluated on."""
    _, validation, test = (
        (True, False, False) if split is None else asked(split.operator.name, split.arguments)
    )
    if train.validate is not None and not validation:
        diagnostics.report(
            rules.NO_VALIDATION_PART,
            train.validate.span,
            "there are no rows to validate on: the data have no validation part",
            help=part_help("validation", split),
            labels=[Label(split.span, "this split gives it nothing")] if split is not None else (),
        )
    if (
        evaluate is not None
        and not evaluate.parts
        and (evaluate.metrics or evaluate.plots)
        and not (validation or test)
    ):
        diagnostics.report(
            rules.NO_HELD_OUT_PART,
            evaluate.span,
            "there are no rows to evaluate on: all of them train",
            help=part_help("test", split),
            labels=[Label(split.span, "this split trains on everything")] if split is not None else (),
        )


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
    if name == "loss":
        return "min"
    metrics: dict[str, Operation[Metric]] = {}
    for metric in train.validate.metrics:
        first = metrics.setdefault(metric.operator.name, metric)
        if first is not metric and metric.operator.name == name:
            diagnostics.report(
                rules.AMBIGUOUS_METRIC,
                place,
                f"`validate` computes two metrics `{name}`, and this does not say which is meant",
                help=f"keep one of them in `validate`: `{show_operation(first)}` or `{show_operation(metric)}`",
                labels=[Label(first.span, "the first"), Label(metric.span, "the second")],
            )
            return None
    if name in metrics:
        return metrics[name].operator.better
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


def check_patience(train: TrainDraft, diagnostics: Diagnostics) -> None:
    """A stopping rule can stop: training has more checks than it bears without a gain."""
    stop, validate = train.stop, train.validate
    if stop is None or validate is None or train.epochs is None or "epochs" not in train.places:
        return
    checks = -(-train.epochs // validate.every)
    if stop.arguments["patience"] < checks:
        return
    diagnostics.report(
        rules.ENDLESS_PATIENCE,
        stop.places.get("patience", stop.span),
        f"this never stops training: it bears {stop.arguments['patience']:,} checks without a gain, and there {'is 1' if checks == 1 else f'are {checks:,}'}",
        help=f"write `patience = {checks - 1}` or less, or train for longer"
        if checks > 1
        else "leave `stop` out, or train for longer",
        labels=[Label(train.places["epochs"], f"{checks:,} check{'' if checks == 1 else 's'}")],
    )


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
        help=_batch_help(rows.count),
    )


SHARERS = (16, 8, 4, 2, 1)
"""Numbers of cores that a batch is fitted to, the most first."""


def _batch_help(rows: int) -> str:
    """The largest batch of so many rows that many cores can share equally, and what bounds all others."""
    if not rows:
        return "there are no rows to train on"
    cores = next(each for each in SHARERS if each <= rows)
    size = rows - rows % cores
    shared = f"write `batch {size}` in `train`, which up to {cores} cores can share equally"
    if cores == 1:
        return f"write `batch {size}` in `train`"
    return f"{shared}, or less" if size == rows else f"{shared}, or another of at most {rows:,}"


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


def check_fixed_rate(optimize: OptimizeDraft, diagnostics: Diagnostics) -> None:
    """An optimizer that chooses its steps by itself has no learning rate to change."""
    optimizer = optimize.optimizer
    if optimizer is None:
        return
    rate = next(each.type for each in optimizer.operator.parameters if each.name == "learning_rate")
    if not isinstance(rate, Real) or rate.minimum is None or rate.minimum != rate.maximum:
        return
    settings = [("a schedule", segment.span) for segment in (optimize.schedule or ())[:1]]
    settings += [("this", share.span) for share in optimize.shares]
    for what, span in settings:
        diagnostics.report(
            base_rules.FIXED_RATE,
            span,
            f"{what} changes nothing: `{optimizer.operator.name}` has no learning rate",
            help="take another optimizer, such as `Adam()`, or leave this out",
            labels=[Label(optimizer.span, "it chooses its steps by itself")],
        )
