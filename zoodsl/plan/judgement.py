"""How a plan judges the network: thresholds, and the parts that it is judged on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoodsl.catalog.losses import balanced_weights
from zoodsl.catalog.operator import Target
from zoodsl.model.nodes import Part
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Index, Predict
from zoodsl.plan.steps import AnyStage, Decide, Judge, Prepare


def judging_stages(spec: Spec, made: str) -> Iterator[AnyStage]:
    """The stages after the one named ``made``, which trains the network or builds it.

    The parts come in the order of ``Part``, the held-out one last; plots are drawn of the last.
    """
    parts = judged_parts(spec)
    if chooses_thresholds(spec):
        yield Decide(
            span=spec.evaluate.span,
            name="thresholds",
            inputs=(made, f"prepare/{Part.VALIDATION.value}"),
            deterministic=True,
            part=Part.VALIDATION,
        )
    for part in parts:
        prepared = f"prepare/{part.value}"
        if part is Part.TRAIN and any(step.training_only for step in spec.preprocess.steps):
            plain = _without_training_steps(spec, f"divide/{part.value}")
            prepared = plain.name
            yield plain
        yield Judge(
            span=spec.evaluate.span,
            name=f"judge/{part.value}",
            inputs=(made, prepared, *(["thresholds"] if chooses_thresholds(spec) else [])),
            deterministic=True,
            part=part,
            metrics=spec.evaluate.metrics,
            plots=spec.evaluate.plots if part is parts[-1] else (),
            table=has_label_table(spec),
            baselines=spec.evaluate.baselines,
        )


def expected_weights(spec: Spec) -> Mapping[str, tuple[float, ...]]:
    """What balanced weights would be if all rows trained: of a class one weight, of a label those of no and of yes.

    Empty where the weights are given, or the data could not be looked at.
    """
    if spec.optimize is None or spec.data.label is None or spec.network is None:
        return {}
    loss, frequencies = spec.optimize.loss, spec.data.label.frequencies
    if loss.arguments.get("weights") != "balanced" or not frequencies:
        return {}
    if loss.operator.outputs == "classes":
        weights = balanced_weights([each.rows for each in frequencies])
        return {each.name: (weight,) for each, weight in zip(frequencies, weights, strict=True)}
    outputs = frequencies[-spec.network.shape[0] :]
    return {each.name: balanced_weights([each.others, each.rows]) for each in outputs}


def _without_training_steps(spec: Spec, divided: str) -> Prepare:
    return Prepare(
        span=spec.preprocess.span,
        name=f"prepare/{Part.TRAIN.value}/judged",
        inputs=(divided,),
        deterministic=True,
        part=Part.TRAIN,
        steps=tuple(step for step in spec.preprocess.steps if not step.training_only),
        input=spec.preprocess.input,
        output=spec.preprocess.output,
    )


def judged_parts(spec: Spec) -> tuple[Part, ...]:
    """The parts that are judged: those that are asked for, else the test part, else the validation part."""
    if not spec.evaluate.metrics and not spec.evaluate.plots:
        return ()
    part = held_out(spec)
    return spec.evaluate.parts or ((part,) if part else ())


def held_out(spec: Spec) -> Part | None:
    """The part that training does not see: the test part, else the validation part."""
    return next((part for part in (Part.TEST, Part.VALIDATION) if part in spec.data.parts), None)


def decides_by_threshold(spec: Spec) -> bool:
    """Whether each output is a yes or no by itself: several labels, or one sigmoid for two classes."""
    if spec.data.label is None or spec.network is None:
        return False
    target = spec.data.label.codec.operator.target
    return target is Target.MULTI_HOT or (target is Target.CLASS and spec.network.shape == (1,))


def chooses_thresholds(spec: Spec) -> bool:
    """Whether thresholds are chosen on validation rows: where there are some, and something decides."""
    decides = judged_parts(spec) or any(
        isinstance(task, Predict) or (isinstance(task, Index) and task.by_prediction) for task in spec.tasks
    )
    return bool(decides) and decides_by_threshold(spec) and Part.VALIDATION in spec.data.parts


def has_label_table(spec: Spec) -> bool:
    """Whether each judged part has a table of its labels: of several labels always, of classes where it is asked for."""
    if spec.data.label is None or not judged_parts(spec):
        return False
    target = spec.data.label.codec.operator.target
    asked = "auc_by_label" in spec.evaluate.plots or any(
        metric.arguments.get("per") for metric in spec.evaluate.metrics
    )
    return target is Target.MULTI_HOT or (target is Target.CLASS and asked)
