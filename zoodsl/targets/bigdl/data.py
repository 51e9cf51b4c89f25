"""What a generated program says of its data: ``rows``, ``FEATURES``, ``LABEL`` and ``preprocessing``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby

from zoodsl.model.nodes import Column, Data, Frame, InputNode, Joined, Preprocess, PreprocessStep
from zoodsl.model.series import is_label_standardized
from zoodsl.targets.bigdl import series
from zoodsl.targets.bigdl.bindings import data as bindings
from zoodsl.targets.bigdl.bindings import expressions
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.transforms import image, image_step, least_size
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
    learned = () if data.label is None else (data.label.column.name,)
    return tuple(dict.fromkeys([*(column.name for column in data.feature.columns), *learned]))


def rows_function(
    data: Data, columns: tuple[Column, ...] = (), further: tuple[Statement, ...] = ()
) -> Function:
    """``rows(spark, root)``: the parts as they are read.

    ``columns`` are computed beside those of the data; ``further`` statements make more of the rows before they are divided.
    """
    frame = _frame(data)
    divided = bindings.parts(Name(expressions.variable(frame.name)), data)
    noting = is_noted(data)
    doc = "The rows of each part as they are read, and the key that splits go by."
    if noting:
        doc += "\n\n    `reading` is told what comes up; without it, rows of images that cannot be read stay, with none.\n    "
    return Function(
        name="rows",
        parameters='spark, root=".", reading=None' if noting else 'spark, root="."',
        doc=doc,
        body=(
            *chain.from_iterable(map(_made, _needed(frame, data))),
            *_decoded(frame, data),
            *_computed(expressions.variable(frame.name), data, columns),
            *further,
            Statement(before="return ", value=divided, span=data.split.span if data.split else None),
        ),
    )


def is_noted(data: Data) -> bool:
    """Whether reading the rows brings up what is noted: joins, and files that may be no images."""
    frames = _needed(_frame(data), data)
    return any(frame.source is None and frame.reader.operator.name == "Images" for frame in frames) or any(
        isinstance(step, Joined) for frame in frames for step in frame.steps
    )


def _frame(data: Data) -> Frame:
    """The frame that is fed: all features are columns of one."""
    name = data.feature.columns[0].frame
    return next(frame for frame in data.frames if frame.name == name)


def _needed(frame: Frame, data: Data) -> tuple[Frame, ...]:
    """The frames that ``frame`` is made of, and itself, in the order of their definitions."""
    names = {frame.name}
    for each in reversed(data.frames):
        if each.name in names and each.source is not None:
            names |= {each.source, *(step.frame for step in each.steps if isinstance(step, Joined))}
    return tuple(each for each in data.frames if each.name in names)


def _made(frame: Frame) -> Iterator[Statement]:
    """A frame, read or made of another, a step a line; its images are not decoded yet."""
    name = expressions.variable(frame.name)
    if frame.source is None:
        yield Statement(before=f"{name} = ", value=bindings.undecoded(frame), span=frame.span)
    before = expressions.variable(frame.source or "")
    for step in frame.steps:
        yield Statement(before=f"{name} = ", value=expressions.step(before, step), span=step.span)
        before = name


def _decoded(frame: Frame, data: Data) -> Iterator[Statement]:
    """The images that are fed, decoded once it is known which of them are wanted."""
    for column in data.feature.columns:
        home, name = _home(frame, column.name, data)
        if home.reader.operator.name == "Images" and name == "image":
            variable = expressions.variable(frame.name)
            value = bindings.decoded(variable, column.name, home)
            yield Statement(before=f"{variable} = ", value=value, span=home.span)


def _home(frame: Frame, name: str, data: Data) -> tuple[Frame, str]:
    """The frame that a reader gives, and the column of it, that the column ``name`` of ``frame`` is."""
    if frame.source is None:
        return frame, name
    frames = {each.name: each for each in data.frames}
    for step in reversed(frame.steps):
        if not isinstance(step, Joined):
            continue
        theirs = {new: old for old, (_, new) in step.renamed.items()}
        others = {column.name for column in frames[step.frame].columns} - step.renamed.keys()
        if name in theirs or name in others:
            return _home(frames[step.frame], theirs.get(name, name), data)
        name = next((old for old, (new, _) in step.renamed.items() if new == name), name)
    return _home(frames[frame.source], name, data)


def _computed(frame: str, data: Data, further: tuple[Column, ...]) -> Iterator[Statement]:
    """The columns that are computed, each once."""
    split = data.split.arguments.values() if data.split is not None else ()
    learned = () if data.label is None else (data.label.column,)
    split_by = (each for each in split if isinstance(each, Column))
    named = (*data.feature.columns, *learned, *split_by, *further)
    made = {column.name: column for column in named if column.expression is not None}
    for name, column in made.items():
        value = call(Name(f"{frame}.withColumn"), name, expressions.expression(column))
        yield Statement(before=f"{frame} = ", value=value, span=column.span)


def features_statement(data: Data, preprocess: Preprocess) -> Statement:
    """``FEATURES``: the column of images, or numeric columns with their normalisation."""
    names = tuple(column.name for column in data.feature.columns)
    if isinstance(preprocess.input, ImageType):
        least = least_size(preprocess.steps)
        value = call(helper("ImageColumn"), *names, **({} if least is None else {"least": least}))
    elif data.feature.codecs:
        value = bindings.coded(data.feature)
    else:
        value = series.columns(names, preprocess, _scales(preprocess.steps))
    return Statement(before="FEATURES = ", value=value, span=data.feature.span)


def _scales(steps: tuple[PreprocessStep, ...]) -> dict[str, Expression]:
    """All `Normalize` steps as one: ``((x - m) / s - n) / t`` is ``(x - (m + s * n)) / (s * t)``; nothing without any.

    What is standardised has the same values whatever scale it was on before.
    """
    names = [step.operation.operator.name for step in steps]
    after = len(names) - names[::-1].index("Standardize") if "Standardize" in names else 0
    given = [
        step.operation.arguments for step in steps[after:] if step.operation.operator.name == "Normalize"
    ]
    if not given:
        return {}
    first, *others = ((arguments["mean"], arguments["std"]) for arguments in given)
    mean, std = first
    for again in others:
        columns = range(max(map(len, (mean, std, *again))))
        m, s, n, t = ([values[place % len(values)] for place in columns] for values in (mean, std, *again))
        mean = tuple(m[place] + s[place] * n[place] for place in columns)
        std = tuple(s[place] * t[place] for place in columns)
    return {"mean": Noted(mean, steps[-1].span), "std": Noted(std, steps[-1].span)}


def label_statements(data: Data, preprocess: Preprocess, loss: str | None) -> Iterator[Statement]:
    """``LABEL``: the column that is learned, and how it becomes numbers for this loss; nothing without a label."""
    if data.label is None:
        return
    standardized = is_label_standardized(preprocess, data.label)
    value = bindings.label(data.label, loss, standardized=standardized)
    yield Statement(before="LABEL = ", value=value, span=data.label.span)


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
