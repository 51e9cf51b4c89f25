"""From the model of a spec to the plan of its run."""

from __future__ import annotations

from os.path import dirname

from zoodsl.catalog.operator import Split
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.data import EMPTY_PART
from zoodsl.model.nodes import Certainty, Frame, Operation, Preprocess, PreprocessStep, RowCount, Spec
from zoodsl.model.printer import show_value
from zoodsl.plan.artefacts import artefacts
from zoodsl.plan.batch import iterations_per_epoch
from zoodsl.plan.cost import layer_costs, memory, record_bytes
from zoodsl.plan.schedule import planned_segments, rates
from zoodsl.plan.steps import AnyStage, Divide, Fit, Judge, Part, Plan, Prepare, Read
from zoodsl.sources import part_counts


def make_plan(spec: Spec, diagnostics: Diagnostics) -> Plan:
    """Plans the run of a spec without mistakes: read, divide, prepare each part, fit, judge.

    What only counting shows, a held-out part without rows, is reported to ``diagnostics``.

    Nothing of this machine enters the plan. Rows are counted as far as that costs little (``zoodsl.sources``).
    """
    frame = next(frame for frame in spec.data.frames if frame.name == spec.data.label.column.frame)
    sizes = _sizes(spec, frame)
    _check_sizes(spec.data.split, sizes, diagnostics)
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
        validation=validation,
        iterations_per_epoch=per_epoch,
    )
    stages.append(fit)
    held_out = next((part for part in (Part.TEST, Part.VALIDATION) if part in sizes), None)
    if held_out and (spec.evaluate.metrics or spec.evaluate.plots):
        stages.append(
            Judge(
                span=spec.evaluate.span,
                name=f"judge/{held_out.value}",
                inputs=(fit.name, f"prepare/{held_out.value}"),
                deterministic=True,
                part=held_out,
                metrics=spec.evaluate.metrics,
                plots=spec.evaluate.plots,
            )
        )
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


def _sizes(spec: Spec, frame: Frame) -> dict[Part, RowCount]:
    """The rows of each part that there is: of those which the split gives a share or a text, else training alone."""
    split = spec.data.split
    counts = zip(Part, part_counts(split, frame.reader, dirname(spec.path), frame.rows), strict=True)  # noqa: PTH120 - pathlib is slow to load
    return {
        part: rows for part, rows in counts if (split.arguments[part.value] if split else part is Part.TRAIN)
    }


def _check_sizes(
    split: Operation[Split] | None, sizes: dict[Part, RowCount], diagnostics: Diagnostics
) -> None:
    """A held-out part that is asked for has rows; that training has enough was checked with the batch."""
    for part, rows in sizes.items():
        if split is None or part is Part.TRAIN or rows.count != 0 or rows.certainty is not Certainty.EXACT:
            continue
        asked = split.arguments[part.value]
        marked = isinstance(asked, str)
        diagnostics.report(
            EMPTY_PART,
            split.places.get(part.value, split.span),
            f"no row is marked `{asked}`" if marked else f"no row falls into the {part.value} part",
            help=f"write a text that {show_value(split.arguments['column'])} holds"
            if marked
            else "give it a larger share, or leave it out",
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
