"""A file's declarations: ``use``, ``param``, ``let``, ``block`` and ``base`` put into a scope, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoodsl.catalog.values import (
    Boolean,
    Duration,
    Integer,
    Interval,
    Kind,
    ParameterType,
    Path,
    Real,
    ShapeOf,
    Share,
    String,
)
from zoodsl.diagnostics import Applicability, Fix, Label, did_you_mean, nearest
from zoodsl.diagnostics.rules import names as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Setting
from zoodsl.semantics.arguments import bind_value
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import value_of
from zoodsl.semantics.functions import is_unknown
from zoodsl.semantics.imports import Importer, alias_of
from zoodsl.semantics.mentions import mentioned
from zoodsl.semantics.scope import Binding, Progress, Role, Scope
from zoodsl.semantics.values import Extent, Symbol, Value, describe
from zoodsl.source import Span
from zoodsl.syntax.nodes import Block, Expression, File, Let, Name, Node, Param, Section, Use
from zoodsl.types import Unit

TYPES: dict[str, ParameterType] = {
    "int": Integer(),
    "float": Real(),
    "bool": Boolean(),
    "string": String(),
    "path": Path(),
    "size": ShapeOf(),
    "range": Interval(),
    "share": Share(),
    "duration": Duration((Unit.EPOCH, Unit.ITERATION, Unit.SECOND, Unit.MINUTE)),
}
"""The types that a ``param`` and a block's parameter may declare; see also ``OPERATOR_TYPES``."""

OPERATOR_TYPES: dict[str, Kind] = {
    kind.value: kind for kind in Kind if kind not in (Kind.LAYER, Kind.STOP, Kind.FUNCTION, Kind.FRAME_STEP)
} | {"stop": Kind.STOP}
"""Types that are a kind of operator: ``param source: reader``."""

OTHER_TYPES = ("list", "choice")
"""A list of anything, and a bare name such as ``relu``."""


def declare(file: File, scope: Scope, importer: Importer, overrides: Mapping[str, Expression]) -> None:
    """Defines everything that ``file`` declares in ``scope``; ``settle`` computes it.

    ``overrides`` are expressions in the place of params' defaults.
    """
    for declaration in file.declarations:
        match declaration:
            case Param():
                _param(declaration, scope, overrides)
            case Let(name=name, value=value):
                scope.define(_waiting(name, Role.LET, value, scope))
            case Block(name=name):
                scope.define(Binding(name.text, Role.BLOCK, name.span, block=declaration, home=scope))
            case Section(keyword=Name(text="base"), name=Name() as name):
                scope.define(Binding(name.text, Role.BASE, name.span, section=declaration, home=scope))
            case Section(keyword=Name(text="base") as keyword) if not scope.torn(keyword.span):
                _report_nameless(keyword, scope)
            case Use():
                _import(declaration, file, scope, importer)
            case _:
                pass


def settle(scope: Scope) -> None:
    """Computes and checks the params and lets of a file that nothing has asked for yet, once its frames are known."""
    for role in (Role.PARAM, Role.LET):
        for binding in [each for each in scope.bindings.values() if each.role is role]:
            value_of(binding, scope)


def _report_nameless(keyword: Name, scope: Scope) -> None:
    scope.diagnostics.report(
        rules.MISSING_ARGUMENT,
        keyword.span,
        "a base needs a name, by which the network calls it",
        help="write `base resnet50 { ... }`, and `resnet50()` in `network`",
    )


def check_overrides(file: File, scope: Scope, overrides: Mapping[str, Expression]) -> None:
    """Reports overrides of names that are no params of ``file``."""
    params = [each.name.text for each in file.declarations if isinstance(each, Param)]
    for name, expression in overrides.items():
        if name in params:
            continue
        binding = scope.bindings.get(name)
        if binding is not None:
            text = f"`{name}` is a {binding.role.value}; only a `param` can be set from outside"
            labels = [Label(binding.span, "declared here")]
        else:
            listed = ", ".join(f"`{each}`" for each in params)
            text = did_you_mean(name, params) or (
                f"its params are {listed}" if params else "it has no params"
            )
            labels = []
        scope.diagnostics.report(
            rules.UNKNOWN_OVERRIDE,
            expression.span,
            f"{file.source.path} has no param `{name}` to set",
            help=text,
            labels=labels,
        )


def settings(file: File, scope: Scope, overrides: Mapping[str, Expression]) -> tuple[Setting, ...]:
    """The file's params with their values, in order; those in error are left out."""
    found = []
    for each in file.declarations:
        if not isinstance(each, Param):
            continue
        binding = scope.bindings.get(each.name.text)
        if binding is None or binding.span is not each.name.span or binding.value is None:
            continue
        found.append(
            Setting(
                span=each.span,
                name=each.name.text,
                type=each.type.text,
                value=_plain(binding.value),
                overridden=each.name.text in overrides,
            )
        )
    return tuple(found)


def _plain(value: Value) -> Any:
    """A value as the model holds it."""
    match value:
        case Extent(dimensions):
            return dimensions
        case Symbol(text, _):
            return text
        case tuple():
            return tuple(_plain(item) for item in value)
        case _:
            return value


def _waiting(name: Name, role: Role, expression: Expression | None, scope: Scope) -> Binding:
    return Binding(name.text, role, name.span, progress=Progress.WAITING, expression=expression, home=scope)


def _param(declaration: Param, scope: Scope, overrides: Mapping[str, Expression]) -> None:
    name = declaration.name
    expression = overrides.get(name.text, declaration.default)
    binding = _waiting(name, Role.PARAM, expression, scope)
    known = known_type(declaration.type, scope)
    if expression is None:
        scope.diagnostics.report(
            rules.PARAM_NOT_SET,
            name.span,
            f"the param `{name.text}` has no value",
            help=f"set it with `--set {name.text}=...`, or give it a default: "
            f"`param {name.text}: {declaration.type.text} = ...`",
        )
        binding.progress = Progress.DONE
    else:
        place = expression.span

        def check(value: Value) -> Value | None:
            return typed(value, declaration.type, name, place, scope) if known else None

        binding.check = check
    scope.define(binding)


def known_type(type: Name, scope: Scope) -> bool:  # noqa: A002
    """Whether a type exists; reports one that does not."""
    names = (*TYPES, *OTHER_TYPES, *OPERATOR_TYPES)
    if type.text in names:
        return True
    near = nearest(type.text, names, 1) or nearest(_FAMILIAR.get(type.text, ""), names, 1)
    scope.diagnostics.report(
        value_rules.UNKNOWN_TYPE,
        type.span,
        f"there is no type `{type.text}`",
        help=did_you_mean(type.text, names)
        or (f"did you mean `{near[0]}`?" if near else "")
        or f"the types are {', '.join(f'`{each}`' for each in (*TYPES, *OTHER_TYPES))}, "
        "and kinds of operators such as `reader`",
        fix=Fix(type.span, near[0], Applicability.MAYBE) if near else None,
    )
    return False


_FAMILIAR = {"str": "string", "text": "string", "number": "float", "integer": "int", "boolean": "bool"}


def typed(value: Value, type: Name, name: Name, place: Span, scope: Scope) -> Value | None:  # noqa: A002
    """``value`` if it is of the declared type; None after a report that shows the declaration too."""
    slot = Slot(f"`{name.text}`", place, scope, (Label(type.span, f"declared as `{type.text}` here"),))
    if type.text in OPERATOR_TYPES:
        return bind_value(value, OPERATOR_TYPES[type.text], place, scope)
    if type.text == "choice":
        if isinstance(value, Symbol):
            return value
        slot.report(
            value_rules.WRONG_TYPE, f"{slot.name} takes a bare name such as `relu`, not {describe(value)}"
        )
        return None
    if type.text == "list":
        if isinstance(value, tuple) or is_unknown(value, scope):
            return value if isinstance(value, tuple) else None
        slot.report(value_rules.WRONG_TYPE, f"{slot.name} takes a list, not {describe(value)}")
        return None
    if isinstance(value, Symbol):
        is_unknown(value, scope)
        return None
    converted = convert(value, TYPES[type.text], slot)
    if converted is None:
        return None
    return float(value) if type.text == "float" and isinstance(value, int) else value


def _import(use: Use, file: File, scope: Scope, importer: Importer) -> None:
    alias = alias_of(use)
    target = importer.file(use, file.source.path)
    if alias is None:
        scope.diagnostics.report(
            rules.UNREADABLE_IMPORT,
            use.span,
            "an imported file needs a name here",
            help=f"write `{use.span.text.strip()} as resnet`, with a name of yours",
        )
        return
    module: Scope | None = None
    if target is not None:
        module = Scope(scope.diagnostics, budget=scope.budget)
        importer.open.append((target.source.path, use))
        declare(target, module, importer, {})
        settle(module)
        importer.open.pop()
    span = use.alias.span if use.alias is not None else use.span
    scope.define(Binding(alias, Role.IMPORT, span, module=module))


def report_unused(file: File, scope: Scope) -> None:
    """Warns of what ``file`` declares and mentions nowhere, parameters of its blocks among it."""
    unused = [each for each in scope.bindings.values() if not each.used]
    names = mentioned(_uses(file)) if unused else frozenset()
    for binding in unused:
        if binding.name not in names:
            _unused(f"the {binding.role.value} `{binding.name}` is never used", binding.span, scope)
    for block in file.declarations:
        if not isinstance(block, Block) or not block.parameters:
            continue
        names = mentioned((block.body, *(each.default for each in block.parameters if each.default)))
        nodes = [each for each in block.parameters if each.type is None]
        # A lone node feeds the body's first layer, without being named there.
        fed = nodes[0] if len(nodes) == 1 else None
        for parameter in block.parameters:
            if parameter.name.text not in names and parameter is not fed:
                message = f"the parameter `{parameter.name.text}` is never used"
                _unused(message, parameter.name.span, scope)


def _uses(file: File) -> Iterator[Node]:
    """The parts of declarations in which names are used, not declared."""
    for each in file.declarations:
        match each:
            case Param(default=value) | Let(value=value) if value is not None:
                yield value
            case Block():
                yield each.body
                yield from (parameter.default for parameter in each.parameters if parameter.default)
            case Section():
                yield each.body
            case _:
                pass


def _unused(message: str, span: Span, scope: Scope) -> None:
    scope.diagnostics.report(rules.UNUSED_NAME, span, message, help="remove it, or use it")
