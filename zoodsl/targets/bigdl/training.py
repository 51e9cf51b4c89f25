"""What a generated program says of training: criterion, optimizer, schedule and settings."""

from __future__ import annotations

from zoodsl.plan.steps import Fit, PlannedSegment
from zoodsl.targets.bigdl.bindings import metrics
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.losses import LOSSES, balance
from zoodsl.targets.bigdl.bindings.optimizers import OPTIMIZERS
from zoodsl.targets.pyast import Call, Expression, Function, Listing, Noted, Statement, call
from zoodsl.types import Quantity, Unit, elements


def criterion_function(fit: Fit) -> Function:
    """``criterion()``."""
    loss = fit.optimize.loss
    made = LOSSES[loss.operator.name](loss.arguments, elements(fit.network.shape))
    balanced = balance(loss)
    return Function(
        name="criterion",
        parameters="weights" if balanced else "",
        doc="What training makes small, with weights that are balanced by the training rows."
        if balanced
        else "What training makes small.",
        body=(Statement(before="return ", value=made, span=loss.span),),
    )


def optimizer_function(fit: Fit) -> Function:
    """``optimizer()``."""
    optimizer = fit.optimize.optimizer
    made = OPTIMIZERS[optimizer.operator.name](optimizer.arguments)
    return Function(
        name="optimizer",
        doc="How a step follows from the gradients.",
        body=(Statement(before="return ", value=made, span=optimizer.span),),
    )


def schedule_function(fit: Fit, monitored: dict[str, str]) -> Function:
    """``schedule()``; ``monitored`` gives, for what a Plateau may watch, whether ``max`` or ``min`` is better."""
    rate = fit.optimize.optimizer.arguments["learning_rate"]
    segments = tuple(Noted(_segment(segment, monitored), segment.span) for segment in fit.schedule)
    arguments: tuple[Expression, ...] = (rate, Listing(segments)) if segments else (rate,)
    return Function(
        name="schedule",
        doc="The learning rate over the iterations, from the optimizer's own.",
        body=(Statement(before="return ", value=call(helper("Schedule"), *arguments)),),
    )


def _segment(segment: PlannedSegment, monitored: dict[str, str]) -> Call:
    operation = segment.schedule
    keywords: dict[str, Expression] = {
        parameter.name: _timed(operation.arguments[parameter.name])
        for parameter in operation.operator.parameters
    }
    if "monitor" in keywords:
        keywords["better"] = monitored[operation.arguments["monitor"]]
    if segment.epochs is not None:
        keywords["length"] = call(helper("Epochs"), segment.epochs)
    elif segment.iterations is not None:
        keywords["length"] = call(helper("Iterations"), segment.iterations)
    return call(helper(operation.operator.name), **keywords)


def _timed(value: object) -> Expression:
    """A bound argument of a schedule, times as the helpers' own."""
    match value:
        case Quantity(amount, unit):
            return call(helper("Epochs" if unit is Unit.EPOCH else "Iterations"), amount)
        case tuple() if value and isinstance(value[0], Quantity):
            return Listing(tuple(map(_timed, value)))
        case bool() | int() | float() | str() | None:
            return value
        case _:
            raise TypeError(f"{value!r} in a schedule")


def training_settings(fit: Fit, monitored: dict[str, str], *, redrawn: bool) -> Call:
    """``Training(...)``; ``redrawn``: some step of preprocessing is random, so that each epoch has its own draws."""
    train = fit.train
    optimizer = fit.optimize.optimizer
    loss = fit.optimize.loss

    def noted(name: str, value: Expression) -> Expression:
        return Noted(value, train.places[name]) if name in train.places else value

    settings: dict[str, Expression] = {
        "seed": noted("seed", train.seed),
        "batch": noted("batch", train.batch),
        "epochs": noted("epochs", train.epochs),
        "loss": Noted(metrics.loss(loss), loss.span),
    }
    if redrawn:
        settings["redrawn"] = True
    if balancing := balance(loss):
        settings["balance"] = helper(balancing)
    for clip in ("clip_norm", "clip_value"):
        if optimizer.arguments[clip] is not None:
            settings[clip] = Noted(optimizer.arguments[clip], optimizer.places[clip])
    if train.validate is not None and fit.validation is not None:
        validate = train.validate
        settings["validate_every"] = Noted(validate.every, validate.span)
        settings["metrics"] = Noted(
            metrics.metrics(validate.metrics, logits=bool(loss.arguments.get("from_logits")), watched=True),
            validate.span,
        )
    if train.stop is not None:
        arguments = train.stop.arguments
        stop = call(
            helper("EarlyStopping"),
            monitor=arguments["monitor"],
            better=monitored[arguments["monitor"]],
            patience=arguments["patience"],
            min_delta=arguments["min_delta"],
        )
        settings["stop"] = Noted(stop, train.stop.span)
    settings["checkpoint_every"] = noted("checkpoint", train.checkpoint_every)
    if train.keep is not None:
        best = call(helper("Best"), monitor=train.keep.metric, better=train.keep.better)
        settings["keep"] = Noted(best, train.keep.span)
    log = call(helper("Log"), values=train.log.values, every=train.log.every)
    settings["log"] = noted("log", log)
    return call(helper("Training"), **settings)


def better_by_name(fit: Fit) -> dict[str, str]:
    """For ``loss`` and each metric of ``validate``, whether ``max`` or ``min`` is better."""
    validated = fit.train.validate.metrics if fit.train.validate else ()
    return {"loss": "min"} | {metric.operator.name: metric.operator.better for metric in validated}
