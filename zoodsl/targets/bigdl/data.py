"""What a generated program says of its data: ``rows``, ``FEATURES``, ``LABEL`` and ``preprocessing``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from zoodsl.model.nodes import Data, Frame, InputNode, Preprocess, PreprocessStep
from zoodsl.targets.bigdl.bindings import data as bindings
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.transforms import image, image_step
from zoodsl.targets.pyast import (
    Branch,
    Call,
    Expression,
    Function,
    Listing,
    Name,
    Noted,
    Statement,
    Symbol,
    call,
)
from zoodsl.types import ImageType

FEATURE = "bigdl.dllib.feature.common"


def columns(data: Data) -> tuple[str, ...]:
    """The columns that training and prediction read, each once."""
    return tuple(dict.fromkeys([*(column.name for column in data.feature.columns), data.label.column.name]))


def rows_function(data: Data) -> Function:
    """``rows(spark, root)``: the parts as they are read."""
    frame = _frame(data)
    divided = bindings.parts(Name(frame.name), data.split)
    return Function(
        name="rows",
        parameters='spark, root="."',
        doc="The rows of each part as they are read, and the key that splits go by.",
        body=(
            Statement(before=f"{frame.name} = ", value=bindings.reader(frame), span=frame.span),
            Statement(before="return ", value=divided, span=data.split.span if data.split else None),
        ),
    )


def _frame(data: Data) -> Frame:
    """The frame that is fed: all features are columns of one."""
    name = data.feature.columns[0].frame
    return next(frame for frame in data.frames if frame.name == name)


def features_statement(data: Data, preprocess: Preprocess) -> Statement:
    """``FEATURES``: the column of images, or numeric columns with their normalisation."""
    names = tuple(column.name for column in data.feature.columns)
    if isinstance(preprocess.input, ImageType):
        value = call(helper("ImageColumn"), *names)
    else:
        value = call(helper("NumberColumns"), names, **_scales(preprocess.steps))
    return Statement(before="FEATURES = ", value=value, span=data.feature.span)


def _scales(steps: tuple[PreprocessStep, ...]) -> dict[str, Expression]:
    """All `Normalize` steps as one: ``((x - m) / s - n) / t`` is ``(x - (m + s * n)) / (s * t)``; nothing without any."""
    if not steps:
        return {}
    first, *others = ((step.operation.arguments["mean"], step.operation.arguments["std"]) for step in steps)
    mean, std = first
    for again in others:
        columns = range(max(map(len, (mean, std, *again))))
        m, s, n, t = ([values[place % len(values)] for place in columns] for values in (mean, std, *again))
        mean = tuple(m[place] + s[place] * n[place] for place in columns)
        std = tuple(s[place] * t[place] for place in columns)
    return {"mean": Noted(mean, steps[-1].span), "std": Noted(std, steps[-1].span)}


def label_statement(data: Data, loss: str) -> Statement:
    """``LABEL``: the column that is learned, and how it becomes numbers for this loss."""
    return Statement(before="LABEL = ", value=bindings.label(data.label, loss), span=data.label.span)


def is_redrawn(preprocess: Preprocess) -> bool:
    """Whether some step is random, so that preprocessing must be done anew in each epoch."""
    return any(step.operation.operator.random or step.probability < 1 for step in preprocess.steps)


def preprocessing_function(preprocess: Preprocess, inputs: tuple[InputNode, ...]) -> Function:
    """``preprocessing(training)``: the chain that BigDL carries out on each record."""
    body = _image_chain(preprocess) if isinstance(preprocess.input, ImageType) else (_numbers(inputs),)
    return Function(
        name="preprocessing",
        parameters="training",
        doc="What turns the feature into the network's input; `training` adds the steps of training alone.",
        body=body,
    )


def _numbers(inputs: tuple[InputNode, ...]) -> Statement:
    """The vector of numbers as one tensor, or one for each input of the network."""
    shapes = [list(node.shape) for node in inputs]
    if len(shapes) == 1:
        made = call(Symbol(FEATURE, "SeqToTensor"), Name(repr(shapes[0])))
    else:
        made = call(Symbol(FEATURE, "SeqToMultipleTensors"), Name(repr(shapes)))
    return Statement(before="return ", value=made)


def _image_chain(preprocess: Preprocess) -> tuple[Statement | Branch, ...]:
    colour = isinstance(preprocess.input, ImageType) and preprocess.input.channels == 3
    first = image_step("RowToImageFeature")
    # The language's colours are red, green, blue; OpenCV's the other way round.
    tensor = image_step("ImageMatToTensor", **({"to_RGB": True} if colour else {}))
    last = image_step("ImageFeatureToTensor")
    if not any(step.training_only for step in preprocess.steps):
        noted = (Noted(image(step), step.span) for step in preprocess.steps)
        return (Statement(before="return ", value=_chain(Listing((first, *noted, tensor, last)))),)
    return (
        Statement(before="steps = ", value=Listing((first,))),
        *_appended(preprocess.steps),
        Statement(before="steps += ", value=Listing((tensor, last))),
        Statement(before="return ", value=_chain(Name("steps"))),
    )


def _appended(steps: tuple[PreprocessStep, ...]) -> Iterator[Statement | Branch]:
    """Each step appended to the chain; those of training alone only then."""
    for training_only, run in groupby(steps, key=lambda step: step.training_only):
        appended = tuple(
            Statement(value=call(Name("steps.append"), image(step)), span=step.span) for step in run
        )
        if training_only:
            yield Branch("training", appended)
        else:
            yield from appended


def _chain(steps: Expression) -> Call:
    return call(Symbol(FEATURE, "ChainedPreprocessing"), steps)
