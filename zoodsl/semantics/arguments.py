"""Calls of operators: the operator found by its name and kind, its arguments bound to its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zoodsl.catalog import registry
from zoodsl.catalog.operator import REQUIRED, Operator, Parameter
from zoodsl.catalog.values import (
    Choice,
    ColumnOf,
    Condition,
    Interval,
    Kind,
    ListOf,
    Measured,
    NumberOf,
    OneOf,
    OperationOf,
    TextOf,
)
from zoodsl.diagnostics import Applicability, Fix, Label, nearest
from zoodsl.diagnostics.rules import names as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Column, Operation
from zoodsl.semantics.columns import as_column, fitting, term
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Deferred, Symbol, Value, describe
from zoodsl.source import Span
from zoodsl.syntax.nodes import Argument, Attribute, Call, Expression, Index, Name, Range
from zoodsl.syntax.nodes import Sequence as ListExpression

INPUT = "Input"
"""``x = Input(3x224x224)`` names an input; it is no layer."""


def article(word: str) -> str:
    """``word`` with its indefinite article."""
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def bind(expression: Expression, kind: Kind, scope: Scope) -> Operation[Any] | None:
    """The operation that ``expression`` stands for, which must be of this kind; None after a report.

    A call, or the name of a ``param`` or ``let`` that is one.
    """
    value = evaluate(expression, scope)
    if value is None:
        return None
    return bind_value(value, kind, expression.span, scope)


def bind_value(value: Value, kind: Kind, span: Span, scope: Scope) -> Operation[Any] | None:
    """The operation that a value stands for, as ``bind``."""
    match value:
        case Deferred(call, home):
            return bind_call(call, kind, home)
        case Operation(operator=operator):
            if operator.kind is kind:
                return value
            wrong_kind(operator.name, operator.kind, kind, span, scope)
        case Symbol(text, place):
            if registry.find(kind, text) is None and scope.report_misspelt(text, place):
                return None
            if find_operator(Name(span=place, text=text), kind, scope) is not None:
                scope.diagnostics.report(
                    value_rules.WRONG_TYPE,
                    place,
                    f"`{text}` is {article(kind.value)}, and is called with parentheses",
                    help=f"write `{text}()`",
                    fix=Fix(place, f"{text}()"),
                )
        case _:
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                span,
                f"{article(kind.value)} belongs here, and this is {describe(value)}",
                help=f"for example `{example(kind)}`" if registry.names(kind) else "",
            )
    return None


def example(kind: Kind) -> str:
    """A call of some operator of this kind, for help lines."""
    return f"{registry.names(kind)[0]}(...)"


def bind_call(call: Call, kind: Kind, scope: Scope) -> Operation[Any] | None:
    """Binds a call as an operator of this kind."""
    operator = resolve(call, kind, scope)
    if operator is None:
        return None
    bound = bind_arguments(operator, call.arguments, call, scope)
    if bound is None:
        return None
    arguments, places = bound
    return Operation(span=call.span, operator=operator, arguments=arguments, places=places)


def resolve(call: Call, kind: Kind, scope: Scope) -> Operator | None:
    """The operator that a call names."""
    if isinstance(call.callee, Name):
        return find_operator(call.callee, kind, scope)
    if isinstance(call.callee, Attribute) and kind is not Kind.LAYER:
        scope.diagnostics.report(
            rules.UNKNOWN_OPERATOR,
            call.callee.span,
            f"{article(kind.value)} belongs here, and imports give blocks alone",
            help=f"for example `{example(kind)}`" if registry.names(kind) else "",
        )
    return None


def find_operator(name: Name, kind: Kind, scope: Scope) -> Operator | None:
    """The operator of this kind and name; otherwise a report of what was probably meant."""
    operator = registry.find(kind, name.text)
    if operator is not None:
        return operator
    new = registry.renamed(kind, name.text)
    if new is not None:
        scope.diagnostics.report(
            rules.OLD_NAME,
            name.span,
            f"`{name.text}` is called `{new}` here",
            help=f"write `{new}`",
            fix=Fix(name.span, new),
        )
        return None
    for other in Kind:
        if other is not kind and registry.find(other, name.text) is not None:
            wrong_kind(name.text, other, kind, name.span, scope)
            return None
    known = registry.names(kind)
    called = (Role.BLOCK, Role.BASE) if kind is Kind.LAYER else ()
    blocks = [each.name for each in scope if each.role in called]
    if name.text in blocks and (binding := scope.find(name.text)) is not None:
        scope.diagnostics.report(
            rules.WRONG_KIND,
            name.span,
            f"`{name.text}` is {article(binding.role.value)}, and a single layer belongs here",
            help=f"call `{name.text}` in the network or in a block",
            labels=[Label(binding.span, f"the {binding.role.value}")],
        )
        return None
    # What `data` defines is read, or computed of columns.
    functions = registry.names(Kind.FUNCTION) if kind is Kind.READER else ()
    inputs = (INPUT,) if kind is Kind.LAYER else ()
    near = nearest(name.text, [*known, *blocks, *functions, *inputs], 2)
    for each in near:
        scope.find(each)  # what may have been meant counts as used
    if near:
        text = f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
    elif len(known) <= 12:
        text = f"there are {', '.join(f'`{each}`' for each in known)}"
        text += (
            f"; functions of columns are {', '.join(f'`{each}`' for each in functions)}" if functions else ""
        )
    else:
        text = f"the reference (docs/reference) has all {len(known)} of them"
    if (kind.value, name.text) in scope.budget.unknown:
        return None
    scope.budget.unknown.add((kind.value, name.text))
    scope.diagnostics.report(
        rules.UNKNOWN_OPERATOR,
        name.span,
        f"there is no {kind.value}{' or function' if functions else ''} `{name.text}`",
        help=text,
        fix=Fix(name.span, near[0], Applicability.MAYBE) if near else None,
    )
    return None


def wrong_kind(name: str, actual: Kind, expected: Kind, span: Span, scope: Scope) -> None:
    """Reports an operator in the place of another kind."""
    scope.diagnostics.report(
        rules.WRONG_KIND,
        span,
        f"`{name}` is {article(actual.value)}, {article(expected.value)} belongs here",
        help=f"for example `{example(expected)}`" if registry.names(expected) else "",
    )


def bind_arguments(
    operator: Operator, given: Sequence[Argument], call: Call, scope: Scope
) -> tuple[dict[str, Any], dict[str, Span]] | None:
    """Values and places by parameter, defaults filled in; None if anything was wrong."""
    chosen, matched = _match_parameters(operator, given, scope)
    good = matched
    arguments: dict[str, Any] = {}
    places: dict[str, Span] = {}
    missing = [
        each.name for each in operator.parameters if each.default is REQUIRED and each.name not in chosen
    ]
    for parameter in operator.parameters:
        argument = chosen.get(parameter.name)
        if argument is not None and argument.name is None and missing and matched:
            good = False  # it may have been meant for the one that is missing
        elif argument is not None:
            value = argument_value(argument.value, parameter, scope)
            if value is None:
                good = False
            arguments[parameter.name] = value
            places[parameter.name] = argument.span
        elif parameter.default is not REQUIRED:
            arguments[parameter.name] = parameter.default
    if missing and matched:
        # With an argument that found no parameter, the missing one is that one misspelt: one mistake, one report.
        names = " and ".join(f"`{name}`" for name in missing)
        scope.diagnostics.report(
            rules.MISSING_ARGUMENT,
            call.span,
            f"`{operator.name}` needs {names}",
            help=f"write `{signature(operator)}`",
        )
    return (arguments, places) if good and not missing else None


def signature(operator: Operator) -> str:
    """How the operator is called, required parameters alone: ``Dense(units)``."""
    needed = [each.name for each in operator.parameters if each.default is REQUIRED]
    return f"{operator.name}({', '.join(needed)})"


def _match_parameters(
    operator: Operator, given: Sequence[Argument], scope: Scope
) -> tuple[dict[str, Argument], bool]:
    """Which argument goes to which parameter, and whether all went somewhere."""
    positional = [each for each in operator.parameters if not each.keyword_only]
    chosen: dict[str, Argument] = {}
    good = True
    count = 0
    waiting = list(reversed(given))
    while waiting:
        argument = waiting.pop()
        parameter: Parameter | None
        if argument.name is None and _lacks_equals(operator, argument, scope):
            parameter = None
        elif argument.name is None:
            if count >= len(positional):
                _surplus(operator, argument, len(positional), scope)
                return chosen, False
            parameter = positional[count]
            type_ = positional[count].type
            count += 1
            if isinstance(type_, Interval) and type_.pair:
                argument = _paired(argument, waiting)
        else:
            parameter = _named_parameter(operator, argument.name, scope)
        if parameter is None:
            good = False
        elif parameter.name in chosen:
            scope.diagnostics.report(
                rules.REPEATED_ARGUMENT,
                argument.span,
                f"`{parameter.name}` is given twice",
                help="keep one of them",
                labels=[Label(chosen[parameter.name].span, "first given here")],
            )
            good = False
        else:
            chosen[parameter.name] = argument
    return chosen, good


def _lacks_equals(operator: Operator, argument: Argument, scope: Scope) -> bool:
    """Whether an argument is ``mean [127]``, which reads as an item of something called so; it is reported."""
    match argument.value:
        case Index(value=Name(text=name)) if (
            operator.parameter(name) is not None and scope.find(name) is None
        ):
            given = argument.value.index.span.text
            scope.diagnostics.report(
                rules.UNKNOWN_ARGUMENT,
                argument.span,
                f"`=` is missing between `{name}` and its value",
                help=f"write `{name} = [{given}]`",
                fix=Fix(argument.span, f"{name} = [{given}]", Applicability.MAYBE),
            )
            return True
        case _:
            return False


def _paired(low: Argument, waiting: list[Argument]) -> Argument:
    """``low, high`` as the range ``low..high``, where a second number without a name follows."""
    if not waiting or waiting[-1].name is not None:
        return low
    high = waiting.pop()
    span = low.span.to(high.span)
    return Argument(span=span, name=None, value=Range(span=span, low=low.value, high=high.value))


def _surplus(operator: Operator, argument: Argument, most: int, scope: Scope) -> None:
    keyword_only = [each.name for each in operator.parameters if each.keyword_only]
    if keyword_only:
        text = f"the others are named: {', '.join(f'`{name} = ...`' for name in keyword_only[:6])}"
    else:
        text = "remove it"
    takes = f"at most {most} argument{'s' if most != 1 else ''} without a name" if most else "no arguments"
    if not most and keyword_only:
        takes = "no arguments without a name"
    scope.diagnostics.report(
        rules.SURPLUS_ARGUMENT, argument.span, f"`{operator.name}` takes {takes}", help=text
    )


def _named_parameter(operator: Operator, name: Name, scope: Scope) -> Parameter | None:
    parameter = operator.parameter(name.text)
    if parameter is not None:
        return parameter
    for each in operator.parameters:
        if name.text in each.old_names:
            scope.diagnostics.report(
                rules.OLD_NAME,
                name.span,
                f"`{name.text}` is called `{each.name}` here",
                help=f"write `{each.name} = ...`",
                fix=Fix(name.span, each.name),
            )
            return None
    known = [each.name for each in operator.parameters]
    near = nearest(name.text, known, 1)
    if f"{name.text}_env" in known:
        # Its value is the secret itself: under the right name it would stand in the spec all the same.
        text = (
            f'put the value into the environment, and name it: `{name.text}_env = "SHOP_{name.text.upper()}"`'
        )
        near = ()
    elif near:
        text = f"did you mean `{near[0]}`?"
    elif known:
        text = f"it takes {', '.join(f'`{each}`' for each in known)}"
    else:
        text = "it takes no arguments"
    scope.diagnostics.report(
        rules.UNKNOWN_ARGUMENT,
        name.span,
        f"`{operator.name}` has no argument `{name.text}`",
        help=text,
        fix=Fix(name.span, near[0], Applicability.MAYBE) if near else None,
    )
    return None


def argument_value(expression: Expression, parameter: Parameter, scope: Scope) -> Any:
    """The Python value of an argument for ``parameter``; None after a report.

    What a law measures stays as it is written: only its property knows what it speaks of.
    """
    wanted = parameter.type
    if isinstance(wanted, Measured):
        return expression
    choices = wanted.types if isinstance(wanted, OneOf) else (wanted,)
    if isinstance(expression, Name) and any(
        isinstance(each, Choice) and expression.text in each.values for each in choices
    ):
        return expression.text
    if isinstance(wanted, OperationOf):
        return bind(expression, wanted.kind, scope)
    if isinstance(wanted, ColumnOf):
        return column(expression, scope)
    if isinstance(wanted, TextOf | NumberOf | Condition):
        given = term(expression, scope, _bind_function)
        return None if given is None else fitting(given, wanted, parameter.name, expression.span, scope)
    if isinstance(wanted, ListOf) and isinstance(wanted.item, OperationOf):
        kind = wanted.item.kind
        items = expression.items if isinstance(expression, ListExpression) else (expression,)
        bound = tuple(bind(item, kind, scope) for item in items)
        return None if None in bound else bound
    value = evaluate(expression, scope)
    if value is None:
        return None
    slot = Slot(f"`{parameter.name}`", expression.span, scope, origin(expression, scope))
    return convert(value, wanted, slot)


def column(expression: Expression, scope: Scope) -> Column | None:
    """The column that ``expression`` names or computes; None after a report."""
    given = term(expression, scope, _bind_function)
    return None if given is None else as_column(given, expression.span, scope)


def named_column(name: Name, expression: Expression, scope: Scope) -> Column | None:
    """The column that ``expression`` computes, called by this name in its frame; None after a report."""
    given = term(expression, scope, _bind_function)
    return None if given is None else as_column(given, expression.span, scope, name)


def _bind_function(call: Call, scope: Scope) -> Operation[Any] | None:
    return bind_call(call, Kind.FUNCTION, scope)


def origin(expression: Expression, scope: Scope) -> tuple[Label, ...]:
    """Where a value that is given by name was defined, to be shown beside a mistake about it."""
    if isinstance(expression, Name):
        binding = scope.find(expression.text)
        if binding is not None and binding.role in (Role.PARAM, Role.LET, Role.PARAMETER):
            return (Label(binding.span, f"`{binding.name}` is defined here"),)
    return ()
