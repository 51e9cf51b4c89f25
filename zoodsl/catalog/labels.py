"""Label codecs: how a column becomes what the network learns."""

from __future__ import annotations

from zoodsl.catalog.operator import Arguments, LabelCodec, Parameter, Target
from zoodsl.catalog.values import Integer, ListOf, OneOf, String


def _classes(arguments: Arguments) -> int:
    classes: int | tuple[str, ...] = arguments["classes"]
    return classes if isinstance(classes, int) else len(classes)


def _names(arguments: Arguments) -> int:
    return len(arguments["names"])


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
                String(),
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
        name="Number",
        doc="A number as it is, for regression.",
        source="zoo 1",
        target=Target.NUMBER,
        size=_one,
    ),
)
"""Every label codec of the language."""
