"""The ``index`` section: which rows are nearest to each other, by what the network gives for them."""

from __future__ import annotations

from zoodsl.catalog.operator import Target
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import similarity as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Network
from zoodsl.model.tasks import Index
from zoodsl.semantics.predict import top_of
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.selection import Layers, node
from zoodsl.semantics.settings import collect, links, one_value, wrong_form
from zoodsl.semantics.tasks import Whole
from zoodsl.semantics.train import choice
from zoodsl.syntax.nodes import Expression, Name, Section, Setting

TOP = 5
"""How many neighbours a row has where ``top`` is not set."""

RANKS = "rank by prediction then similarity"


def resolve(section: Section, whole: Whole) -> Index | None:
    """The ``index`` section beside the network and the data; None after a report."""
    scope = whole.scope
    settings = collect(section.body, "index", scope)
    top: int | None = TOP
    if "top" in settings:
        top = top_of(settings["top"], scope)
        if top is not None and not _there_are_rows(top, settings["top"], whole):
            top = None
    by_prediction: bool | None = False
    if "rank" in settings:
        by_prediction = _rank(settings["rank"], scope)
        if by_prediction and not _predicts(settings["rank"], whole):
            by_prediction = None
    included: bool | None = False
    if "include" in settings:
        included = _include(settings["include"], scope)
    if whole.network is None:
        return None
    name: str | None = whole.network.output
    if "cut" in settings:
        name = _cut(settings["cut"], whole.network, scope)
    if top is None or by_prediction is None or included is None or name is None:
        return None
    return Index(span=section.span, node=name, top=top, by_prediction=by_prediction, included=included)


def _cut(setting: Setting, network: Network, scope: Scope) -> str | None:
    """The layer whose output is compared."""
    form = 'cut at "pool5"'
    place: Expression | None = None
    match setting.clauses:
        case [clause] if clause.value is None:
            found = links(clause, form, ("at",), scope)
            place = None if found is None else found["at"].value
        case _:
            wrong_form(setting, form, scope)
    if place is None:
        return None
    layers = Layers(network, frozenset(), "the network")
    name = node(place, layers, scope)
    if name is None or name in layers.by_name:
        return name
    scope.diagnostics.report(
        statement_rules.WRONG_FORM,
        place.span,
        f"`{name}` is an input: nothing has been computed there that rows could be compared by",
        help="name a layer",
    )
    return None


def _rank(setting: Setting, scope: Scope) -> bool | None:
    """Whether the predicted class comes before the similarity; None after a report."""
    match setting.clauses:
        case [clause] if clause.value is None:
            found = links(clause, RANKS, ("by", "then"), scope)
        case _:
            wrong_form(setting, RANKS, scope)
            return None
    if found is None:
        return None
    named = [
        choice(link.value, "`rank`", ("similarity", "prediction"), scope)
        for link in found.values()
        if link.value is not None
    ]
    if None in named:
        return None
    if list(found) == ["by"] and named == ["similarity"]:
        return False
    if list(found) == ["by", "then"] and named == ["prediction", "similarity"]:
        return True
    wrong_form(setting, RANKS, scope)
    return None


def _include(setting: Setting, scope: Scope) -> bool | None:
    form = "include query"
    value = one_value(setting, form, scope)
    if isinstance(value, Name) and value.text == "query":
        return True
    if value is not None:
        wrong_form(setting, form, scope)
    return None


def _predicts(setting: Setting, whole: Whole) -> bool:
    """Whether the network is trained to tell classes; a report where it is not."""
    label = None if whole.data is None else whole.data.label
    target = None if label is None else label.codec.operator.target
    if whole.optimize is not None and (target is Target.CLASS or label is None):
        return True
    places = [] if label is None or target is None else [Label(label.codec.span, f"gives a {target.value}")]
    trained = whole.optimize is not None
    whole.scope.diagnostics.report(
        rules.NOTHING_PREDICTS,
        setting.span,
        "the network predicts no class by which rows could be ranked"
        + ("" if trained else ": nothing trains it"),
        help="write `rank by similarity`, or leave it out",
        labels=places if trained else [],
    )
    return False


def _there_are_rows(top: int, setting: Setting, whole: Whole) -> bool:
    """Whether so many neighbours can be there, as far as the rows are counted; a report where not."""
    parts = None if whole.data is None else whole.data.parts
    counts = [rows.count for rows in (parts or {}).values()]
    known = [count for count in counts if count is not None]
    if not counts or len(known) < len(counts) or top < sum(known):
        return True
    rows = sum(known)
    whole.scope.diagnostics.report(
        rules.TOO_FEW_ROWS,
        setting.span,
        f"there are {rows:,} rows, so that each has {rows - 1:,} others, not {top:,}",
        help=f"write `top {rows - 1}` or less",
    )
    return False
