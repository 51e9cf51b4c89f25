"""A plan as plain data, for ``zoodsl plan --json`` and ``--yaml`` and for the run folder's ``plan.json``.

The form is versioned: a reader of version 1 may count on every key named here. Nothing depends on the machine or
the time, so equal specs give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, assert_never

from zoodsl.catalog.operator import Operator
from zoodsl.model.experiments import Cluster, Experiment, grid_size
from zoodsl.model.nodes import Certainty, InputNode, Network, Operation, Part, RowCount, Train
from zoodsl.model.printer import show_operation
from zoodsl.plan import plain, tasks
from zoodsl.plan.batch import divisions
from zoodsl.plan.judgement import expected_weights
from zoodsl.plan.steps import (
    AnyStage,
    Apply,
    Decide,
    Divide,
    Extract,
    Fit,
    Judge,
    LayerCost,
    Perform,
    Plan,
    PlannedPhase,
    PlannedSegment,
    Prepare,
    Read,
    Restore,
)

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
    each = None if fit is None else fit.iterations_per_epoch
    divided = () if plan.batch is None else divisions(plan.batch)
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
                "value": plain.value(setting.value),
                "overridden": setting.overridden,
            }
            for setting in plan.settings
        ],
        "counts": dict(spec.counts),
        "stages": [_stage(stage) for stage in plan.stages],
        "network": None if spec.network is None else _network(plan, spec.network),
        "optimize": None if fit is None else _optimize(fit, expected_weights(spec)),
        "train": None if fit is None else _train(fit.train),
        "iterations": {
            "per_epoch": each,
            "total": None if fit is None or each is None else each * fit.train.epochs,
        },
        "rates": _rates(plan),
        "batch": [{"cores": cores, "per_core": records} for cores, records in divided],
        "memory": {
            "weights": plan.memory.weights,
            "gradients_per_core": plan.memory.gradients,
            "activations": plan.memory.activations,
            "data": plan.memory.data,
            "frozen": plan.memory.frozen,
            "inference_per_core": plan.memory.inference,
            "engine": plan.memory.engine,
            "total": [
                {"cores": cores, "bytes": plan.memory.total(cores)} for cores, _ in divided or ((1, None),)
            ],
        },
        "cluster": None if spec.cluster is None else _cluster(spec.cluster),
        "experiment": None if spec.experiment is None else _experiment(spec.experiment),
        "artefacts": [{"path": artefact.path, "doc": artefact.doc} for artefact in plan.artefacts],
    }


def _cluster(cluster: Cluster) -> Json:
    return {"executors": cluster.executors, "cores": cluster.cores, "memory": cluster.memory}


def _experiment(experiment: Experiment) -> Json:
    return {
        "compare": [{"param": each.name, "values": list(each.values)} for each in experiment.compared],
        "combinations": grid_size(experiment.compared),
        "metric": experiment.metric,
        "better": experiment.better,
    }


def summary(plan: Plan) -> tuple[str, ...]:
    """The plan in a few sentences for people: data, network, training, judgement, tasks."""
    return tuple(_summary(plan))


def _summary(plan: Plan) -> Iterator[str]:
    fit = plan.fit
    sizes = {stage.part: stage.rows for stage in plan.stages if isinstance(stage, Divide)}
    yield f"rows: {', '.join(f'{part.value} {count}' for part, count in sizes.items())}"
    layers = _count(len(plan.layers), "layer")
    if fit is not None:
        frozen = frozenset.intersection(*(phase.frozen for phase in fit.phases))
        parameters = sum(layer.parameters for layer in plan.layers if layer.name not in frozen)
        yield f"network: {layers}, {_count(parameters, 'trainable parameter')}"
        each, length = fit.iterations_per_epoch, _count(fit.train.epochs, "epoch")
        if each is not None:
            length += f" of {about(sizes[Part.TRAIN])}{_count(each, 'iteration')}"
        optimizer = show_operation(fit.optimize.optimizer)
        yield f"training: {length}, {fit.train.batch} records a batch, with {optimizer}"
    elif plan.layers:
        yield f"network: {layers}, applied as it is"
    judges = [stage for stage in plan.stages if isinstance(stage, Judge)]
    if judges:
        parts = ", ".join(judge.part.value for judge in judges)
        yield (
            f"judged by: {', '.join(map(show_operation, judges[0].metrics))} "
            f"on the {parts} part{'s' if len(judges) > 1 else ''}"
        )


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
                "reader": plain.operation(stage.frame.reader),
                "steps": [plain.frame_step(step) for step in stage.frame.steps],
                "rows": plain.rows(stage.frame.rows),
                "features": plain.feature(stage.feature),
                "label": plain.label(stage.label),
            }
        case Divide():
            return head | {
                "kind": "divide",
                "part": stage.part.value,
                "split": plain.operation(stage.split) if stage.split else None,
                "rows": plain.rows(stage.rows),
            }
        case Prepare():
            return head | {
                "kind": "prepare",
                "part": stage.part.value,
                "input": plain.value_type(stage.input),
                "steps": [plain.step(step) for step in stage.steps],
                "output": plain.value_type(stage.output),
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
        case Apply():
            return head | {"kind": "apply"}
        case Restore():
            return head | {
                "kind": "restore",
                "folder": stage.folder,
                "thresholds": dict(stage.thresholds),
            }
        case Decide():
            return head | {"kind": "decide", "part": stage.part.value}
        case Judge():
            return head | {
                "kind": "judge",
                "part": stage.part.value,
                "metrics": [plain.operation(metric) for metric in stage.metrics],
                "plots": list(stage.plots),
                "table": stage.table,
                "baselines": [plain.operation(baseline) for baseline in stage.baselines],
            }
        case Perform():
            steps = [plain.step(step) for step in stage.steps]
            return head | {"kind": tasks.kind(stage.task), "steps": steps, **tasks.described(stage.task)}
        case _:
            assert_never(stage)


def _phase(phase: PlannedPhase) -> Json:
    return {
        "epochs": phase.epochs,
        "frozen": sorted(phase.frozen),
        "boundary": phase.boundary,
        "stored": phase.stored,
    }


def _network(plan: Plan, network: Network) -> Json:
    layers = zip(network.layers, plan.layers, strict=True)
    return {
        "inputs": [_input(node) for node in network.inputs],
        "layers": [_layer(cost, node.operation) | {"base": node.base} for node, cost in layers],
        "bases": [
            {
                "name": base.name,
                "file": PurePath(base.path).name,
                "format": base.format,
                "turned": base.turned,
            }
            for base in network.bases
        ],
        "output": network.output,
        "shape": list(network.shape),
        "parameters": sum(layer.parameters for layer in plan.layers),
        "statistics": sum(layer.statistics for layer in plan.layers),
        "flops": sum(layer.flops for layer in plan.layers),
    }


def _input(node: InputNode) -> Json:
    return {"name": node.name, "shape": list(node.shape)}


def _layer(cost: LayerCost, operation: Operation[Operator]) -> Json:
    return {
        "name": cost.name,
        **plain.operation(operation),
        "inputs": list(cost.inputs),
        "shape": list(cost.shape),
        "parameters": cost.parameters,
        "statistics": cost.statistics,
        "flops": cost.flops,
        "activation_bytes": cost.activation_bytes,
    }


def _segment(segment: PlannedSegment) -> Json:
    return plain.operation(segment.schedule) | {"epochs": segment.epochs, "iterations": segment.iterations}


def _optimize(fit: Fit, expected: Mapping[str, tuple[float, ...]]) -> Json:
    """``expected`` are balanced weights, as far as they are known."""
    optimize = fit.optimize
    return {
        "loss": plain.operation(optimize.loss),
        "optimizer": plain.operation(optimize.optimizer),
        "schedule": [_segment(segment) for segment in fit.schedule],
        "weights": [
            {"label": name, "weight": weights[0]}
            if len(weights) == 1
            else {"label": name, "no": weights[0], "yes": weights[1]}
            for name, weights in expected.items()
        ],
        "shares": [{"share": share.share, "layers": sorted(share.layers)} for share in optimize.shares],
    }


def _train(train: Train) -> Json:
    return {
        "seed": train.seed,
        "batch": train.batch,
        "epochs": train.epochs,
        "validate": {
            "every": train.validate.every,
            "metrics": [plain.operation(metric) for metric in train.validate.metrics],
        }
        if train.validate
        else None,
        "stop": plain.operation(train.stop) if train.stop else None,
        "checkpoint_every": train.checkpoint_every,
        "keep": {"metric": train.keep.metric, "better": train.keep.better} if train.keep else None,
        "log": {"values": list(train.log.values), "every": train.log.every},
    }


def _rates(plan: Plan) -> list[list[float | None]]:
    last = len(plan.rates) - 1
    points = min(last + 1, RATE_POINTS)
    iterations = [round(point * last / max(1, points - 1)) for point in range(points)]
    return [[iteration, plan.rates[iteration]] for iteration in iterations]
