"""The ``preprocess`` section: each step typed by the step before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zoodsl.catalog.operator import Mismatch, Transform
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Applicability, Fix, Label
from zoodsl.diagnostics.rules import data as rules
from zoodsl.diagnostics.rules import preprocessing as step_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Feature, Operation, Preprocess, PreprocessStep
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import misplaced
from zoodsl.source import Span
from zoodsl.sources import Problem
from zoodsl.syntax.nodes import Body, Expression, Group, Section, Step
from zoodsl.syntax.nodes import Chain as ChainExpression
from zoodsl.types import DType, ImageType, TensorType, ValueType, show


@dataclass(slots=True)
class Chain:
    """A chain under construction.

    ``training`` and ``evaluation`` are the types at its end in training and outside it, where steps of
    ``training { }`` are left out; None after a mistake. ``last`` is what made them.
    """

    steps: list[PreprocessStep]
    training: ValueType | None
    evaluation: ValueType | None
    last: Span


def resolve_preprocess(
    section: Section | None, feature: Feature | None, place: Span, scope: Scope, *, fed: bool = True
) -> Preprocess | None:
    """The chain from the feature to what feeds the network; None after a report. ``place`` is the data's.

    Not ``fed`` to a network, images may differ in size, and stay images.
    """
    given = None if feature is None else feature_type(feature)
    chain = Chain([], given, given, place if feature is None else feature.span)
    if section is not None:
        _steps(section.body, chain, scope, training_only=False)
    if given is None or chain.training is None or chain.evaluation is None:
        return None
    output = _tensor(chain, scope) if fed else chain.evaluation
    if output is None:
        return None
    span = place if section is None else section.span
    return Preprocess(span=span, steps=tuple(chain.steps), input=given, output=output)


def resolve_steps(
    expression: Expression, feature: Feature, scope: Scope
) -> tuple[PreprocessStep, ...] | None:
    """A chain by itself, ``Resize(300x300) -> HFlip()``, on what the feature gives; None after a report."""
    written = (
        (expression.head, *(step.value for step in expression.steps))
        if isinstance(expression, ChainExpression)
        else (expression,)
    )
    return steps_on(feature_type(feature), feature.span, written, scope)


def steps_on(
    given: ValueType, place: Span, written: Sequence[Expression], scope: Scope
) -> tuple[PreprocessStep, ...] | None:
    """Steps one after the other on what is ``given`` at ``place``; None after a report."""
    chain = Chain([], given, given, place)
    for value in written:
        operation = bind(value, Kind.TRANSFORM, scope)
        if operation is None:
            return None
        _add(operation, value.span, chain, scope, training_only=False)
    return None if chain.training is None else tuple(chain.steps)


def feature_type(feature: Feature) -> ValueType:
    """What the feature's columns give: an image, a tensor, or numbers as one vector."""
    for codec in feature.codecs.values():
        if codec.operator.gives is not None:
            return codec.operator.gives(codec.arguments)
    first = feature.columns[0].type
    if len(feature.columns) == 1 and first is not None and not isinstance(first.type, DType):
        return first.type
    kinds = [column.type.type for column in feature.columns if column.type is not None]
    whole = bool(kinds) and all(kind in (DType.INT32, DType.INT64) for kind in kinds)
    return TensorType(shape=(len(feature.columns),), dtype=DType.INT64 if whole else DType.FLOAT64)


def _steps(body: Body, chain: Chain, scope: Scope, *, training_only: bool) -> None:
    for statement in body.statements:
        match statement:
            case Step(label=None, value=ChainExpression()):
                scope.diagnostics.report(
                    value_rules.WRONG_TYPE,
                    statement.span,
                    "a chain `->` has no place here",
                    help="in `preprocess`, write a step a line, without arrows",
                )
                chain.training = chain.evaluation = None
            case Step(label=None):
                operation = bind(statement.value, Kind.TRANSFORM, scope)
                if operation is None:
                    chain.training = chain.evaluation = None
                else:
                    if training_only and operation.operator.name == "HFlip":
                        _hint_at_chance(operation, scope)
                    _add(operation, statement.span, chain, scope, training_only=training_only)
            case Step(label=label) if label is not None:
                scope.diagnostics.report(
                    statement_rules.MISPLACED,
                    label.span,
                    "steps of `preprocess` have no names",
                    help="remove the `as`",
                )
            case Group(keyword=keyword) if keyword.text == "training" and not training_only:
                _steps(statement.body, chain, scope, training_only=True)
            case _:
                misplaced(statement, "preprocess", scope)


def _hint_at_chance(operation: Operation[Transform], scope: Scope) -> None:
    """Of images that are all flipped, the network sees none as they are, and judges none that it has learned from."""
    written = "RandomApply(HFlip(), 50%)"
    scope.diagnostics.report(
        step_rules.ALWAYS_FLIPPED,
        operation.span,
        "every training image is flipped, and no other: training sees none as it is in validation and test",
        help=f"write `{written}`, and each is flipped in half of the epochs",
        fix=Fix(operation.span, written, Applicability.MAYBE),
    )


def _add(
    operation: Operation[Transform], span: Span, chain: Chain, scope: Scope, *, training_only: bool
) -> None:
    """Types a step for training and, unless it is of training only, for evaluation."""
    given = chain.training
    if given is None or chain.evaluation is None:
        return
    result = operation.operator.result(operation.arguments, given)
    outside: ValueType | Mismatch = chain.evaluation
    if not training_only:
        outside = operation.operator.result(operation.arguments, chain.evaluation)
    if operation.operator.name == "PixelNormalize" and not _check_mean_image(operation, result, scope):
        chain.training = chain.evaluation = None
        return
    problem = next((each for each in (result, outside) if isinstance(each, Mismatch)), None)
    if problem is not None or isinstance(result, Mismatch) or isinstance(outside, Mismatch):
        _report(
            problem or Mismatch(""), operation, chain, scope, only_outside=not isinstance(result, Mismatch)
        )
        chain.training = chain.evaluation = None
        return
    inner, probability = _chance(operation)
    if probability == 0:
        return  # a step that is never done leaves rows, and their order, as they are
    chain.steps.append(
        PreprocessStep(
            span=span,
            operation=inner,
            training_only=training_only,
            probability=probability,
            input=given,
            output=result,
        )
    )
    chain.training, chain.evaluation, chain.last = result, outside, span


def _check_mean_image(operation: Operation[Transform], result: ValueType | Mismatch, scope: Scope) -> bool:
    """Whether the file of a mean image is one, and of the images' size; a report otherwise."""
    path = operation.arguments["mean"]
    if not isinstance(path, str) or not isinstance(result, ImageType):
        return True
    from zoodsl.sources import arrays  # for specs with such a file

    place = operation.places["mean"]
    shape = arrays.shape_of(str(Path(operation.span.file.path).parent), path)
    if isinstance(shape, Problem):
        scope.diagnostics.report(shape.code, place, shape.message, help=shape.help)
        return False
    wanted = (result.height or 0, result.width or 0, result.channels)
    if shape == wanted:
        return True
    scope.diagnostics.report(
        rules.WRONG_STEP,
        place,
        f"the mean image is of {show(shape)}, and the images are of {show(wanted)} here",
        help="height, width and channels are to be the same: resize the images, or make the mean of resized ones",
    )
    return False


def _chance(operation: Operation[Transform]) -> tuple[Operation[Transform], float]:
    """A step of ``RandomApply(step, probability)``, nested ones too, and how probable it is; 1 for others."""
    probability = 1.0
    while isinstance(operation.arguments.get("step"), Operation):
        probability *= operation.arguments["probability"]
        operation = operation.arguments["step"]
    return operation, probability


def _report(
    mismatch: Mismatch, operation: Operation[Transform], chain: Chain, scope: Scope, *, only_outside: bool
) -> None:
    given = chain.evaluation if only_outside else chain.training
    message = mismatch.message
    if only_outside:
        message += ", in validation and test, where steps of `training` are left out"
    scope.diagnostics.report(
        rules.WRONG_STEP,
        operation.places.get(mismatch.parameter or "", operation.span),
        message,
        help=mismatch.help,
        labels=[Label(chain.last, f"gives {given}")],
    )


def _why_unsized(chain: Chain) -> str:
    """Why images come in several sizes at the end of a chain."""
    for step in reversed(chain.steps):
        before, after = step.input, step.output
        if (
            isinstance(before, ImageType)
            and isinstance(after, ImageType)
            and before.height
            and not after.height
        ):
            return f"`{step.operation.operator.name}` gives images of several sizes"
    return "the images may differ in size"


def _tensor(chain: Chain, scope: Scope) -> TensorType | None:
    """What feeds the network: an image becomes channels x height x width."""
    training, evaluation = chain.training, chain.evaluation
    if isinstance(training, ImageType) and isinstance(evaluation, ImageType):
        if training.height is None or training.width is None:
            scope.diagnostics.report(
                step_rules.UNSIZED_IMAGES,
                chain.last,
                f"{_why_unsized(chain)}, and a network takes one size",
                help="end with a step that gives one size, such as `Resize(224x224)` or `CenterCrop(224x224)`",
            )
            return None
        if (training.height, training.width) != (evaluation.height, evaluation.width):
            scope.diagnostics.report(
                step_rules.TRAINING_SIZE,
                chain.last,
                f"images are {training.height}x{training.width} in training and "
                f"{evaluation.height or '?'}x{evaluation.width or '?'} outside it",
                help="resize after the `training` steps, or crop outside them too: `CenterCrop(...)`",
            )
            return None
        return TensorType(
            shape=(training.channels, training.height, training.width),
            low=min(training.low, evaluation.low),
            high=max(training.high, evaluation.high),
        )
    if isinstance(training, TensorType):
        return TensorType(shape=training.shape, low=training.low, high=training.high)
    return None
