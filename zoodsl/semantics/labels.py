"""Names given with ``as``: texts in which ``{k}`` stands for a value."""

from __future__ import annotations

import re

from zoodsl.diagnostics.rules import network as rules
from zoodsl.semantics.evaluation import value_of
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Value, show_value
from zoodsl.source import Span
from zoodsl.syntax.nodes import Text

VALUES = (Role.VARIABLE, Role.PARAMETER, Role.LET, Role.PARAM)
"""What may stand between braces."""

BETWEEN_BRACES = re.compile(r"\{(\w*)\}")


def read_label(label: Text, scope: Scope) -> tuple[str, Span] | None:
    """The label's text with values filled in, and its place; None after a report."""
    parts: list[str] = []
    end = 0
    for match in BETWEEN_BRACES.finditer(label.value):
        value = _value(match[1], label, scope)
        if value is None:
            return None
        parts += label.value[end : match.start()], value if isinstance(value, str) else show_value(value)
        end = match.end()
    text = "".join((*parts, label.value[end:]))
    if text.strip() and "{" not in text and "}" not in text:
        return text, label.span
    scope.diagnostics.report(
        rules.BAD_LABEL,
        label.span,
        "this label has a brace without its pair" if text.strip() else "this label is empty",
        help='a label is a name such as `as "conv1"` or, in a repeat, `as "conv{k}"`',
    )
    return None


def _value(name: str, label: Text, scope: Scope) -> Value | None:
    binding = scope.find(name)
    if binding is not None and binding.role in VALUES:
        value = value_of(binding, scope)
        if value is None or isinstance(value, (str, int, float)):
            return value
    if ("label", name) in scope.budget.unknown:
        return None
    scope.budget.unknown.add(("label", name))
    scope.diagnostics.report(
        rules.BAD_LABEL,
        label.span,
        f"this label has `{{{name}}}`, and there is no text or number `{name}` here",
        help=scope.suggest(name, *VALUES) or "between braces goes the name of a repeat's variable",
    )
    return None
