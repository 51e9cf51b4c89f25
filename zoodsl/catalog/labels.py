"""Label codecs: how a column becomes what the network learns."""

from __future__ import annotations

from math import isclose

from zoodsl.catalog.operator import Arguments, LabelCodec, Mismatch, Parameter, Target
from zoodsl.catalog.values import Integer, Interval, ListOf, OneOf, Real, String

NEAR = 1e-6
"""Numbers closer than this are the same rating: 0.1 + 0.2 is 0.3."""

TWO = 2
"""Of so many classes, one output may tell the second."""

MOST_RATINGS = 1000
"""How many steps a scale of ratings has at most."""


def _classes(arguments: Arguments) -> int:
    classes: int | tuple[str, ...] = arguments["classes"]
    return classes if isinstance(classes, int) else len(classes)


def _names(arguments: Arguments) -> int:
    return len(arguments["names"])


def tells(shape: tuple[int, ...], target: Target, size: int) -> bool:
    """Whether outputs of ``shape`` tell a label of ``size`` classes or entries, whatever the loss.

    >>> tells((3,), Target.CLASS, 3), tells((1,), Target.CLASS, 2), tells((1,), Target.CLASS, 3)
    (True, True, False)
    """
    return shape == (size,) or (target is Target.CLASS and size == TWO and shape == (1,))


def ratings(arguments: Arguments) -> tuple[float, ...]:
    """The numbers of a ``Rating``, rising: ``0.5, 1, 1.5, ...``, rounded so that 0.1 + 0.2 is 0.3."""
    low, step = arguments["scale"][0], arguments["step"]
    return tuple(round(low + place * step, 9) for place in range(_steps(arguments)))


def _steps(arguments: Arguments) -> int:
    low, high = arguments["scale"]
    steps: float = (high - low) / arguments["step"]
    return round(steps) + 1


def rating_mismatch(arguments: Arguments) -> Mismatch | None:
    """What is wrong with the scale of a ``Rating``; None if nothing is, or the codec has none."""
    if "scale" not in arguments:
        return None
    (low, high), step = arguments["scale"], arguments["step"]
    steps = (high - low) / step
    if steps > MOST_RATINGS - 1:
        return Mismatch(
            f"this scale has {round(steps) + 1:,} ratings, and a network would have an output for each",
            "learn it as a number: `-> Number()`",
            "step" if step < 1 else "scale",
        )
    if not isclose(steps, round(steps), abs_tol=NEAR):
        return Mismatch(
            f"steps of {step:g} do not lead from {low:g} to {high:g}",
            f"ratings such as {low:g}, {low + step:g}, ... end on a whole step: write `step = ...`",
            "step",
        )
    if round(steps) < 1:
        return Mismatch(
            f"a scale from {low:g} to {high:g} has one rating alone", "write such as `Rating(1..5)`", "scale"
        )
    return None


def _one(_arguments: Arguments) -> int:
    return 1


OPERATORS = (
    LabelCodec(
        name="ClassIndex",
        doc="One class a row, counted from 0. `ClassIndex(10)`: the column holds whole numbers 0 to 9. "
        '`ClassIndex(["cat", "dog"])`: it holds these texts, and a class is its place in the list.',
        source="zoo 1",
        parameters=(
            Parameter(
                "classes",
                OneOf((Integer(minimum=2), ListOf(String(), least=2, distinct=True))),
                doc="how many classes there are, or their names in order",
            ),
        ),
        target=Target.CLASS,
        size=_classes,
    ),
    LabelCodec(
        name="MultiHot",
        doc='Any number of labels a row, written in one text: `MultiHot(["a", "b", "c"])` makes "a|c" into '
        "[1, 0, 1].",
        source="zoo 1",
        parameters=(
            Parameter("names", ListOf(String(), least=1, distinct=True), doc="the labels in order"),
            Parameter(
                "separator",
                String(least=1),
                default="|",
                doc="the text between two labels of a row",
                keyword_only=True,
            ),
            Parameter(
                "none",
                String(),
                default=None,
                doc="the text of a row without labels; an empty text is always one",
                keyword_only=True,
            ),
        ),
        target=Target.MULTI_HOT,
        size=_names,
    ),
    LabelCodec(
        name="Rating",
        doc="A rating on a scale, learned as one class a step, with a probability for each: `Rating(1..5)` has the classes 1, "
        "2, 3, 4 and 5, `Rating(0.5..5, step = 0.5)` half stars too. What is predicted is told as these numbers, and "
        "metrics of numbers take an estimate of it: the most probable rating, the mean, or the median.",
        source="zoo 1; Koren and Sill, OrdRec, RecSys 2011",
        parameters=(
            Parameter("scale", Interval(), doc="the lowest and the highest rating"),
            Parameter(
                "step",
                Real(minimum=0.0, minimum_open=True),
                default=1.0,
                doc="how far a rating is from the next one",
                keyword_only=True,
            ),
        ),
        target=Target.CLASS,
        size=_steps,
        values=ratings,
    ),
    LabelCodec(
        name="Number",
        doc="A number as it is, for regression.",
        source="zoo 1",
        target=Target.NUMBER,
        size=_one,
    ),
)
"""Every label codec of the language."""
