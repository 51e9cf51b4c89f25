"""Constant expressions: what ``param``, ``let`` and arguments compute. Total: every spec ends, in bounded time."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import assert_never

from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import names as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Column
from zoodsl.semantics.aggregates import AGGREGATES, aggregate
from zoodsl.semantics.frame_columns import column_of
from zoodsl.semantics.functions import FUNCTIONS, is_number, is_unknown
from zoodsl.semantics.scope import Binding, Progress, Role, Scope
from zoodsl.semantics.untaken import look_over
from zoodsl.semantics.values import (
    Bounds,
    Deferred,
    Extent,
    FrameValue,
    Stretch,
    Symbol,
    Value,
    describe,
    show_value,
)
from zoodsl.source import Span
from zoodsl.syntax.nodes import (
    Attribute,
    Binary,
    Call,
    Chain,
    Conditional,
    Expression,
    Flag,
    Index,
    Measure,
    Name,
    Number,
    Range,
    Sequence,
    Size,
    Text,
    Unary,
    Unreadable,
)
from zoodsl.types import UNITS_BY_SYMBOL, Quantity, Unit

LARGEST_INTEGER = 2**53
"""Whole numbers stay within what a float64 holds exactly."""

LONGEST_TEXT = 100_000
DEEPEST = 80
"""Nesting of expressions, definitions and blocks; far above any spec, far below Python's own stack."""


def evaluate(expression: Expression, scope: Scope) -> Value | None:
    """The value of ``expression``; None where a mistake was reported, here or before."""
    budget = scope.budget
    if budget.depth >= DEEPEST:
        scope.diagnostics.report(
            value_rules.TOO_BIG,
            expression.span,
            f"this is nested more than {DEEPEST} deep",
            help="give parts of it names with `let`",
        )
        return None
    budget.depth += 1
    try:
        return _evaluate(expression, scope)
    finally:
        budget.depth -= 1


def _evaluate(expression: Expression, scope: Scope) -> Value | None:
    match expression:
        case Number(value=value):
            return _bounded(value, expression.span, scope)
        case Text(value=value) | Flag(value=value):
            return value
        case Measure():
            number = _bounded(expression.value, expression.span, scope)
            return None if number is None else Quantity(number, UNITS_BY_SYMBOL[expression.unit])
        case Size(dimensions=dimensions):
            bounded = [_bounded(each, expression.span, scope) for each in dimensions]
            return None if None in bounded else Extent(dimensions)
        case Name():
            return _named(expression, scope)
        case Sequence(items=items):
            values = [evaluate(item, scope) for item in items]
            return None if any(value is None for value in values) else tuple(values)
        case Range():
            return _range(expression, scope)
        case Unary():
            return _unary(expression, scope)
        case Binary():
            return _binary(expression, scope)
        case Attribute() | Index():
            return _column(expression, scope)
        case Call(callee=Name(text=name)) if name in FUNCTIONS:
            return _function(name, expression, scope)
        case Call():
            return Deferred(expression, scope)
        case Conditional():
            chosen = choose(expression, scope)
            return None if chosen is None else evaluate(chosen, scope)
        case Chain():
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                expression.span,
                "a chain `->` has no place here",
                help="chains belong in `network`, in a `block`, and after `label`",
            )
            return None
        case Unreadable():
            return None
        case _:
            assert_never(expression)


def choose(expression: Conditional, scope: Scope, *, known: bool = True) -> Expression | None:
    """The branch that the condition selects, None if the condition is in error.

    ``known``: the names of the other are those of ``scope``, and are looked up.
    """
    condition = evaluate(expression.condition, scope)
    if condition is None:
        return None
    if not isinstance(condition, bool):
        if isinstance(condition, Symbol):
            is_unknown(condition, scope)
        else:
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                expression.condition.span,
                f"`if` takes `true` or `false`, not {describe(condition)}",
                help="compare it: `if x > 0 { ... } else { ... }`",
            )
        return None
    taken, other = expression.then, expression.otherwise
    if not condition:
        taken, other = other, taken
    if known:
        look_over(other, expression, scope)
    return taken


def value_of(binding: Binding, scope: Scope) -> Value | None:
    """The value of a ``param`` or ``let``, computed on first use; a definition by itself is reported."""
    if binding.progress is Progress.DONE:
        return binding.value
    running = scope.budget.running
    if binding.progress is Progress.RUNNING:
        circle = running[running.index(binding) :]
        first = min(circle, key=lambda each: each.span.start)
        names = [each.name for each in circle]
        at = circle.index(first)
        names = [*names[at:], *names[:at], first.name]
        scope.diagnostics.report(
            value_rules.DEFINITION_CYCLE,
            first.span,
            f"`{first.name}` is defined by itself: {' -> '.join(names)}",
            help="give one of them a value of its own",
            labels=[Label(each.span, "part of the circle") for each in circle if each is not first],
        )
        for each in circle:
            each.progress = Progress.DONE
        return None
    if binding.expression is None or binding.home is None:
        return None
    binding.progress = Progress.RUNNING
    running.append(binding)
    value = evaluate(binding.expression, binding.home)
    running.pop()
    if binding.progress is Progress.RUNNING:
        binding.progress = Progress.DONE
        binding.value = value if value is None or binding.check is None else binding.check(value)
    return binding.value


def _named(name: Name, scope: Scope) -> Value | None:
    binding = scope.find(name.text)
    if binding is None:
        return Symbol(name.text, name.span)
    if binding.role in (Role.BLOCK, Role.BASE, Role.IMPORT):
        scope.diagnostics.report(
            value_rules.WRONG_TYPE,
            name.span,
            f"`{name.text}` is {'an import' if binding.role is Role.IMPORT else f'a {binding.role.value}'}, "
            "a value belongs here",
            labels=[Label(binding.span, "declared here")],
        )
        return None
    return value_of(binding, scope)


def _bounded(value: float, span: Span, scope: Scope) -> int | float | None:
    """``value`` if it is in the language's range of numbers, else a report and None."""
    if abs(value) <= LARGEST_INTEGER if isinstance(value, int) else isfinite(value):
        return value
    scope.diagnostics.report(
        value_rules.TOO_BIG,
        span,
        "this number is too big",
        help="whole numbers go up to 2^53 = 9007199254740992, others to about 1.8e308",
    )
    return None


def _number(expression: Expression, operator: str, scope: Scope) -> int | float | Quantity | None:
    """An operand of arithmetic."""
    value = evaluate(expression, scope)
    match value:
        case None:
            return None
        case bool():
            pass
        case int() | float() | Quantity():
            return value
        case _ if is_unknown(value, scope):
            return None
        case _:
            pass
    scope.diagnostics.report(
        value_rules.WRONG_TYPE,
        expression.span,
        f"`{operator}` takes numbers, not {describe(value)}",
    )
    return None


def _range(expression: Range, scope: Scope) -> Value | None:
    low = _number(expression.low, "..", scope)
    high = _number(expression.high, "..", scope)
    if low is None or high is None:
        return None
    value: Value
    if isinstance(low, Quantity) and isinstance(high, Quantity) and low.unit is high.unit is Unit.PERCENT:
        value, empty = Stretch(low, high), low.value > high.value
    elif isinstance(low, Quantity) or isinstance(high, Quantity):
        scope.diagnostics.report(
            value_rules.WRONG_UNIT,
            expression.span,
            "a range goes from one plain number to another, or from one share to another",
            help="write it as `0..200`, or as `0%..50%`",
        )
        return None
    else:
        value, empty = Bounds(low, high), low > high
    if empty:
        scope.diagnostics.report(
            value_rules.OUT_OF_RANGE,
            expression.span,
            f"this range is empty: {show_value(low)} is above {show_value(high)}",
            help=f"write it as {show_value(high)}..{show_value(low)}",
        )
        return None
    return value


def _unary(expression: Unary, scope: Scope) -> Value | None:
    value = _number(expression.operand, expression.operator, scope)
    if value is None or expression.operator == "+":
        return value
    return Quantity(-value.value, value.unit) if isinstance(value, Quantity) else -value


def _binary(expression: Binary, scope: Scope) -> Value | None:
    """Arithmetic and comparison; a long sum leans to the left, and is computed along that side in a loop."""
    spine: list[Binary] = []
    leftmost: Expression = expression
    while isinstance(leftmost, Binary):
        spine.append(leftmost)
        leftmost = leftmost.left
    left = evaluate(leftmost, scope)
    left_span = leftmost.span
    for node in reversed(spine):
        right = evaluate(node.right, scope)
        if left is None or right is None:
            left = None
        elif node.operator in COMPARISONS:
            left = _compare(node, left, right, scope)
        else:
            left = _calculate(node, left, right, left_span, scope)
        left_span = node.span
    return left


COMPARISONS: dict[str, Callable[[int | float, int | float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compare(node: Binary, left: Value, right: Value, scope: Scope) -> bool | None:
    if isinstance(left, Symbol) or isinstance(right, Symbol):
        # Two enumeration values compare by name; a lone bare name beside a value is one misspelt.
        if isinstance(left, Symbol) and isinstance(right, Symbol) and node.operator in ("==", "!="):
            return (left.text == right.text) is (node.operator == "==")
        for side in (left, right):
            if isinstance(side, Symbol):
                is_unknown(side, scope)
        return None
    equality = node.operator in ("==", "!=")
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        if left.unit.dimension == right.unit.dimension:
            return COMPARISONS[node.operator](left.base, right.base)
    elif is_number(left) and is_number(right):
        return COMPARISONS[node.operator](left, right)
    elif equality and type(left) is type(right) and isinstance(left, (str, bool, tuple, Extent)):
        return (left == right) is (node.operator == "==")
    scope.diagnostics.report(
        value_rules.WRONG_TYPE,
        node.span,
        f"`{node.operator}` cannot compare {describe(left)} with {describe(right)}",
        labels=[
            Label(node.left.span, f"{describe(left)}: {show_value(left)}"),
            Label(node.right.span, f"{describe(right)}: {show_value(right)}"),
        ],
    )
    return None


def _calculate(node: Binary, left: Value, right: Value, left_span: Span, scope: Scope) -> Value | None:
    operator = node.operator
    for side in (left, right):
        if is_unknown(side, scope):
            return None
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return _joined(node, left, right, scope)
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _calculate_quantity(node, left, right, scope)
    if is_number(left) and is_number(right):
        return _arithmetic(node, left, right, scope)
    side, span = (right, node.right.span) if is_number(left) else (left, left_span)
    scope.diagnostics.report(
        value_rules.WRONG_TYPE, span, f"`{operator}` takes numbers, not {describe(side)}"
    )
    return None


def _joined(node: Binary, left: str, right: str, scope: Scope) -> str | None:
    if len(left) + len(right) <= LONGEST_TEXT:
        return left + right
    scope.diagnostics.report(
        value_rules.TOO_BIG, node.span, f"this text is longer than {LONGEST_TEXT:,} characters"
    )
    return None


def _arithmetic(node: Binary, left: float, right: float, scope: Scope) -> int | float | None:
    result: int | float
    match node.operator:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case _:
            if right == 0:
                scope.diagnostics.report(
                    value_rules.NO_RESULT,
                    node.span,
                    f"this divides {show_value(left)} by zero",
                    labels=[Label(node.right.span, "this is 0")],
                )
                return None
            # A division of whole numbers that comes out even stays whole, so that 64 / 2 is a size.
            exact = isinstance(left, int) and isinstance(right, int) and left % right == 0
            result = left // right if exact else left / right
    return _bounded(result, node.span, scope)


def _calculate_quantity(node: Binary, left: Value, right: Value, scope: Scope) -> Quantity | None:
    """Sums of equal units, and multiples."""
    number: int | float | None
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        if left.unit is right.unit and node.operator in "+-":
            number = _arithmetic(node, left.value, right.value, scope)
            return None if number is None else Quantity(number, left.unit)
    elif isinstance(left, Quantity) and is_number(right) and node.operator in "*/":
        number = _arithmetic(node, left.value, right, scope)
        return None if number is None else Quantity(number, left.unit)
    elif isinstance(right, Quantity) and is_number(left) and node.operator == "*":
        number = _arithmetic(node, left, right.value, scope)
        return None if number is None else Quantity(number, right.unit)
    scope.diagnostics.report(
        value_rules.WRONG_UNIT,
        node.span,
        f"`{show_value(left)} {node.operator} {show_value(right)}` mixes units",
        help="add numbers of the same unit, or multiply a number that has a unit by a plain one",
    )
    return None


def _column(expression: Attribute | Index, scope: Scope) -> Value | None:
    """``frame.column`` or ``frame["column"]``."""
    owner = evaluate(expression.value, scope)
    if owner is None:
        return None
    if isinstance(owner, Symbol):
        help_ = "define it in `data`: `rows = CSV(...)`"
        scope.report_unknown("frame ", owner.text, owner.span, help_, Role.FRAME)
        return None
    if not isinstance(owner, FrameValue):
        scope.diagnostics.report(
            value_rules.WRONG_TYPE,
            expression.value.span,
            f"only a frame has columns, and this is {describe(owner)}",
        )
        return None
    if isinstance(expression, Attribute):
        name, place = expression.name.text, expression.name.span
    else:
        index = evaluate(expression.index, scope)
        if index is None:
            return None
        if isinstance(index, Symbol) and scope.report_misspelt(index.text, index.span):
            return None
        if not isinstance(index, str):
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                expression.index.span,
                f"a column is named by a text, not by {describe(index)}",
                help='write `frame["column name"]`',
            )
            return None
        name, place = index, expression.index.span
    return column_of(owner, name, place, expression.span, scope)


def _function(name: str, call: Call, scope: Scope) -> Value | None:
    """A function of constants, of ``zoodsl.semantics.functions``."""
    values: list[Value] = []
    for argument in call.arguments:
        value = evaluate(argument.value, scope)
        if value is None:
            return None
        if argument.name is not None:
            scope.diagnostics.report(
                rules.UNKNOWN_ARGUMENT,
                argument.name.span,
                f"`{name}` takes its arguments by position, without names",
            )
            return None
        if is_unknown(value, scope):
            return None
        values.append(value)
    if name in AGGREGATES and len(values) == 1 and isinstance(values[0], Column):
        return aggregate(name, values[0], call.span, scope)
    takes, function = FUNCTIONS[name]
    result = function(values)
    if result is None:
        got = " and ".join(describe(value) for value in values[:3]) or "nothing"
        scope.diagnostics.report(value_rules.WRONG_TYPE, call.span, f"`{name}` takes {takes}, not {got}")
        return None
    return result if isinstance(result, Extent) else _bounded(result, call.span, scope)
