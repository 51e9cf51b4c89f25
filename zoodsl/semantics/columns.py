"""What is computed of columns: functions, arithmetic and comparisons, typed as they are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from zoodsl.catalog import registry
from zoodsl.catalog.functions import pattern_mismatch
from zoodsl.catalog.operator import ColumnType, Function
from zoodsl.catalog.values import Condition, Kind, NumberOf, TextOf
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import frames as frame_rules
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Applied, Column, Combined, Operation, Term
from zoodsl.model.printer import show_value as shown
from zoodsl.semantics.evaluation import COMPARISONS, DEEPEST, evaluate
from zoodsl.semantics.functions import FUNCTIONS
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import FrameValue, Symbol, describe
from zoodsl.source import Span
from zoodsl.sources.terms import columns_of
from zoodsl.syntax.nodes import Attribute, Binary, Call, Expression, Index, Name, Unary
from zoodsl.types import DType, ImageType, ValueType

Bind = Callable[[Call, Scope], Operation[Function] | None]
"""Binds a call of a function, whose arguments may be terms themselves."""

_NUMBERS = (DType.UINT8, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64)
_WORDS = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "by",
    "==": "is",
    "!=": "is not",
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
}
"""What operators are called in the name of a computed column."""


def term(expression: Expression, scope: Scope, bind: Bind) -> Term | None:
    """What ``expression`` is in each row: a column, something computed, or a constant; None after a report."""
    match expression:
        case Binary() if _is_computed(expression, scope):
            return _binary(expression, scope, bind)
        case Unary(operator=operator) if _is_computed(expression, scope):
            operand = term(expression.operand, scope, bind)
            zero = Combined(span=expression.span, operator=operator, left=0, right=0, type=DType.INT64)
            if operand is None or not _calculable(zero, operand, expression.operand.span, scope):
                return None
            kind = type_of(operand)
            return Combined(
                span=expression.span,
                operator=operator,
                left=0,
                right=operand,
                type=kind if isinstance(kind, DType) else None,
            )
        case Call(callee=Name(text=name)) if name not in FUNCTIONS:
            operation = bind(expression, scope)
            if operation is None or not _has_one_meaning(operation, scope):
                return None
            return Applied(span=expression.span, operation=operation)
        case _:
            return _plain(expression, scope)


def type_of(term: Term) -> DType | ValueType | None:
    """What a term holds, None where a column's type is unknown."""
    match term:
        case Column(type=type_):
            return None if type_ is None else type_.type
        case Applied(type=type_) | Combined(type=type_):
            return type_
        case str():
            return DType.STRING
        case float():
            return DType.FLOAT64
        case int():
            return DType.INT64
        case _:
            assert_never(term)


def fitting(
    given: Term, wanted: TextOf | NumberOf | Condition, name: str, span: Span, scope: Scope
) -> Term | None:
    """``given`` if a parameter called ``name`` takes it; None after a report."""
    kind = type_of(given)
    what, help_ = _holds(kind), ""
    match wanted:
        case TextOf():
            if isinstance(given, Column | Applied | Combined) and kind in (None, DType.STRING):
                return given
            takes = "a column of text"
            if kind in _NUMBERS and isinstance(given, Column | Applied | Combined):
                help_ = f"write `text({span.text})` for its digits"
        case NumberOf(whole):
            if isinstance(given, Column | Applied | Combined) and (
                kind is None or (kind in _NUMBERS and not (whole and kind in (DType.FLOAT32, DType.FLOAT64)))
            ):
                return given
            takes = "a column of whole numbers" if whole else "a column of numbers"
        case Condition(equality):
            if isinstance(given, Combined) and given.operator in (("==",) if equality else COMPARISONS):
                return given
            takes = "an equality of two columns" if equality else "a comparison"
            what = "this is another expression"
            help_ = "write `a.id == b.id`" if equality else "write such as `rows.age >= 18`"
        case _:
            assert_never(wanted)
    scope.diagnostics.report(value_rules.WRONG_TYPE, span, f"`{name}` takes {takes}, and {what}", help=help_)
    return None


def as_column(given: Term, span: Span, scope: Scope, name: Name | None = None) -> Column | None:
    """A term as a column of the one frame that it is computed of, called ``name`` if that is given; None after a report."""
    if isinstance(given, Column):
        return replace(given, span=span)
    if isinstance(given, str | int | float):
        scope.diagnostics.report(
            value_rules.WRONG_TYPE, span, f"a column belongs here, and this is {describe(given)}"
        )
        return None
    sources = list(columns_of(given))
    other = next((each for each in sources if each.frame != sources[0].frame), None)
    if other is not None:
        report_several_frames(other, sources[0], scope)
        return None
    kind = type_of(given)
    return Column(
        span=span,
        frame=sources[0].frame,
        name=_name(given, sources[0].frame, scope)
        if name is None
        else _named(given, sources[0], name, scope),
        type=ColumnType(span.text, kind) if kind is not None else None,
        expression=given,
    )


def report_several_frames(column: Column, first: Column, scope: Scope) -> None:
    """Reports a column of another frame than the first one's."""
    scope.diagnostics.report(
        data_rules.SEVERAL_FRAMES,
        column.span,
        f"this column is of `{column.frame}`, and the others are of `{first.frame}`",
        help=f"take all columns from one frame, or join the two: `all = {first.frame} -> Join({column.frame}, "
        f"on = {first.frame}.id == {column.frame}.id)`",
        labels=[Label(first.span, f"of `{first.frame}`")],
    )


def is_term(expression: Expression, scope: Scope) -> bool:
    """Whether an expression is of columns, and not a call that reads some."""
    if isinstance(expression, Call):
        return isinstance(expression.callee, Name) and bool(
            registry.find(Kind.FUNCTION, expression.callee.text)
        )
    return _is_computed(expression, scope)


def _is_computed(expression: Expression, scope: Scope) -> bool:
    """Whether columns are in an expression: constant ones are computed when the spec is read."""
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case Attribute() | Index():
                return True
            case Call(callee=Name(text=name)) if name not in FUNCTIONS:
                return True
            case Name(text=name) if (known := scope.find(name)) and isinstance(known.value, Column):
                return True
            case Binary(left=left, right=right):
                waiting += (left, right)
            case Unary(operand=operand):
                waiting.append(operand)
            case _:
                pass
    return False


def _plain(expression: Expression, scope: Scope) -> Column | str | int | float | None:
    """A column, or a constant."""
    value = evaluate(expression, scope)
    match value:
        case None | Column() | str() | float():
            return value
        case int() if not isinstance(value, bool):
            return value
        case FrameValue():
            first = next(iter(value.columns), "column")
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                expression.span,
                f"`{value.name}` is a whole frame, a column belongs here",
                help=f"write `{value.name}.{first}`",
            )
        case Symbol(text):
            scope.diagnostics.report(
                name_rules.UNKNOWN_NAME,
                expression.span,
                f"there is no column `{text}` by itself",
                help=scope.suggest(text, Role.COLUMN) or "name its frame too: `rows.column`",
            )
        case _:
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                expression.span,
                f"a column belongs here, and this is {describe(value)}",
            )
    return None


def _binary(expression: Binary, scope: Scope, bind: Bind) -> Combined | None:
    """Arithmetic and comparisons; a long sum leans to the left, and is read along that side in a loop."""
    spine: list[Binary] = []
    leftmost: Expression = expression
    while isinstance(leftmost, Binary):
        spine.append(leftmost)
        leftmost = leftmost.left
    if len(spine) > DEEPEST:
        scope.diagnostics.report(
            value_rules.TOO_BIG,
            expression.span,
            f"this has more than {DEEPEST} parts",
            help="compute less of it",
        )
        return None
    left, place = term(leftmost, scope, bind), leftmost.span
    for node in reversed(spine):
        right = term(node.right, scope, bind)
        left = None if left is None or right is None else _combined(node, left, right, place, scope)
        place = node.span
    return left if isinstance(left, Combined) else None


def _combined(node: Binary, left: Term, right: Term, place: Span, scope: Scope) -> Combined | None:
    operator, kinds = node.operator, (type_of(left), type_of(right))
    made = Combined(span=node.span, operator=operator, left=left, right=right, type=_result(operator, *kinds))
    texts = [kind for kind in kinds if kind is DType.STRING]
    if operator in COMPARISONS or (operator == "+" and texts):
        sides = ((left, place), (right, node.right.span))
        strange = next((each for each in sides if isinstance(type_of(each[0]), ValueType)), None)
        if strange is not None:
            _report(
                f"`{operator}` takes numbers or texts, and {_holds(type_of(strange[0]))}", strange[1], scope
            )
            return None
        if len(texts) == 1 and None not in kinds:
            number, span = sides[0] if kinds[0] is not DType.STRING else sides[1]
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                node.span,
                f"`{operator}` cannot take a text and a number together",
                help=_text_help(number, span),
                labels=[Label(each, _kind(type_of(side))) for side, each in sides],
            )
            return None
        return made
    good = _calculable(made, left, place, scope) and _calculable(made, right, node.right.span, scope)
    return made if good else None


def _result(operator: str, left: DType | ValueType | None, right: DType | ValueType | None) -> DType | None:
    """The type of what comes out."""
    if operator in COMPARISONS:
        return DType.INT64
    if operator == "/":
        return DType.FLOAT64
    if left is None or right is None:
        return None
    if left is DType.STRING:
        return DType.STRING
    whole = (DType.UINT8, DType.INT32, DType.INT64)
    return DType.INT64 if left in whole and right in whole else DType.FLOAT64


def _calculable(node: Combined, operand: Term, span: Span, scope: Scope) -> bool:
    kind = type_of(operand)
    if kind is None or kind in _NUMBERS:
        return True
    _report(f"`{node.operator}` takes numbers, and {_holds(kind)}", span, scope)
    return False


def _report(message: str, span: Span, scope: Scope) -> None:
    scope.diagnostics.report(value_rules.WRONG_TYPE, span, message)


def _text_help(number: Term, span: Span) -> str:
    if isinstance(number, int | float):
        return f'write the number in quotes: `"{span.text}"`'
    return f"write `text({span.text})` for its digits, or `number(...)` for the number that the text spells"


def _kind(kind: DType | ValueType | None) -> str:
    match kind:
        case DType.STRING:
            return "text"
        case None:
            return "unknown"
        case DType():
            return "a number"
        case ImageType():
            return "an image"
        case _:
            return "a tensor"


def _holds(kind: DType | ValueType | None) -> str:
    return f"this is {_kind(kind)}"


def _has_one_meaning(operation: Operation[Function], scope: Scope) -> bool:
    """Whether a function means the same wherever it is computed: patterns may not."""
    mismatch = pattern_mismatch(operation.arguments) if "pattern" in operation.arguments else None
    if mismatch is None:
        return True
    scope.diagnostics.report(
        frame_rules.BAD_PATTERN,
        operation.places.get(mismatch.parameter or "", operation.span),
        mismatch.message,
        help=mismatch.help,
    )
    return False


def _named(given: Applied | Combined, source: Column, name: Name, scope: Scope) -> str:
    """What a computed column is called that has a name of its own, which no other column of its frame has."""
    frame = _frame(source.frame, scope)
    if name.text in frame.columns:
        scope.diagnostics.report(
            name_rules.DUPLICATE_NAME,
            name.span,
            f"`{frame.name}` has a column `{name.text}` already",
            help="give what is computed another name",
            labels=[Label(frame.span, "this frame")],
        )
    frame.computed[shown(given)] = name.text
    return name.text


def _name(given: Applied | Combined, frame: str, scope: Scope) -> str:
    """What a computed column is called in its frame: the words of its expression."""
    value = _frame(frame, scope)
    text = shown(given)
    if text not in value.computed:
        plain = re.sub(r"\W+", "_", _spelled(given)).strip("_").lower()[:60] or "computed"
        taken = {*value.columns, *value.computed.values()}
        number, name = 2, plain
        while name in taken:
            number, name = number + 1, f"{plain}_{number}"
        value.computed[text] = name
    return value.computed[text]


def _frame(name: str, scope: Scope) -> FrameValue:
    binding = scope.find(name)
    value = None if binding is None else binding.value
    if not isinstance(value, FrameValue):
        raise TypeError(f"{name} is no frame")  # its columns were found there
    return value


def _spelled(given: Term) -> str:
    match given:
        case Column(name=name):
            return name
        case Applied(operation=operation):
            return " ".join(
                [operation.operator.name, *(_spelled(operation.arguments[name]) for name in operation.places)]
            )
        case Combined(operator=operator, left=left, right=right):
            return f"{_spelled(left)} {_WORDS[operator]} {_spelled(right)}"
        case _:
            return str(given)
