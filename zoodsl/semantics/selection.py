"""Which layers a statement means: ``all``, ``up to "node"``, ``"pattern*", "other"``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zoodsl.diagnostics import Applicability, Diagnostics, Fix, Label, nearest
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.graph import ancestors, node_names
from zoodsl.model.nodes import LayerNode, Network
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.surgery import matching
from zoodsl.semantics.values import Symbol, describe
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, Setting

LEAST_NEAR = 3
"""Beginnings of patterns that are shorter are near too much."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A value of a setting with the link word before it; the word is empty after the keyword and after a comma."""

    word: str
    value: Expression | None
    span: Span


def pieces(setting: Setting) -> tuple[Piece, ...]:
    """The parts of a setting in a row, whatever commas stand between them."""
    found = []
    for clause in setting.clauses:
        if clause.value is not None:
            found.append(Piece("", clause.value, clause.value.span))
        found += [Piece(link.word.text, link.value, link.span) for link in clause.links]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers among which a statement selects.

    ``title`` is what they are of, in messages ("the network", "`lite0.onnx`"), and ``labels`` show where that is;
    ``whole`` are those that ``all`` means. ``gone`` tells of names that an earlier statement took away.
    """

    network: Network
    whole: frozenset[str]
    title: str
    labels: tuple[Label, ...] = ()
    gone: Mapping[str, Label] = field(default_factory=dict)

    @property
    def by_name(self) -> Mapping[str, LayerNode]:
        """The layers by name."""
        return {layer.name: layer for layer in self.network.layers}


def text_of(expression: Expression, what: str, scope: Scope) -> str | None:
    """The text that an expression gives; None after a report. ``what`` it is: "a node", "a file"."""
    value = evaluate(expression, scope)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Symbol) and scope.report_misspelt(value.text, value.span):
        return None
    words = ("all",) if isinstance(value, Symbol) and what == "a layer" else ()
    near = nearest(value.text, words, 1) if isinstance(value, Symbol) else ()
    if near:
        scope.diagnostics.report(
            value_rules.WRONG_TYPE,
            expression.span,
            f"{what} is named by a text, and this is neither a text nor `{near[0]}`",
            help=f"did you mean `{near[0]}`?",
            fix=Fix(expression.span, near[0], Applicability.MAYBE),
        )
        return None
    shown = f"the bare name `{value.text}`" if isinstance(value, Symbol) else describe(value)
    fix = Fix(expression.span, f'"{value.text}"', Applicability.MAYBE) if isinstance(value, Symbol) else None
    scope.diagnostics.report(
        value_rules.WRONG_TYPE,
        expression.span,
        f"{what} is named by a text, not by {shown}",
        help=f'write `"{value.text}"`' if isinstance(value, Symbol) else "",
        fix=fix,
    )
    return None


def select(written: Sequence[Piece], layers: Layers, scope: Scope) -> frozenset[str] | None:
    """The names of the layers that ``all``, ``up to "node"`` or patterns mean; None after a report.

    ``written`` must have one of these forms, as ``is_selection`` tells. At least one layer has weights; but for
    ``up to`` an input, which means none, so that a param may say so.
    """
    match written:
        case [Piece(word="all")]:
            return _all(written[0].span, layers, scope.diagnostics)
        case [Piece(word="up to", value=value)] if value is not None:
            name = node(value, layers, scope)
            if name is None:
                return None
            found = ancestors(layers.network, name) & layers.by_name.keys()
            return found if not found or _weighty(found, value.span, layers, scope.diagnostics) else None
        case _:
            return _patterns([piece.value for piece in written if piece.value is not None], layers, scope)


def is_selection(written: Sequence[Piece]) -> bool:
    """Whether pieces are ``all``, ``up to "node"``, or one pattern or more."""
    match written:
        case [Piece(word="all", value=None)]:
            return True
        case [Piece(word="up to", value=value)]:
            return value is not None
        case _:
            return bool(written) and all(piece.word == "" for piece in written)


def node(expression: Expression, layers: Layers, scope: Scope) -> str | None:
    """The name of a node that there is; None after a report."""
    name = text_of(expression, "a node", scope)
    if name is None or name in node_names(layers.network):
        return name
    report_unknown(name, expression.span, layers, scope.diagnostics)
    return None


def report_unknown(name: str, span: Span, layers: Layers, diagnostics: Diagnostics) -> None:
    """Reports a name that no node has, with where it went or the nearest right ones."""
    several = _several(name, layers)
    near = [] if several else nearest(name, layers.by_name, 2)
    gone = layers.gone.get(name)
    literal = span.text.startswith('"')  # and no param, whose value stands elsewhere
    if gone is not None:
        message, help_ = f"there is no node `{name}` any more in {layers.title}", "move this line above that"
    else:
        message = f"there is no node `{name}` in {layers.title}"
        help_ = (
            f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
            if near
            else several or _listed(layers)
        )
    diagnostics.report(
        rules.NO_SUCH_NODE,
        span,
        message,
        help=help_,
        labels=[gone, *layers.labels] if gone is not None else layers.labels,
        fix=Fix(span, f'"{near[0]}"', Applicability.MAYBE) if near and gone is None and literal else None,
    )


def _several(name: str, layers: Layers) -> str:
    """What a name means if it is one of several layers, else nothing."""
    if any(each.startswith(f"{name}/") for each in layers.by_name):
        return f'it is no layer itself: those in it are `"{name}/*"`'
    if any(base.name == name for base in layers.network.bases):
        return "it is a base: `all` means the layers that come from bases"
    return ""


def _listed(layers: Layers) -> str:
    names = [f"`{name}`" for name in layers.by_name]
    if len(names) > 6:
        names = [*names[:3], "...", *names[-3:]]
    return f"its layers are {', '.join(names)}"


def _all(span: Span, layers: Layers, diagnostics: Diagnostics) -> frozenset[str] | None:
    if not layers.whole:
        diagnostics.report(
            rules.NO_MATCH,
            span,
            "`all` means the layers that come from a base, and there are none",
            help='name layers by a pattern: `"conv*"`',
        )
        return None
    return layers.whole


def _patterns(expressions: Sequence[Expression], layers: Layers, scope: Scope) -> frozenset[str] | None:
    found: set[str] = set()
    good = True
    for expression in expressions:
        pattern = text_of(expression, "a layer", scope)
        names = None if pattern is None else _matched(pattern, expression.span, layers, scope.diagnostics)
        good = good and names is not None
        found |= names or set()
    return frozenset(found) if good else None


def _matched(pattern: str, span: Span, layers: Layers, diagnostics: Diagnostics) -> frozenset[str] | None:
    """The layers that a pattern matches, of which one has weights; None after a report."""
    names = matching(layers.by_name, pattern)
    if names:
        return names if _weighty(names, span, layers, diagnostics) else None
    if not set(pattern) & set("*?"):
        report_unknown(pattern, span, layers, diagnostics)
        return None
    was = sorted(matching(layers.gone, pattern))
    near = None if was else _near_pattern(pattern, layers)
    help_ = "move this line above that" if was else f"did you mean `{near}`?" if near else _listed(layers)
    diagnostics.report(
        rules.NO_MATCH,
        span,
        f"no layer of {layers.title} matches `{pattern}`" + (" any more" if was else ""),
        help=help_,
        labels=[layers.gone[was[0]], *layers.labels] if was else layers.labels,
        fix=Fix(span, f'"{near}"', Applicability.MAYBE) if near and span.text.startswith('"') else None,
    )
    return None


def _near_pattern(pattern: str, layers: Layers) -> str | None:
    """The pattern that matches something and differs little, in what stands before its first ``*`` or ``?``."""
    mark = min(pattern.find(each) for each in "*?" if each in pattern)
    head, rest = pattern[:mark], pattern[mark:]
    if len(head) < LEAST_NEAR:
        return None
    sizes = (len(head) - 1, len(head), len(head) + 1)
    heads = {name[:size] for name in layers.by_name for size in sizes if 0 < size <= len(name)}
    patterns = (f"{each}{rest}" for each in nearest(head, sorted(heads), 10))
    return next((each for each in patterns if matching(layers.by_name, each)), None)


def _weighty(names: frozenset[str], span: Span, layers: Layers, diagnostics: Diagnostics) -> bool:
    """Whether one of the layers has weights; a report where none has."""
    chosen = [layer for layer in layers.network.layers if layer.name in names]
    if any(layer.weights for layer in chosen):
        return True
    shown = ", ".join(f"`{layer.name}`" for layer in chosen[:3]) + (", ..." if len(chosen) > 3 else "")
    weighty = [layer.name for layer in layers.network.layers if layer.weights]
    near = nearest(chosen[0].name, weighty, 2)
    diagnostics.report(
        rules.NOTHING_TO_FREEZE,
        span,
        f"{shown} {'has' if len(chosen) == 1 else 'have'} no weights",
        help=f"layers with weights are {', '.join(f'`{name}`' for name in near or weighty[:4])}",
        labels=layers.labels,
    )
    return False
