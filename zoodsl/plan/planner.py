"""From the model of a spec to the plan of its run."""

from __future__ import annotations

from zoodsl.catalog.schedules import iterations_per_epoch
from zoodsl.model.nodes import Part, Phase, Preprocess, PreprocessStep, RowCount, Spec
from zoodsl.plan.artefacts import artefacts
from zoodsl.plan.cost import layer_costs, memory, record_bytes
from zoodsl.plan.judgement import judging_stages
from zoodsl.plan.schedule import planned_segments, rates
from zoodsl.plan.steps import AnyStage, Divide, Fit, Plan, PlannedPhase, Prepare, Read


def make_plan(spec: Spec) -> Plan:
    """Plans the run of a spec without mistakes: read, divide, prepare each part, fit, judge, predict.

    Nothing of this machine enters the plan.
    """
    frame = next(frame for frame in spec.data.frames if frame.name == spec.data.label.column.frame)
    sizes = spec.data.parts
    per_epoch = iterations_per_epoch(sizes[Part.TRAIN].count, spec.train.batch)
    segments = planned_segments(spec.optimize.schedule)
    layers = layer_costs(spec.network)

    read = Read(
        span=frame.span,
        name=f"read/{frame.name}",
        inputs=(),
        deterministic=True,
        frame=frame,
        feature=spec.data.feature,
        label=spec.data.label,
    )
    stages: list[AnyStage] = [read]
    for part, rows in sizes.items():
        divide = Divide(
            span=spec.data.split.span if spec.data.split else spec.data.span,
            name=f"divide/{part.value}",
            inputs=(read.name,),
            deterministic=True,
            part=part,
            split=spec.data.split,
            rows=rows,
        )
        stages += (divide, _prepare(spec.preprocess, divide))
    validation = Part.VALIDATION if spec.train.validate and Part.VALIDATION in sizes else None
    fit = Fit(
        span=spec.train.span,
        name="fit",
        inputs=tuple(f"prepare/{part.value}" for part in (Part.TRAIN, validation) if part),
        deterministic=False,
        network=spec.network,
        optimize=spec.optimize,
        train=spec.train,
        schedule=segments,
        phases=planned_phases(spec),
        validation=validation,
        iterations_per_epoch=per_epoch,
    )
    stages.append(fit)
    stages += judging_stages(spec, fit.name)
    optimizer = spec.optimize.optimizer
    return Plan(
        spec=spec,
        name=spec.name,
        settings=spec.settings,
        stages=tuple(stages),
        layers=layers,
        memory=memory(
            layers,
            tuple(node.shape for node in spec.network.inputs),
            optimizer,
            spec.train.batch,
            _cached_bytes(spec.preprocess, sizes[Part.TRAIN]),
        ),
        rates=()
        if per_epoch is None
        else rates(
            optimizer.arguments["learning_rate"],
            segments,
            per_epoch=per_epoch,
            iterations=per_epoch * spec.train.epochs,
        ),
        artefacts=artefacts(spec),
    )


def planned_phases(spec: Spec) -> tuple[PlannedPhase, ...]:
    """The stretches of training as the spec has them, the network trained as one in each."""
    network = spec.network
    weighted = {layer.name for layer in network.layers if layer.weights}
    phases = spec.train.phases or (Phase(span=network.span, frozen=network.frozen, epochs=None),)
    return tuple(
        PlannedPhase(span=each.span, frozen=each.frozen & weighted, epochs=each.epochs) for each in phases
    )


def _draws_anew(steps: tuple[PreprocessStep, ...]) -> bool:
    return any(step.operation.operator.random or step.probability < 1 for step in steps)


def _prepare(preprocess: Preprocess, divide: Divide) -> Prepare:
    steps = tuple(step for step in preprocess.steps if divide.part is Part.TRAIN or not step.training_only)
    return Prepare(
        span=preprocess.span,
        name=f"prepare/{divide.part.value}",
        inputs=(divide.name,),
        deterministic=not _draws_anew(steps),
        part=divide.part,
        steps=steps,
        input=preprocess.input,
        output=preprocess.output,
    )


def _cached_bytes(preprocess: Preprocess, rows: RowCount) -> int | None:
    """Training rows stay in memory: as read where a step draws anew each epoch, else as they enter the network."""
    each = record_bytes(preprocess.input if _draws_anew(preprocess.steps) else preprocess.output)
    return None if each is None or rows.count is None else rows.count * each
