"""A plan as plain data, for ``zoodsl plan --json`` and ``--yaml`` and for the run folder's ``plan.json``.

The form is versioned: a reader of version 1 may count on every key named here. Nothing depends on the machine or
the time, so equal specs give equal bytes.
"""

from __future__ import annotations

from math import isfinite
from pathlib import PurePath
from typing import Any, assert_never

from zoodsl.catalog.operator import Operator
from zoodsl.model.nodes import (
    Certainty,
    Column,
    Feature,
    InputNode,
    Joined,
    Kept,
    Label,
    Operation,
    Part,
    PreprocessStep,
    RowCount,
    Spec,
)
from zoodsl.model.printer import show_operation, show_value
from zoodsl.plan.batch import divisions
from zoodsl.plan.judgement import expected_weights
from zoodsl.plan.steps import (
    AnyStage,
    Decide,
    Divide,
    Extract,
    Fit,
    Judge,
    LayerCost,
    Plan,
    PlannedPhase,
    PlannedSegment,
    Predict,
    Prepare,
    Read,
)
from zoodsl.types import ImageType, Quantity, TensorType, ValueType

VERSION = 1

Json = dict[str, Any]

RATE_POINTS = 200
"""At most so many points of the learning-rate curve are written, evenly spaced, the first and last included."""


def describe(plan: Plan) -> Json:
    """The plan in JSON's own types (dict, list, str, int, float, bool, None), keys in a fixed order.

    Shapes are lists, row counts ``{"count", "certainty"}``, operations ``{"operator", "arguments"}``, infinite bounds
    None, bytes and FLOPs whole numbers, shares from 0 to 1. ``rates`` holds pairs ``[iteration, rate]``.
    """
    spec, fit = plan.spec, plan.fit
    return {
        "version": VERSION,
        "name": plan.name,
        "file": PurePath(spec.path).name,
        "doc": spec.doc,
        "summary": list(summary(plan)),
        "settings": [
            {
                "name": setting.name,
                "type": setting.type,
                "value": _value(setting.value),
                "overridden": setting.overridden,
            }
            for setting in plan.settings
        ],
        "stages": [_stage(stage) for stage in plan.stages],
        "network": _network(plan),
        "optimize": {
            "loss": _operation(spec.optimize.loss),
            "optimizer": _operation(spec.optimize.optimizer),
            "schedule": [_segment(segment) for segment in fit.schedule],
            "weights": [
                {"label": name, "weight": weights[0]}
                if len(weights) == 1
                else {"label": name, "no": weights[0], "yes": weights[1]}
                for name, weights in expected_weights(spec).items()
            ],
            "shares": [
                {"share": share.share, "layers": sorted(share.layers)} for share in spec.optimize.shares
            ],
        },
        "train": _train(spec),
        "iterations": {
            "per_epoch": fit.iterations_per_epoch,
            "total": None
            if fit.iterations_per_epoch is None
            else fit.iterations_per_epoch * fit.train.epochs,
        },
        "rates": _rates(plan),
        "batch": [{"cores": cores, "per_core": records} for cores, records in divisions(spec.train.batch)],
        "memory": {
            "weights": plan.memory.weights,
            "gradients_per_core": plan.memory.gradients,
            "activations": plan.memory.activations,
            "data": plan.memory.data,
            "frozen": plan.memory.frozen,
            "inference_per_core": plan.memory.inference,
            "engine": plan.memory.engine,
            "total": [
                {"cores": cores, "bytes": plan.memory.total(cores)}
                for cores, _ in divisions(spec.train.batch)
            ],
        },
        "artefacts": [{"path": artefact.path, "doc": artefact.doc} for artefact in plan.artefacts],
    }


def summary(plan: Plan) -> tuple[str, ...]:
    """The plan in a few sentences for people: data, network, training, judgement."""
    fit = plan.fit
    sizes = {stage.part: stage.rows for stage in plan.stages if isinstance(stage, Divide)}
    frozen = frozenset.intersection(*(phase.frozen for phase in fit.phases))
    parameters = sum(layer.parameters for layer in plan.layers if layer.name not in frozen)
    rows = ", ".join(f"{part.value} {count}" for part, count in sizes.items())
    epochs = _count(fit.train.epochs, "epoch")
    each = fit.iterations_per_epoch
    length = epochs if each is None else f"{epochs} of {about(sizes[Part.TRAIN])}{_count(each, 'iteration')}"
    judges = [stage for stage in plan.stages if isinstance(stage, Judge)]
    lines = [
        f"rows: {rows}",
        f"network: {_count(len(plan.layers), 'layer')}, {_count(parameters, 'trainable parameter')}",
        f"training: {length}, {fit.train.batch} records a batch, with {show_operation(fit.optimize.optimizer)}",
    ]
    if judges:
        parts = ", ".join(judge.part.value for judge in judges)
        lines.append(
            f"judged by: {', '.join(map(show_operation, judges[0].metrics))} "
            f"on the {parts} part{'s' if len(judges) > 1 else ''}"
        )
    return tuple(lines)


def about(rows: RowCount) -> str:
    """``about `` to go before a number that follows from rows which are estimated."""
    return "about " if rows.certainty is Certainty.ESTIMATED else ""


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _stage(stage: AnyStage) -> Json:
    head: Json = {
        "name": stage.name,
        "inputs": list(stage.inputs),
        "deterministic": stage.deterministic,
    }
    match stage:
        case Read():
            return head | {
                "kind": "read",
                "reader": _operation(stage.frame.reader),
                "steps": [_frame_step(step) for step in stage.frame.steps],
                "rows": _rows(stage.frame.rows),
                "features": _feature(stage.feature),
                "label": _label(stage.label),
            }
        case Divide():
            return head | {
                "kind": "divide",
                "part": stage.part.value,
                "split": _operation(stage.split) if stage.split else None,
                "rows": _rows(stage.rows),
            }
        case Prepare():
            return head | {
                "kind": "prepare",
                "part": stage.part.value,
                "input": _type(stage.input),
                "steps": [_step(step) for step in stage.steps],
                "output": _type(stage.output),
            }
        case Extract():
            return head | {
                "kind": "extract",
                "part": stage.part.value,
                "boundary": stage.boundary,
                "shape": list(stage.shape),
            }
        case Fit():
            return head | {
                "kind": "fit",
                "validation": stage.validation.value if stage.validation else None,
                "phases": [_phase(phase) for phase in stage.phases],
            }
        case Decide():
            return head | {"kind": "decide", "part": stage.part.value}
        case Judge():
            return head | {
                "kind": "judge",
                "part": stage.part.value,
                "metrics": [_operation(metric) for metric in stage.metrics],
                "plots": list(stage.plots),
                "table": stage.table,
            }
        case Predict():
            return head | {
                "kind": "predict",
                "reader": _operation(stage.frame.reader),
                "rows": _rows(stage.frame.rows),
                "steps": [_step(step) for step in stage.steps],
                "top": stage.top,
            }
        case _:
            assert_never(stage)


def _phase(phase: PlannedPhase) -> Json:
    return {
        "epochs": phase.epochs,
        "frozen": sorted(phase.frozen),
        "boundary": phase.boundary,
        "stored": phase.stored,
    }


def _frame_step(step: Joined | Kept) -> Json:
    """A step that makes a frame of another, with what it joins or keeps as the spec writes it."""
    operation = step.operation
    return {
        "operator": operation.operator.name,
        "arguments": {
            each.name: show_value(operation.arguments[each.name], each.type)
            for each in operation.operator.parameters
        },
    }


def _rows(rows: RowCount) -> Json:
    return {"count": rows.count, "certainty": rows.certainty.value}


def _feature(feature: Feature) -> list[Json]:
    return [_column(column) for column in feature.columns]


def _label(label: Label) -> Json:
    return {"column": _column(label.column), "codec": _operation(label.codec)}


def _column(column: Column) -> Json:
    kind = column.type.type if column.type else None
    return {
        "frame": column.frame,
        "name": column.name,
        "type": _type(kind) if isinstance(kind, ImageType | TensorType) else kind.value if kind else None,
    }


def _type(value: ValueType) -> Json:
    bounds: Json = {"dtype": value.dtype.value, "low": _bound(value.low), "high": _bound(value.high)}
    match value:
        case ImageType():
            size = {"height": value.height, "width": value.width, "channels": value.channels}
            return {"kind": "image"} | size | bounds
        case TensorType():
            return {"kind": "tensor", "shape": list(value.shape)} | bounds
        case _:
            assert_never(value)


def _bound(bound: float) -> float | None:
    return bound if isfinite(bound) else None


def _step(step: PreprocessStep) -> Json:
    return _operation(step.operation) | {
        "training_only": step.training_only,
        "probability": step.probability,
        "output": _type(step.output),
    }


def _operation(operation: Operation[Operator]) -> Json:
    """``{"operator", "arguments"}`` with every argument, defaults included."""
    return {
        "operator": operation.operator.name,
        "arguments": {name: _value(value) for name, value in operation.arguments.items()},
    }


def _value(value: Any) -> Any:
    match value:
        case Operation():
            return _operation(value)
        case Column():
            computed = {} if value.expression is None else {"computed": show_value(value.expression)}
            return {"frame": value.frame, "name": value.name} | computed
        case Quantity():
            return str(value)
        case tuple() | list():
            return [_value(item) for item in value]
        case float():
            return _bound(value)
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _network(plan: Plan) -> Json:
    layers = zip(plan.spec.network.layers, plan.layers, strict=True)
    return {
        "inputs": [_input(node) for node in plan.spec.network.inputs],
        "layers": [_layer(cost, node.operation) | {"base": node.base} for node, cost in layers],
        "bases": [
            {
                "name": base.name,
                "file": PurePath(base.path).name,
                "format": base.format,
                "turned": base.turned,
            }
            for base in plan.spec.network.bases
        ],
        "output": plan.spec.network.output,
        "shape": list(plan.spec.network.shape),
        "parameters": sum(layer.parameters for layer in plan.layers),
        "statistics": sum(layer.statistics for layer in plan.layers),
        "flops": sum(layer.flops for layer in plan.layers),
    }


def _input(node: InputNode) -> Json:
    return {"name": node.name, "shape": list(node.shape)}


def _layer(cost: LayerCost, operation: Operation[Operator]) -> Json:
    return {
        "name": cost.name,
        **_operation(operation),
        "inputs": list(cost.inputs),
        "shape": list(cost.shape),
        "parameters": cost.parameters,
        "statistics": cost.statistics,
        "flops": cost.flops,
        "activation_bytes": cost.activation_bytes,
    }


def _segment(segment: PlannedSegment) -> Json:
    return _operation(segment.schedule) | {"epochs": segment.epochs, "iterations": segment.iterations}


def _train(spec: Spec) -> Json:
    train = spec.train
    return {
        "seed": train.seed,
        "batch": train.batch,
        "epochs": train.epochs,
        "validate": {
            "every": train.validate.every,
            "metrics": [_operation(metric) for metric in train.validate.metrics],
        }
        if train.validate
        else None,
        "stop": _operation(train.stop) if train.stop else None,
        "checkpoint_every": train.checkpoint_every,
        "keep": {"metric": train.keep.metric, "better": train.keep.better} if train.keep else None,
        "log": {"values": list(train.log.values), "every": train.log.every},
    }


def _rates(plan: Plan) -> list[list[float | None]]:
    last = len(plan.rates) - 1
    points = min(last + 1, RATE_POINTS)
    iterations = [round(point * last / max(1, points - 1)) for point in range(points)]
    return [[iteration, plan.rates[iteration]] for iteration in iterations]
