"""Known boxes, with which those that are found are compared: a table of picture, class, and four edges in pixels."""

from __future__ import annotations

from collections.abc import Mapping

from zoodsl.catalog.operator import Reader
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import detection as rules
from zoodsl.model.nodes import Frame, Operation
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import links, wrong_form
from zoodsl.semantics.tasks import Whole
from zoodsl.source import Span
from zoodsl.sources import Problem, look
from zoodsl.sources.look import read
from zoodsl.sources.terms import Values
from zoodsl.syntax.nodes import Setting
from zoodsl.types import DType

COLUMNS = ("image", "class", "x1", "y1", "x2", "y2")
"""What a table of known boxes holds: the picture's name, its class, and left, top, right and bottom in pixels."""

FORM = 'compare with CSV("boxes.csv")'


def resolve_known(
    setting: Setting, classes: tuple[str, ...] | None, pictures: Frame | None, whole: Whole
) -> Frame | None:
    """The table of ``compare``, looked at as far as ``classes`` and ``pictures`` are known; None after a report."""
    scope = whole.scope
    reader = _reader(setting, scope)
    if reader is None:
        return None
    seen = look(reader, whole.root)
    if isinstance(seen, Problem):
        place = reader.places.get(seen.parameter or "", reader.span)
        scope.diagnostics.report(seen.code, place, seen.message, help=seen.help)
        return None
    frame = Frame(span=setting.span, name="known", reader=reader, columns=seen.columns, rows=seen.rows)
    if not seen.columns:
        return frame
    problem = _columns_problem({column.name: column.type for column in seen.columns})
    values = None
    if problem is None:
        values = read(reader, whole.root, [column for column in seen.columns if column.name in COLUMNS])
    if values is not None:
        problem = _values_problem(values, classes)
    if problem is not None:
        message, help_ = problem
        scope.diagnostics.report(rules.KNOWN_BOXES, reader.span, message, help=help_)
        return None
    if values is not None and pictures is not None:
        _check_pictures(values["image"], pictures, reader.span, whole)
    return frame


def _reader(setting: Setting, scope: Scope) -> Operation[Reader] | None:
    match setting.clauses:
        case [clause] if clause.value is None and clause.links:
            found = links(clause, FORM, ("with",), scope)
            if found is None or found["with"].value is None:
                return None
            reader: Operation[Reader] | None = bind(found["with"].value, Kind.READER, scope)
            return reader
        case _:
            wrong_form(setting, FORM, scope)
            return None


def _columns_problem(types: dict[str, object]) -> tuple[str, str] | None:
    listed = ", ".join(f"`{name}`" for name in COLUMNS)
    missing = next((name for name in COLUMNS if name not in types), None)
    if missing is not None:
        return (
            f"a table of known boxes has a column `{missing}`, and this one has not",
            did_you_mean(missing, types) or f"its columns are {listed}",
        )
    text = next((name for name in COLUMNS[2:] if types[name] is DType.STRING), None)
    if text is not None:
        return f"`{text}` holds text, and edges of boxes are numbers of pixels", f"its columns are {listed}"
    return None


def _values_problem(values: Mapping[str, Values], classes: tuple[str, ...] | None) -> tuple[str, str] | None:
    """Why these boxes cannot be compared with; None where they can."""
    x1, y1, x2, y2 = (values[name] for name in COLUMNS[2:])
    for row, (left, top, right, bottom) in enumerate(zip(x1, y1, x2, y2, strict=True), 1):
        numbers = [each for each in (left, top, right, bottom) if isinstance(each, int | float)]
        if len(numbers) < 4:
            return f"box {row:,} lacks an edge", "each box has x1, y1, x2 and y2, in pixels"
        if not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
            edges = ", ".join(f"{each:g}" for each in numbers)
            return (
                f"box {row:,} covers nothing: {edges}",
                "x1, y1, x2, y2 are its left, top, right and bottom edges: x1 < x2 and y1 < y2",
            )
    if classes is not None:
        other = next((str(each) for each in values["class"] if str(each) not in classes), None)
        if other is not None:
            return (
                f"`{other}` is none of the detector's classes",
                did_you_mean(other, classes) or "leave its boxes out, or name the class as the detector does",
            )
    return None


def _check_pictures(named: Values, pictures: Frame, place: Span, whole: Whole) -> None:
    """Tells of boxes of which none is in one of the pictures."""
    keys = None if whole.data is None else whole.data.looked.keys(pictures)
    if keys is None or not {str(each) for each in named}.isdisjoint(keys):
        return
    whole.scope.diagnostics.report(
        rules.OTHER_PICTURES,
        place,
        f"none of its boxes is in one of the pictures: it names `{named[0]}`, not `{min(keys)}`",
        help="`image` holds what the pictures' column `origin` does; as it is, boxes are compared with nothing",
        labels=[Label(pictures.reader.span, "the pictures")],
    )
