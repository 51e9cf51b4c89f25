"""The ``anomalies`` section: which rows of a series are flagged, and what they are compared with."""

from __future__ import annotations

from math import floor

from zoodsl.catalog.operator import Target
from zoodsl.catalog.plots import SERIES_PLOTS
from zoodsl.catalog.values import Path as PathType
from zoodsl.catalog.values import Share, String
from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import series as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import training as training_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Certainty, Column, Part
from zoodsl.model.series import window_of
from zoodsl.model.tasks import Anomalies, KnownWindows
from zoodsl.semantics.arguments import column
from zoodsl.semantics.columns import report_several_frames
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.judging import part_help
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.series import check_rising
from zoodsl.semantics.settings import collect, links, one_value, values, wrong_form
from zoodsl.semantics.tasks import Whole, has_label
from zoodsl.semantics.train import choice
from zoodsl.sources.findings import Problem
from zoodsl.sources.known_windows import is_time, known_windows
from zoodsl.syntax.nodes import Section, Setting
from zoodsl.types import DType

KNOWN_FORM = 'known "windows.json" at "taxi"'
PLOT_FORM = "plot series, histogram by taxi.kind, forecast, errors, anomalies"


def resolve(section: Section, whole: Whole) -> Anomalies | None:
    """The ``anomalies`` section beside the series and the network; None after a report."""
    scope = whole.scope
    settings = collect(section.body, "anomalies", scope)
    good = _check_series(section, whole) and has_label(section, whole)
    share = _share(section, settings, scope)
    parts = _parts(settings, whole)
    time = _column(settings["time"], "time taxi.timestamp", whole) if "time" in settings else None
    known = _known(settings["known"], settings, whole) if "known" in settings else None
    plots, kinds = _plots(settings["plot"], whole) if "plot" in settings else ((), None)
    if time is not None and good and whole.data is not None:
        good = _check_time(time, whole) and (known is None or _holds_dates(time, known, whole))
    if share is not None and parts and good:
        good = _check_share(settings["flag"], share, parts, whole)
    failed = ("time" in settings and time is None) or ("known" in settings and known is None)
    if not good or failed or share is None or parts is None or plots is None:
        return None
    return Anomalies(
        span=section.span, share=share, parts=parts, time=time, known=known, plots=plots, kinds=kinds
    )


def _check_series(section: Section, whole: Whole) -> bool:
    """There is one series of numbers, each of which is predicted."""
    if whole.preprocess is None:
        return False
    diagnostics, place = whole.scope.diagnostics, section.keyword.span
    window = window_of(whole.preprocess)
    label = None if whole.data is None else whole.data.label
    if window is None:
        diagnostics.report(
            rules.NOT_A_SERIES,
            place,
            "anomalies are rows of a series, and these rows stand by themselves",
            help="add `Window(50)` to `preprocess`: each row is then predicted of the 50 before it",
        )
        return False
    if window.arguments["by"] is not None:
        diagnostics.report(
            rules.NOT_A_SERIES,
            place,
            "anomalies are looked for in one series, and `by` makes several",
            help="read one of them, and leave `by` out",
            labels=[Label(window.places["by"], "several series")],
        )
        return False
    if label is not None and label.codec.operator.target is not Target.NUMBER:
        diagnostics.report(
            rules.NOT_A_SERIES,
            place,
            f"an error is the difference of two numbers, and the label is a {label.codec.operator.target.value}",
            help="learn a number: `label taxi.value -> Number()`",
            labels=[Label(label.codec.span, f"gives a {label.codec.operator.target.value}")],
        )
        return False
    return True


def _share(section: Section, settings: dict[str, Setting], scope: Scope) -> float | None:
    if "flag" not in settings:
        if not scope.torn(section.span):
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                "`anomalies` does not say how many rows to flag",
                help="add a line such as `flag 1%`: those whose error is largest",
            )
        return None
    value = one_value(settings["flag"], "flag 1%", scope)
    found = None if value is None else evaluate(value, scope)
    if value is None or found is None:
        return None
    share: float | None = convert(found, Share(), Slot("`flag`", value.span, scope))
    return share


def _check_share(setting: Setting, share: float, parts: tuple[Part, ...], whole: Whole) -> bool:
    """At least one row is flagged, and not every one."""
    if share == 1:
        whole.scope.diagnostics.report(
            value_rules.OUT_OF_RANGE,
            setting.span,
            "`flag 100%` flags every row: none would stand out",
            help="write a small share, such as `flag 1%`",
        )
        return False
    counts = whole.parts
    sizes = [counts[part] for part in parts if part in counts]
    if share > 0 and (not sizes or any(size.certainty is not Certainty.EXACT for size in sizes)):
        return True
    rows = sum(size.count or 0 for size in sizes)
    if floor(round(share * rows, 9)) > 0:
        return True
    whole.scope.diagnostics.report(
        rules.NOTHING_FLAGGED,
        setting.span,
        f"{share * 100:g}% of {rows:,} rows is less than one row: nothing is flagged",
        help=f"write `flag {max(1, -(-100 // max(1, rows)))}%` or more",
    )
    return False


def _parts(settings: dict[str, Setting], whole: Whole) -> tuple[Part, ...] | None:
    """The parts that are named, by default those that are held out; None after a report."""
    there = whole.parts
    if "on" not in settings:
        order = (Part.TEST, Part.VALIDATION, Part.TRAIN)
        return (next((part for part in order if part in there), Part.TEST),)
    listed = values(settings["on"], "on validation, test", whole.scope)
    if listed is None:
        return None
    names = tuple(part.value for part in Part)
    found: list[Part] = []
    for each in listed:
        name = choice(each, "`on`", names, whole.scope)
        if name is None:
            return None
        if there and Part(name) not in there:
            whole.scope.diagnostics.report(
                training_rules.NO_HELD_OUT_PART,
                each.span,
                f"there are no {name} rows to look for anomalies in",
                help=part_help(name, None if whole.data is None else whole.data.split),
            )
            return None
        found.append(Part(name))
    return tuple(part for part in Part if part in found)


def _column(setting: Setting, form: str, whole: Whole) -> Column | None:
    """A column of the frame that is fed; None after a report."""
    value = one_value(setting, form, whole.scope)
    found = None if value is None else column(value, whole.scope)
    return None if found is None else _of_the_series(found, whole)


def _of_the_series(found: Column, whole: Whole) -> Column | None:
    feature = None if whole.data is None else whole.data.feature
    if feature is not None and found.frame != feature.columns[0].frame:
        report_several_frames(found, feature.columns[0], whole.scope)
        return None
    return found


def _check_time(time: Column, whole: Whole) -> bool:
    kind = None if time.type is None else time.type.type
    if kind not in (None, DType.STRING, DType.INT64, DType.INT32):
        whole.scope.diagnostics.report(
            value_rules.WRONG_TYPE,
            time.span,
            "`time` takes a column of dates or of whole numbers, and this is another one",
            help="name the column that says when a row was",
        )
        return False
    if whole.data is None or kind is not DType.STRING:
        return True
    return check_rising(time, None, whole.data, whole.scope.diagnostics)


def _holds_dates(time: Column, known: KnownWindows, whole: Whole) -> bool:
    """Whether known windows can be compared with a column: its texts are dates, as far as they could be looked at."""
    kind = None if time.type is None else time.type.type
    if whole.data is None or kind is None:
        return True
    if kind is DType.STRING:
        held = whole.data.looked.values(whole.data.frame(time.frame), time) or ()
        strange = next((each for each in held if each is not None and not is_time(each)), None)
        if strange is None:
            return True
        said = f'"{strange}" in it is none'
    else:
        said = "it holds numbers"
    whole.scope.diagnostics.report(
        rules.KNOWN_WINDOWS,
        time.span,
        f"known windows are compared with a column of dates, and `{time.span.text}` is another one: {said}",
        help="name the column that says when a row was, in the form 2014-07-01 13:30:00",
        labels=[Label(known.span, "the windows")],
    )
    return False


def _known(setting: Setting, settings: dict[str, Setting], whole: Whole) -> KnownWindows | None:
    """The windows of a series in a file that is there; None after a report."""
    scope = whole.scope
    clause = setting.clauses[0] if len(setting.clauses) == 1 else None
    found = None if clause is None else links(clause, KNOWN_FORM, ("at",), scope)
    if clause is None or clause.value is None or (found is not None and "at" not in found):
        wrong_form(setting, KNOWN_FORM, scope)
        return None
    if found is None:
        return None
    written, named = clause.value, found["at"].value
    path_value = evaluate(written, scope)
    name_value = None if named is None else evaluate(named, scope)
    if path_value is None or name_value is None or named is None:
        return None
    path = convert(path_value, PathType(), Slot("`known`", written.span, scope))
    series = convert(name_value, String(), Slot("`at`", named.span, scope))
    if path is None or series is None:
        return None
    if "time" not in settings:
        scope.diagnostics.report(
            rules.KNOWN_WINDOWS,
            setting.span,
            "known windows are stretches of time, and nothing says when a row was",
            help="add a line such as `time taxi.timestamp`",
        )
        return None
    held = known_windows(whole.root, path)
    if isinstance(held, Problem):
        scope.diagnostics.report(held.code, written.span, held.message, help=held.help)
        return None
    if series not in held:
        listed = ", ".join(f'"{each}"' for each in list(held)[:6])
        scope.diagnostics.report(
            rules.KNOWN_WINDOWS,
            named.span,
            f'`{path}` has no windows of "{series}"',
            help=did_you_mean(series, held) or f"it has those of {listed}",
        )
        return None
    return KnownWindows(span=setting.span, path=path, series=series)


def _plots(setting: Setting, whole: Whole) -> tuple[tuple[str, ...] | None, Column | None]:
    """The plots that a setting lists, and what tells rows apart in its histogram; no plots after a report."""
    scope, names = whole.scope, tuple(SERIES_PLOTS)
    plots: list[str] = []
    kinds: Column | None = None
    for clause in setting.clauses:
        found = links(clause, PLOT_FORM, ("by",), scope)
        if clause.value is None or found is None:
            if clause.value is None:
                wrong_form(setting, PLOT_FORM, scope)
            return None, None
        name = choice(clause.value, "`plot`", names, scope)
        if name is None:
            return None, None
        if ("by" in found) is not (name == "histogram"):
            wrong_form(clause, PLOT_FORM, scope)
            return None, None
        by = found["by"].value if "by" in found else None
        if by is not None:
            given = column(by, scope)
            kinds = None if given is None else _of_the_series(given, whole)
            if kinds is None or not _tells_kinds(kinds, whole):
                return None, None
        plots.append(name)
    return tuple(dict.fromkeys(plots)), kinds


MOST_KINDS = 6
"""How many kinds of rows one histogram tells apart."""


def _tells_kinds(kinds: Column, whole: Whole) -> bool:
    """Whether a column has few enough values to tell them apart in one histogram."""
    facts = None if whole.data is None else whole.data.facts(kinds)
    if facts is None or (facts.counts is not None and len(facts.counts) <= MOST_KINDS):
        return True
    count = "too many values" if facts.counts is None else f"{len(facts.counts):,} values"
    whole.scope.diagnostics.report(
        data_rules.WRONG_STEP,
        kinds.span,
        f"`{kinds.span.text}` has {count}, and a histogram tells at most {MOST_KINDS} kinds of rows apart",
        help="compare it: `histogram by (hour(taxi.timestamp) < 6)`",
    )
    return False
