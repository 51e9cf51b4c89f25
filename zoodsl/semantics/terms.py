"""The terms of a property, typed from the inside out: what means nothing is told before anything is tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Measure
from zoodsl.catalog.values import Kind, Measured, Sort
from zoodsl.diagnostics import Fix, Label
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Column, Operation, Part
from zoodsl.model.properties import Altered, Calculated, Cell, Comparison, Constant, Drawn, Measurement
from zoodsl.semantics.arguments import bind_call
from zoodsl.semantics.drawn import Stopped, after
from zoodsl.semantics.evaluation import COMPARISONS, DEEPEST, choose, evaluate
from zoodsl.semantics.functions import FUNCTIONS
from zoodsl.semantics.preprocess import steps_on
from zoodsl.semantics.scope import Role
from zoodsl.semantics.spec_measures import of_spec
from zoodsl.semantics.typed import Surroundings, Typed, on_one_line
from zoodsl.semantics.values import Extent, FrameValue, Symbol, describe, show_value
from zoodsl.source import Span
from zoodsl.syntax.nodes import (
    Argument,
    Attribute,
    Binary,
    Call,
    Chain,
    Conditional,
    Expression,
    Index,
    Name,
    Unary,
)
from zoodsl.types import DType, ImageType, TensorType, ValueType, show

_OF_SPEC = ("preprocess", "training", "predict", "label", "part")
_PARTS = tuple(part.value for part in Part)


def term(expression: Expression, at: Surroundings) -> Typed | None:
    """What ``expression`` means in a claim; None after a report."""
    budget = at.scope.budget
    if budget.depth >= DEEPEST:
        at.scope.diagnostics.report(
            value_rules.TOO_BIG,
            expression.span,
            f"this is nested more than {DEEPEST} deep",
            help="divide it among several claims",
        )
        return None
    budget.depth += 1
    try:
        return _term(expression, at) if _speaks(expression, at) else _constant(expression, at)
    finally:
        budget.depth -= 1


def _speaks(expression: Expression, at: Surroundings) -> bool:
    """Whether an expression is of variables or measures, and not one that is computed when the spec is read."""
    waiting: list[Expression] = [expression]
    while waiting:
        match waiting.pop():
            case Name(text=text) if text in at.variables:
                return True
            case Call(callee=Name(text=text)) if text not in FUNCTIONS:
                return True
            case Chain() | Attribute() | Index():
                return True
            case Call(arguments=arguments):
                waiting += (each.value for each in arguments)
            case Binary(left=left, right=right):
                waiting += (left, right)
            case Unary(operand=inner):
                waiting.append(inner)
            case Conditional(then=then, otherwise=otherwise):
                waiting += (then, otherwise)
            case _:
                pass
    return False


def _term(expression: Expression, at: Surroundings) -> Typed | None:
    match expression:
        case Name(text=text) if text in at.variables:
            known = at.variables[text].value
            return replace(known, term=Drawn(span=expression.span, name=text))
        case Attribute(value=Name(text=text)) | Index(value=Name(text=text)) if text in at.variables:
            return _cell(expression, text, at)
        case Call(callee=Name(text=text)) if text not in FUNCTIONS:
            return _measured(expression, at)
        case Chain():
            return _altered(expression, at)
        case Call(callee=Name(text=text)):
            _report_function(expression, text, at)
            return None
        case Unary(operator=sign):
            return _signed(expression, sign, at)
        case Binary(operator=sign):
            left, right = term(expression.left, at), term(expression.right, at)
            if left is None or right is None:
                return None
            return (_compared if sign in COMPARISONS else _calculated)(expression, left, right, at)
        case Conditional():
            chosen = choose(expression, at.scope, known=False)
            return None if chosen is None else term(chosen, at)
        case _:
            return _constant(expression, at)


def _report_function(call: Call, name: str, at: Surroundings) -> None:
    """Reports a function of what is drawn: functions are computed when the spec is read."""
    measure = name.capitalize()
    help_ = "compare each by a claim of its own"
    if len(call.arguments) == 1 and registry.find(Kind.MEASURE, measure) is not None:
        help_ = f"the measure of a tensor is `{measure}({call.arguments[0].span.text})`"
    _report(call.span, f"`{name}` is computed when the spec is read, and this varies", help_, at)


# --- what is computed when the spec is read


def _constant(expression: Expression, at: Surroundings) -> Typed | None:
    value = evaluate(expression, at.scope)
    span = expression.span
    match value:
        case None:
            return None
        case bool():
            return Typed(Constant(span=span, value=value), Sort.TRUTH)
        case int() | float():
            return Typed(Constant(span=span, value=value), Sort.NUMBER)
        case str():
            return Typed(Constant(span=span, value=value), Sort.TEXT)
        case Extent(dimensions):
            return Typed(Constant(span=span, value=dimensions), Sort.SIZE, size=dimensions)
        case Symbol(text) if text in _PARTS:
            return Typed(Constant(span=span, value=Part(text)), Sort.PART)
        case Symbol(text):
            help_ = "a claim speaks of what `forall` draws: `forall image in AnyImage()`"
            at.scope.report_unknown("variable ", text, span, help_, Role.DRAWN, Role.LET, Role.PARAM)
        case Column(frame=frame):
            message = f"`{show_value(value)}` is a whole column, and a claim speaks of one row"
            _report(
                span, message, f"draw it: `forall row in AnyRow({frame})`, and write `row.{value.name}`", at
            )
        case FrameValue(name):
            _report(
                span,
                f"`{name}` is a whole frame, and a claim speaks of one row",
                f"draw it: `forall row in AnyRow({name})`",
                at,
            )
        case _:
            _report(
                span,
                f"a claim speaks of numbers, texts, sizes and what is drawn, and this is {describe(value)}",
                "",
                at,
            )
    return None


# --- variables, and what is of them


def _cell(expression: Attribute | Index, name: str, at: Surroundings) -> Typed | None:
    variable = at.variables[name].value
    if variable.sort is None:
        return None
    if variable.sort is not Sort.ROW:
        _report(expression.span, f"only a row has columns, and `{name}` is {variable}", "", at)
        return None
    column = evaluate(expression, at.scope)
    if not isinstance(column, Column):
        return None
    cell = Cell(span=expression.span, row=name, column=column)
    kind = None if column.type is None else column.type.type
    return Typed(cell, _sort_of(kind), kind if isinstance(kind, ValueType) else None, names=variable.names)


def _sort_of(kind: DType | ValueType | None) -> Sort | None:
    match kind:
        case None:
            return None
        case ImageType():
            return Sort.IMAGE
        case TensorType():
            return Sort.TENSOR
        case DType.STRING:
            return Sort.TEXT
        case _:
            return Sort.NUMBER


def _altered(chain: Chain, at: Surroundings) -> Typed | None:
    label = chain.label or next((step.label for step in chain.steps if step.label is not None), None)
    if label is not None:
        _report(label.span, "steps of a claim have no names", "remove the `as`", at)
        return None
    image = term(chain.head, at)
    if image is None or not _ends_before_comparison(chain, at):
        return None
    if image.sort not in (Sort.IMAGE, None):
        help_ = {
            Sort.ROW: f"write `{chain.head.span.text}.image -> ...`",
            Sort.TRUTH: "put brackets around the chain: `a == (b -> HFlip())`",
        }.get(image.sort, "")
        _report(chain.head.span, f"`->` leads an image through steps, and this is {image}", help_, at)
        return None
    if image.type is None:
        message = "it is not known what this column holds: the data could not be looked at"
        _report(chain.head.span, message, "state the column's type where it is read", at)
        return None
    written = tuple(step.value for step in chain.steps)
    steps = steps_on(image.type, chain.head.span, written, at.scope)
    if steps is None:
        return None
    made = after(steps, image.type, training=False)
    if isinstance(made, Stopped):
        raise TypeError(made.mismatch.message)  # `steps_on` has tried the same
    return replace(
        image,
        term=Altered(span=chain.span, image=image.term, steps=steps),
        sort=Sort.IMAGE if isinstance(made, ImageType) else Sort.TENSOR,
        type=made,
    )


def _ends_before_comparison(chain: Chain, at: Surroundings) -> bool:
    """Whether no step is compared; a report of ``image -> HFlip() == image``, of which the arrow takes all that follows."""
    compared = next((step.value for step in chain.steps if isinstance(step.value, Binary)), None)
    if compared is None:
        return True
    span = chain.head.span.to(compared.left.span)
    _report(
        chain.span,
        f"`{compared.operator}` belongs to the step before it here, not to the chain",
        f"put brackets around the chain: `({on_one_line(span.text)}) {compared.operator} ...`",
        at,
    )
    return False


# --- measures


def _measured(call: Call, at: Surroundings) -> Typed | None:
    if not _is_given_a_range(call, at):
        return None
    operation: Operation[Measure] | None = bind_call(call, Kind.MEASURE, at.scope)
    if operation is None:
        return None
    arguments: dict[str, Any] = dict(operation.arguments)
    given: list[Typed] = []
    good = True
    for parameter in operation.operator.parameters:
        if not isinstance(parameter.type, Measured):
            continue
        value = term(arguments[parameter.name], at)
        if value is None or not _is_measured(value, operation, parameter.type.sorts, at):
            good = False
            continue
        arguments[parameter.name] = value.term
        given.append(value)
    if not good:
        return None
    if operation.operator.name == "Close" and not _alike(call, given[0], given[1], at):
        return None
    if operation.operator.name in _OF_SPEC:
        return of_spec(operation, given[0], at)
    names = frozenset[str]().union(*(each.names for each in given))
    measurement = Measurement(span=call.span, operation=replace(operation, arguments=arguments))
    size = given[0].shape if operation.operator.gives is Sort.SIZE else None
    denied = _denied(operation, given) or next((each.denied for each in given if each.denied), "")
    whole = operation.operator.name == "Argmax"
    return Typed(measurement, operation.operator.gives, size=size, names=names, whole=whole, denied=denied)


def _is_given_a_range(call: Call, at: Surroundings) -> bool:
    """Whether ``Within`` is given a range; a report of the two numbers of ``Within(x, 0, 1)``."""
    match call:
        case Call(
            callee=Name(text="Within"), arguments=[_, Argument(name=None) as low, Argument(name=None) as high]
        ):
            span, written = low.span.to(high.span), f"{low.span.text}..{high.span.text}"
            at.scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                span,
                "`Within` takes a range, and these are two numbers",
                help=f"write `{written}`",
                fix=Fix(span, written),
            )
            return False
        case _:
            return True


def _is_measured(
    value: Typed, operation: Operation[Measure], sorts: tuple[Sort, ...], at: Surroundings
) -> bool:
    if value.sort is None or value.sort in sorts:
        return True
    takes = " or ".join(sort.value for sort in sorts)
    name = operation.operator.name
    help_ = "draw rows: `forall row in AnyRow(rows)`" if sorts == (Sort.ROW,) else ""
    _report(value.term.span, f"`{name}` takes {takes}, and this is {value}", help_, at)
    return False


def _denied(operation: Operation[Measure], given: list[Typed]) -> str:
    """Why a measure can never be true of what is known of its values."""
    types = [each.type for each in given]
    match operation.operator.name, types:
        case "Within", [ImageType() | TensorType() as known]:
            low, high = operation.arguments["range"]
            if low > known.high or high < known.low:
                return f"its numbers lie in {known.low:g}..{known.high:g}"
        case "Close", [ImageType() | TensorType(), ImageType() | TensorType()]:
            one, other = given[0].shape, given[1].shape
            if one is not None and other is not None and one != other:
                return f"one is of {show(one)}, the other of {show(other)}"
        case _:
            pass
    return ""


# --- arithmetic and comparisons


def _signed(expression: Unary, sign: str, at: Surroundings) -> Typed | None:
    operand = term(expression.operand, at)
    if operand is None or not _is_number(operand, sign, at):
        return None
    zero = Constant(span=expression.span, value=0)
    made = Calculated(span=expression.span, operator=sign, left=zero, right=operand.term)
    return replace(operand, term=made, sort=Sort.NUMBER)


def _calculated(expression: Binary, left: Typed, right: Typed, at: Surroundings) -> Typed | None:
    if not (_is_number(left, expression.operator, at) and _is_number(right, expression.operator, at)):
        return None
    made = Calculated(span=expression.span, operator=expression.operator, left=left.term, right=right.term)
    zero = isinstance(right.term, Constant) and right.term.value == 0
    by_zero = (
        f"`{on_one_line(expression.span.text)}` divides by zero" if made.operator == "/" and zero else ""
    )
    denied = left.denied or right.denied or by_zero
    return Typed(made, Sort.NUMBER, names=left.names | right.names, denied=denied)


def _is_number(value: Typed, sign: str, at: Surroundings) -> bool:
    if value.sort in (Sort.NUMBER, None):
        return True
    text = f"measure it first, such as by `Mean({value.term.span.text})`"
    help_ = text if value.sort in (Sort.IMAGE, Sort.TENSOR) else ""
    _report(value.term.span, f"`{sign}` takes numbers, and this is {value}", help_, at)
    return False


def _compared(expression: Binary, left: Typed, right: Typed, at: Surroundings) -> Typed | None:
    sign = expression.operator
    left, right = _as_size(left, right), _as_size(right, left)
    if sign not in ("==", "!="):
        if not (_is_number(left, sign, at) and _is_number(right, sign, at)):
            return None
    elif not _alike(expression, left, right, at):
        return None
    made = Comparison(span=expression.span, operator=sign, left=left.term, right=right.term)
    denied = left.denied or right.denied or (_fraction_of_whole(left, right) if sign == "==" else "")
    if left.size is not None and right.size is not None and (left.size == right.size) is (sign == "!="):
        known, other = (left, right) if left.names else (right, left)
        denied = (
            f"both are {show(left.size or ())}"
            if sign == "!="
            else f"`{known.term.span.text}` is always {show(known.size or ())}, and not {show(other.size or ())}"
        )
    return Typed(made, Sort.TRUTH, names=left.names | right.names, denied=denied)


def _fraction_of_whole(left: Typed, right: Typed) -> str:
    """Why two numbers can never be equal of which one is whole, and the other is not; nothing where they can."""
    for one, other in ((left, right), (right, left)):
        number = other.term.value if isinstance(other.term, Constant) else None
        if one.whole and isinstance(number, float) and not number.is_integer():
            return f"`{one.term.span.text}` is a whole number, and not {number:g}"
    return ""


def _as_size(value: Typed, other: Typed) -> Typed:
    """A whole number beside a size as the size of one dimension that it is."""
    constant = value.term
    number = constant.value if isinstance(constant, Constant) else None
    if other.sort is Sort.SIZE and isinstance(number, int) and not isinstance(number, bool):
        size = (number,)
        return replace(value, term=Constant(span=constant.span, value=size), sort=Sort.SIZE, size=size)
    return value


def _alike(expression: Binary | Call, left: Typed, right: Typed, at: Surroundings) -> bool:
    """Whether two values can be equal, or close; a report where they cannot."""
    if left.sort is Sort.ROW or right.sort is Sort.ROW:
        row = left if left.sort is Sort.ROW else right
        _report(
            expression.span, "rows are compared by their columns", f"write `{row.term.span.text}.column`", at
        )
        return False
    if left.sort is right.sort or None in (left.sort, right.sort):
        return True
    sign = expression.operator if isinstance(expression, Binary) else "Close"
    help_, fix = "", None
    for text, other in ((left, right), (right, left)):
        bare = text.term.value if isinstance(text.term, Constant) else None
        if other.sort is Sort.PART and bare in _PARTS:
            help_, fix = f"write `{bare}` without the quotes", Fix(text.term.span, str(bare))
    at.scope.diagnostics.report(
        value_rules.WRONG_TYPE,
        expression.span,
        f"`{sign}` cannot compare {left} with {right}",
        help=help_,
        labels=[Label(side.term.span, str(side)) for side in (left, right)],
        fix=fix,
    )
    return False


def _report(span: Span, message: str, help_: str, at: Surroundings) -> None:
    at.scope.diagnostics.report(value_rules.WRONG_TYPE, span, message, help=help_)
