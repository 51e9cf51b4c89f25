"""From the model of a spec to the plan of its run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zoodsl.catalog.schedules import iterations_per_epoch
from zoodsl.model.nodes import Network, Part, Phase, Preprocess, PreprocessStep, RowCount, Train
from zoodsl.model.spec import Spec
from zoodsl.plan.artefacts import artefacts
from zoodsl.plan.cost import applied_memory, layer_costs, memory, record_bytes
from zoodsl.plan.judgement import chooses_thresholds, judging_stages
from zoodsl.plan.schedule import planned_segments, rates
from zoodsl.plan.steps import AnyStage, Apply, Divide, Fit, Plan, PlannedPhase, Prepare, Read
from zoodsl.plan.tasks import task_stages


def make_plan(spec: Spec) -> Plan:
    """Plans the run of a spec without mistakes: read, divide, prepare each part, train or apply, judge, carry out tasks.

    Nothing of this machine enters the plan.
    """
    stages = list(_data_stages(spec))
    made = _network_stage(spec)
    if made is not None:
        stages += (made, *judging_stages(spec, made.name))
    after = (made.name if made else stages[0].name, *(["thresholds"] if chooses_thresholds(spec) else []))
    stages += task_stages(spec, after)
    fit = made if isinstance(made, Fit) else None
    layers = () if spec.network is None else layer_costs(spec.network)
    inputs = () if spec.network is None else tuple(node.shape for node in spec.network.inputs)
    cached = _cached_bytes(spec.preprocess, spec.data.parts.get(Part.TRAIN))
    return Plan(
        spec=spec,
        name=spec.name,
        settings=spec.settings,
        stages=tuple(stages),
        layers=layers,
        memory=applied_memory(layers)
        if fit is None
        else memory(layers, inputs, fit.optimize.optimizer, fit.train.batch, cached),
        batch=None if fit is None else fit.train.batch,
        rates=() if fit is None else _rates(fit),
        artefacts=artefacts(spec),
    )


def _data_stages(spec: Spec) -> Iterator[AnyStage]:
    """Reads the rows, divides them, and prepares each part."""
    frame = next(each for each in spec.data.frames if each.name == spec.data.feature.columns[0].frame)
    read = Read(
        span=frame.span,
        name=f"read/{frame.name}",
        inputs=(),
        deterministic=True,
        frame=frame,
        feature=spec.data.feature,
        label=spec.data.label,
    )
    yield read
    for part, rows in spec.data.parts.items():
        divide = Divide(
            span=spec.data.split.span if spec.data.split else spec.data.span,
            name=f"divide/{part.value}",
            inputs=(read.name,),
            deterministic=True,
            part=part,
            split=spec.data.split,
            rows=rows,
        )
        yield divide
        yield _prepare(spec.preprocess, divide)


def _network_stage(spec: Spec) -> Fit | Apply | None:
    """What trains the network, or builds it; None where the spec has none."""
    network, optimize, train = spec.network, spec.optimize, spec.train
    if network is None:
        return None
    if optimize is None or train is None:
        return Apply(span=network.span, name="apply", inputs=(), deterministic=True, network=network)
    sizes = spec.data.parts
    validation = Part.VALIDATION if train.validate and Part.VALIDATION in sizes else None
    return Fit(
        span=train.span,
        name="fit",
        inputs=tuple(f"prepare/{part.value}" for part in (Part.TRAIN, validation) if part),
        deterministic=False,
        network=network,
        optimize=optimize,
        train=train,
        schedule=planned_segments(optimize.schedule),
        phases=planned_phases(network, train),
        validation=validation,
        iterations_per_epoch=iterations_per_epoch(sizes[Part.TRAIN].count, train.batch),
    )


def _rates(fit: Fit) -> Sequence[float | None]:
    """The learning rate at each iteration; none where their number is unknown."""
    each = fit.iterations_per_epoch
    if each is None:
        return ()
    rate = fit.optimize.optimizer.arguments["learning_rate"]
    return rates(rate, fit.schedule, per_epoch=each, iterations=each * fit.train.epochs)


def planned_phases(network: Network, train: Train) -> tuple[PlannedPhase, ...]:
    """The stretches of training as the spec has them, the network trained as one in each."""
    weighted = {layer.name for layer in network.layers if layer.weights}
    phases = train.phases or (Phase(span=network.span, frozen=network.frozen, epochs=None),)
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


def _cached_bytes(preprocess: Preprocess, rows: RowCount | None) -> int | None:
    """Training rows stay in memory: as read where a step draws anew each epoch, else as they enter the network."""
    each = record_bytes(preprocess.input if _draws_anew(preprocess.steps) else preprocess.output)
    return None if each is None or rows is None or rows.count is None else rows.count * each
