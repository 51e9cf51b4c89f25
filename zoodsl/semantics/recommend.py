"""The ``recommend`` section: what is recommended to whom, among which candidates, and how well that meets held-out rows."""

from __future__ import annotations

from zoodsl.catalog.operator import Ranking, Target
from zoodsl.catalog.values import Integer, Kind
from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import recommending as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Column, Feature, Operation, Part
from zoodsl.model.printer import show_number
from zoodsl.model.tasks import Offer, Recommend
from zoodsl.semantics.arguments import bind, column
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.ratings import scale_of
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, links, values, wrong_form
from zoodsl.semantics.tasks import Whole
from zoodsl.semantics.values import Symbol
from zoodsl.source import Span
from zoodsl.syntax.nodes import Clause, Expression, Name, Section, Setting

TOP = 3
"""How many are recommended where ``top`` is not set."""

OFFER = "offer ratings.item to ratings.user"
FORM = "top 3 among unseen"
UNSEEN = "unseen"
ORDERS = ("rating", "class")


def resolve(section: Section, whole: Whole) -> Recommend | None:
    """The ``recommend`` section beside the data that train; None after a report."""
    scope = whole.scope
    settings = collect(section.body, "recommend", scope)
    if "offer" not in settings and not scope.torn(section.span):
        scope.diagnostics.report(
            statement_rules.MISSING_SETTING,
            section.keyword.span,
            "`recommend` does not say what to whom",
            help=f"add a line such as `{OFFER}`",
        )
    offers = _offers(settings["offer"], whole, scope) if "offer" in settings else None
    chosen = _chosen(settings["top"], whole, scope) if "top" in settings else (TOP, UNSEEN, ORDERS[0])
    metrics = _metrics(settings["metric"], whole, scope) if "metric" in settings else ()
    learned = _is_rated(section, whole, scope)
    if offers is None or chosen is None or metrics is None or not learned:
        return None
    top, among, order = chosen
    return Recommend(span=section.span, offers=offers, top=top, among=among, order=order, metrics=metrics)


def _is_rated(section: Section, whole: Whole, scope: Scope) -> bool:
    """Whether the network tells ratings, or other numbers, by which pairs can be ordered."""
    label = None if whole.data is None else whole.data.label
    if whole.optimize is None:
        scope.diagnostics.report(
            rules.WRONG_PAIR,
            section.keyword.span,
            "`recommend` goes by pairs that train, and nothing does",
            help="add a section `optimize`",
        )
        return False
    if label is None:
        return True  # a label that is missing or in error was reported
    codec = label.codec.operator
    if codec.values is not None or codec.target is Target.NUMBER:
        return True
    scope.diagnostics.report(
        rules.WRONG_PAIR,
        section.keyword.span,
        f"`recommend` orders by ratings, and the label is a {codec.target.value}",
        help="learn a rating: `-> Rating(1..5)`, or a number: `-> Number()`",
        labels=[Label(label.codec.span, f"gives a {codec.target.value}")],
    )
    return False


def _offers(setting: Setting, whole: Whole, scope: Scope) -> tuple[Offer, ...] | None:
    """What is offered to whom; None after a report."""
    found = [_offer(clause, setting, whole, scope) for clause in setting.clauses]
    offers = tuple(each for each in found if each is not None)
    return offers if len(offers) == len(found) else None


def _offer(clause: Clause, setting: Setting, whole: Whole, scope: Scope) -> Offer | None:
    linked = links(clause, OFFER, ("to",), scope)
    whom = None if linked is None or "to" not in linked else linked["to"].value
    if clause.value is None or whom is None:
        if linked is not None:
            wrong_form(setting, OFFER, scope)
        return None
    item, user = column(clause.value, scope), column(whom, scope)
    feature = None if whole.data is None else whole.data.feature
    if item is None or user is None or feature is None:
        return None
    if not _are_fed(item, user, feature, scope):
        return None
    return Offer(span=clause.span, item=item, user=user)


def _are_fed(item: Column, user: Column, feature: Feature, scope: Scope) -> bool:
    """Whether the two columns are all that the network is fed."""
    fed = [each.name for each in feature.columns]
    listed = " and ".join(f"`{name}`" for name in fed)
    stranger = next((each for each in (item, user) if each.name not in fed), None)
    if stranger is not None:
        problem, place = f"the network is not fed `{stranger.name}`", stranger.span
        help_ = f"it is fed {listed}"
    elif item.name == user.name:
        problem, place = f"`{item.name}` cannot be offered to itself", user.span
        help_ = f"write the other column that is fed: {listed}"
    elif len(fed) != 2:
        problem, place = f"pairs are of two columns, and the network is fed {len(fed)}", feature.span
        help_ = "feed who and what alone"
    else:
        return True
    scope.diagnostics.report(
        rules.WRONG_PAIR, place, problem, help=help_, labels=[Label(feature.span, "what is fed")]
    )
    return False


def _chosen(setting: Setting, whole: Whole, scope: Scope) -> tuple[int, str, str] | None:
    """How many, among which candidates, in which order; None after a report."""
    match setting.clauses:
        case [Clause(value=value) as clause] if value is not None:
            linked = links(clause, FORM, ("among", "by"), scope)
        case _:
            wrong_form(setting, FORM, scope)
            return None
    count = evaluate(value, scope)
    if linked is None or count is None:
        return None
    top: int | None = convert(count, Integer(minimum=1), Slot("`top`", value.span, scope))
    if top is None:
        return None
    among, order = UNSEEN, ORDERS[0]
    if "among" in linked:
        parts = () if whole.data is None or whole.data.parts is None else whole.data.parts
        known = (UNSEEN, *(part.value for part in parts))
        found = _one_of(linked["among"].value, known, scope)
        if found is None:
            return None
        among = found
    if "by" in linked:
        found = _one_of(linked["by"].value, ORDERS, scope)
        if found is None:
            return None
        order = found
    return top, among, order


def _one_of(expression: Expression | None, known: tuple[str, ...], scope: Scope) -> str | None:
    """A bare name of a closed set."""
    if isinstance(expression, Name) and expression.text in known:
        return expression.text
    value = None if expression is None else evaluate(expression, scope)
    if expression is None or value is None:
        return None
    if isinstance(value, Symbol) and value.text in known:
        return value.text
    listed = ", ".join(f"`{each}`" for each in known)
    shown = value.text if isinstance(value, Symbol) else expression.span.text
    scope.diagnostics.report(
        rules.WRONG_CANDIDATES,
        expression.span,
        f"there is no `{shown}` to choose {'by' if known == ORDERS else 'among'}",
        help=did_you_mean(shown, known) or f"there is {listed}",
    )
    return None


def _metrics(setting: Setting, whole: Whole, scope: Scope) -> tuple[Operation[Ranking], ...] | None:
    """The metrics of what is recommended; None after a report."""
    listed = values(setting, "metric HitRatio(k = 10), NDCG(k = 10)", scope)
    if listed is None:
        return None
    bound: list[Operation[Ranking] | None] = [bind(each, Kind.RANKING, scope) for each in listed]
    metrics = tuple(each for each in bound if each is not None)
    if len(metrics) < len(bound):
        return None
    parts = None if whole.data is None else whole.data.parts
    if parts is not None and not {Part.TEST, Part.VALIDATION} & parts.keys():
        scope.diagnostics.report(
            rules.WRONG_CANDIDATES,
            setting.span,
            "all rows train, and these metrics rank rows that are held out",
            help="add a line to `data` such as `split Random(train = 80%, test = 20%)`",
        )
        return None
    label = None if whole.data is None else whole.data.label
    scale = () if label is None else scale_of(label.codec)
    good = all(_is_within(metric, scope) and _is_on(scale, metric, scope) for metric in metrics)
    return metrics if good else None


def _is_on(scale: tuple[float, ...], metric: Operation[Ranking], scope: Scope) -> bool:
    """Whether some rating of the scale is high enough to be held out."""
    least: float | None = metric.arguments["least"]
    if least is None or not scale or least <= max(scale):
        return True
    scope.diagnostics.report(
        rules.WRONG_CANDIDATES,
        metric.places["least"],
        f"no rating is {show_number(least)} or better: the scale ends at {show_number(max(scale))}",
        help=f"write `least = {show_number(max(scale))}` or less",
    )
    return False


def _is_within(metric: Operation[Ranking], scope: Scope) -> bool:
    """Whether there are more candidates than places that count."""
    k, among = metric.arguments["k"], metric.arguments["negatives"] + 1
    if k < among:
        return True
    place: Span = metric.places.get("k", metric.span)
    scope.diagnostics.report(
        rules.WRONG_CANDIDATES,
        place,
        f"among {among} candidates, all are among the first {k}",
        help="write a smaller `k`, or more `negatives`",
    )
    return False
