"""What the terms of a claim are in an example: images, tensors, numbers, sizes, texts, parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np

from zoodsl.catalog.operator import Measure, Target
from zoodsl.model.nodes import Operation, Part
from zoodsl.model.properties import (
    Altered,
    Calculated,
    Cell,
    Comparison,
    Constant,
    Drawn,
    Measurement,
    Term,
)
from zoodsl.semantics.drawn import Stopped, after
from zoodsl.semantics.typed import on_one_line
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.transforms import TRANSFORMS, resize, transform
from zoodsl.testing.laws.domains import Row
from zoodsl.testing.laws.law import Example
from zoodsl.testing.laws.measures import NUMBERS, furthest, numbers, within
from zoodsl.testing.subjects.interpreted import fed, network_of, quiet_numbers
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject, Unavailable
from zoodsl.types import DType, ImageType, Shape

SEED = "training seed"
"""What an example calls the seed that its random steps draw from; no variable has a name of two words."""


class Valueless(Exception):  # noqa: N818 - it says what the matter is
    """A term has no value in an example: the message says why, as a sentence that breaks the claim."""


@dataclass(slots=True)
class Valuation:
    """An example, and what terms are in it. What steps and the network make of something is computed once.

    ``readings`` are the rows of each frame that a variable is drawn from.
    """

    subject: Subject
    readings: Mapping[str, Readings]
    example: Example
    _known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def value(self, term: Term) -> Any:
        """What ``term`` is; raises Valueless where it is nothing."""
        match term:
            case Constant(value=value):
                return value
            case Drawn(name=name):
                return self.example[name]
            case Cell():
                return self._cell(term)
            case Altered():
                return self._altered(term)
            case Measurement():
                return self._measurement(term)
            case Calculated(operator=sign):
                return _calculated(sign, self.value(term.left), self.value(term.right), term)
            case Comparison(operator=sign):
                return compared(sign, self.value(term.left), self.value(term.right))
            case _:
                assert_never(term)

    def shape(self, term: Term) -> Shape:
        """The dimensions of what a term is, of an image channels first."""
        shape = np.shape(self.value(term))
        return (shape[2], *shape[:2]) if self._is_image(term) else shape

    def _is_image(self, term: Term) -> bool:
        match term:
            case Drawn(name=name):
                return bool(
                    self.example[name].dtype == np.uint8
                )  # what `AnyImage` draws, and `AnyTensor` does not
            case Cell(column=column):
                return column.type is not None and isinstance(column.type.type, ImageType)
            case Altered(steps=steps):
                return isinstance(steps[-1].output, ImageType)
            case _:
                return False

    def _cell(self, cell: Cell) -> Any:
        row, readings = self.example[cell.row], self.readings[cell.column.frame]
        if cell.column.type is not None and isinstance(cell.column.type.type, ImageType):
            return readings.picture(row.number, cell.column.name)
        found = readings.values(cell.column)[row.number]
        if found is None:
            raise Valueless(f"`{cell.span.text}` is missing")
        return found

    def _altered(self, altered: Altered) -> Array:
        image: Array = self.value(altered.image)
        draw = np.random.default_rng(self.example.get(SEED, 0))
        self._refuse(altered.steps, image, altered.span.text)
        for step in altered.steps:
            name = step.operation.operator.name
            if name not in TRANSFORMS:
                raise Unavailable(f"`{name}` has no counterpart in NumPy")
            if step.probability == 1 or draw.random() < step.probability:
                image = transform(step.operation, image, draw)
        return image

    def _measurement(self, measurement: Measurement) -> Any:
        operation = measurement.operation
        name, arguments = operation.operator.name, operation.arguments
        match name:
            case "preprocess" | "training" | "predict":
                return self._once(name, arguments["feature"])
            case "label":
                return self._label(self.value(arguments["row"]), operation)
            case "part":
                return self._part(self.value(arguments["row"]))
            case "Shape":
                return self.shape(arguments["value"])
            case "Finite":
                return bool(np.isfinite(numbers(self.value(arguments["value"]))).all())
            case "Within":
                return bool(within(self.value(arguments["value"]), arguments["range"]).all())
            case "Close":
                one, other = (self.value(arguments[each]) for each in ("one", "other"))
                tolerance: float = arguments["tolerance"]
                return np.shape(one) == np.shape(other) and furthest(one, other) <= tolerance
            case _:
                return NUMBERS[name](self.value(arguments["value"]))

    # --- what is of the spec

    def _once(self, name: str, feature: Term) -> Array:
        """What a measure of the spec makes of a feature, computed once for all claims that write the same."""
        key = (name, on_one_line(feature.span.text))
        if key not in self._known:
            self._known[key] = self._made(name, feature)
        made: Array = self._known[key]
        return made

    def _made(self, name: str, feature: Term) -> Array:
        if name == "predict":
            made = self._once("preprocess", feature)
            given: Array = self.subject.predict(fed(network_of(self.subject.spec), [made]))[0]
            return given
        value = self.value(feature)
        if isinstance(value, Row):
            value = self._fed_by(value)
        if isinstance(self.subject.spec.preprocess.input, ImageType):
            value = self._as_read(value)
            steps = self.subject.spec.preprocess.steps
            taken = tuple(step for step in steps if name == "training" or not step.training_only)
            self._refuse(taken, value, f"{name}({feature.span.text})")
        seed: int = self.example.get(SEED, 0)
        if name == "training":
            return self.subject.training(value, seed)
        return self.subject.preprocess(value, seed)

    def _as_read(self, image: Array) -> Array:
        """An image as the reader gives it, which may resize all that it reads."""
        data = self.subject.spec.data
        frame = next(frame for frame in data.frames if frame.name == data.feature.columns[0].frame)
        size: tuple[int, int] | None = frame.reader.arguments.get("resize")
        return image if size is None or image.shape[:2] == size else resize(image, *size)

    def _refuse(self, steps: tuple[Any, ...], image: Array, written: str) -> None:
        """Raises Valueless where a step does not take an image of this size, in the words of its type rule."""
        height, width, channels = image.shape
        dtype = DType.UINT8 if image.dtype == np.uint8 else DType.FLOAT32
        given = ImageType(height=height, width=width, channels=channels, dtype=dtype)
        made = after(steps, given, training=True)
        if isinstance(made, Stopped):
            raise Valueless(f"`{written}` has no value: {made.mismatch.message}")

    def _fed_by(self, row: Row) -> Any:
        """What a row feeds: its image, its text, or its numbers."""
        data = self.subject.spec.data
        columns = data.feature.columns
        readings = self.readings[columns[0].frame]
        if isinstance(self.subject.spec.preprocess.input, ImageType):
            return readings.picture(row.number, columns[0].name)
        values = [readings.values(column)[row.number] for column in columns]
        if None in values:
            raise Valueless(
                f"row {row.number + 1:,} feeds nothing: `{columns[values.index(None)].name}` is missing"
            )
        codec = data.feature.codecs.get(columns[0].name)
        return values[0] if codec is not None and codec.operator.gives is not None else values

    def _label(self, row: Row, operation: Operation[Measure]) -> Any:
        label = self.subject.spec.data.label
        if label is None:
            raise Unavailable("the spec has no label")
        readings = self.readings[label.column.frame]
        try:
            found = readings.labels([row.number])[0]
        except ValueError:
            held = readings.values(label.column)[row.number]
            is_ = "is missing" if held is None else f'holds "{held}"'
            raise Valueless(
                f"`{operation.span.text}` has no value: the label of row {row.number + 1:,} {is_}"
            ) from None
        scalar = label.codec.operator.target in (Target.CLASS, Target.NUMBER)
        return np.ravel(found)[0].item() if scalar else found

    def _part(self, row: Row) -> Part | None:
        """The part of a row; None of one that the split leaves out."""
        frame = self.subject.spec.data.feature.columns[0].frame
        number = int(self.readings[frame].parts[row.number])
        return tuple(Part)[number] if number >= 0 else None


def compared(sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison holds."""
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return np.array_equal(left, right) is (sign == "==")
    match sign:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _calculated(sign: str, left: float, right: float, term: Calculated) -> float:
    with quiet_numbers():
        match sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                if right == 0:
                    raise Valueless(f"`{term.span.text}` divides by zero")
                return left / right
