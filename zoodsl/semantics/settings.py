"""Sections of settings: which keywords and link words they may hold, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from zoodsl.diagnostics import Applicability, Fix, Label, nearest
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.semantics.scope import Scope
from zoodsl.syntax.nodes import (
    Body,
    Clause,
    Definition,
    Expression,
    Group,
    Link,
    Name,
    Repeat,
    Setting,
    Statement,
    Step,
)

KEYWORDS: dict[str, tuple[str, ...]] = {
    "data": ("feature", "label", "split"),
    "preprocess": ("training",),
    "base": ("load", "expects", "cut", "freeze", "unfreeze", "drop", "rename", "replace"),
    "network": ("input", "output"),
    "optimize": ("loss", "optimizer", "schedule", "learning_rate"),
    "train": ("seed", "batch", "epochs", "validate", "stop", "checkpoint", "keep", "log", "phase"),
    "evaluate": ("on", "metric", "plot", "baseline"),
    "predict": ("from", "on", "top"),
    "anomalies": ("flag", "on", "time", "known", "plot"),
    "detect": ("output", "compare", "draw"),
    "index": ("cut", "top", "rank", "include"),
    "gallery": ("show", "draw"),
    "recommend": ("offer", "top", "metric"),
    "experiment": ("compare", "metric"),
    "property": ("forall",),
    "cluster": ("executors", "cores", "memory"),
}
"""The settings of each section."""

FOLLOWED = ("phase", "schedule")
"""Settings whose parts come one after the other in time."""

REPEATED = ("learning_rate",)
"""Settings of which there may be several in a section."""


def keyword_home(keyword: str, section: str) -> str:
    """The other section in which a keyword belongs, or an empty string."""
    return next((name for name, known in KEYWORDS.items() if keyword in known and name != section), "")


def unknown_keyword(keyword: Name, section: str, scope: Scope) -> None:
    """Reports a keyword that a section does not have."""
    known = KEYWORDS[section]
    near = nearest(keyword.text, known, 1)
    home = keyword_home(keyword.text, section)
    if section == "train" and keyword.text in ("freeze", "unfreeze"):
        text = f"what is frozen in training is a phase: `phase {keyword.text} all for 3 epochs`"
    elif home:
        text = f"`{keyword.text}` belongs in `{home}`"
    elif near:
        text = f"did you mean `{near[0]}`?"
    else:
        text = f"it takes {', '.join(f'`{each}`' for each in known)}"
    scope.diagnostics.report(
        statement_rules.UNKNOWN_SETTING,
        keyword.span,
        f"`{section}` has no setting `{keyword.text}`",
        help=text,
        fix=Fix(keyword.span, near[0], Applicability.MAYBE) if near and not home else None,
    )


def misplaced(statement: Statement, section: str, scope: Scope) -> None:
    """Reports a statement of a form that a section does not take."""
    if scope.torn(statement.span):
        return
    match statement:
        case Definition(name=name) if any(name.text in known for known in KEYWORDS.values()):
            pass  # the parser has reported a keyword before `=`
        case Definition():
            scope.diagnostics.report(
                statement_rules.MISPLACED,
                statement.span,
                f"`{section}` takes settings, not definitions",
                help='write `from Images("new/*.png")`'
                if section == "predict"
                else "define values with `let` above it",
            )
        case Step():
            scope.diagnostics.report(
                statement_rules.MISPLACED,
                statement.span,
                f"`{section}` takes settings, and this has no keyword",
                help=f"begin the line with one of {', '.join(f'`{each}`' for each in KEYWORDS[section])}",
            )
        case Group(keyword=keyword):
            unknown_keyword(keyword, section, scope)
        case Repeat():
            scope.diagnostics.report(
                statement_rules.MISPLACED,
                statement.span,
                f"`repeat` belongs in `network` and `block`, not in `{section}`",
            )
        case Setting(keyword=keyword):
            unknown_keyword(keyword, section, scope)


def once(setting: Setting, seen: dict[str, Setting], scope: Scope) -> bool:
    """Whether this is the first setting of its keyword; a second one is reported."""
    first = seen.setdefault(setting.keyword.text, setting)
    if first is setting:
        return True
    joined = "by `then`" if setting.keyword.text in FOLLOWED else "by commas"
    scope.diagnostics.report(
        statement_rules.REPEATED_SETTING,
        setting.keyword.span,
        f"`{setting.keyword.text}` is set twice",
        help=f"keep one of them, its parts joined {joined}",
        labels=[Label(first.keyword.span, "first set here")],
    )
    return False


def collect(body: Body, section: str, scope: Scope) -> dict[str, Setting]:
    """The settings of a section that holds nothing else, by keyword; those that may come again are left to ``every``."""
    settings: dict[str, Setting] = {}
    for statement in body.statements:
        if isinstance(statement, Setting) and statement.keyword.text in KEYWORDS[section]:
            if statement.keyword.text not in REPEATED:
                once(statement, settings, scope)
        else:
            misplaced(statement, section, scope)
    return settings


def every(body: Body, keyword: str) -> tuple[Setting, ...]:
    """All settings of a keyword that may come again."""
    return tuple(
        statement
        for statement in body.statements
        if isinstance(statement, Setting) and statement.keyword.text == keyword
    )


def links(clause: Clause, form: str, allowed: Iterable[str], scope: Scope) -> Mapping[str, Link] | None:
    """The links of a clause by word; None after a report of one that ``form`` does not have, or has twice."""
    found: dict[str, Link] = {}
    for link in clause.links:
        if link.word.text not in allowed or link.word.text in found or link.value is None:
            wrong_form(link, form, scope)
            return None
        found[link.word.text] = link
    return found


def wrong_form(
    node: Link | Clause | Setting, form: str, scope: Scope, *, words: tuple[str, ...] = ()
) -> None:
    """Reports a setting that is not of its form; ``words`` are others than the form's that may stand in it."""
    if scope.torn(node.span):
        return
    misspelt = misspelt_word(node, form, words)
    if misspelt is not None:
        name, word = misspelt
        scope.diagnostics.report(
            statement_rules.WRONG_FORM,
            name.span,
            f"`{name.text}` does not fit this setting",
            help=f"did you mean `{word}`? it is written `{form}`",
            fix=Fix(name.span, word, Applicability.MAYBE),
        )
        return
    what = f"`{node.word.text}`" if isinstance(node, Link) else f"`{_shortened(node.span.text)}`"
    scope.diagnostics.report(
        statement_rules.WRONG_FORM,
        node.span,
        f"{what} does not fit this setting",
        help=f"it is written `{form}`",
    )


def misspelt_word(
    node: Link | Clause | Setting, form: str, words: tuple[str, ...] = ()
) -> tuple[Name, str] | None:
    """A bare name that is near a word of the form, and that word."""
    known = (*words, *re.findall(r"[^\W\d]\w*", form))
    names: list[Name] = []
    match node:
        case Setting(clauses=clauses):
            found = (misspelt_word(each, form, words) for each in clauses)
            return next((each for each in found if each is not None), None)
        case Clause(value=value, links=links):
            names = [each for each in (value, *(link.value for link in links)) if isinstance(each, Name)]
        case Link(value=value):
            names = [value] if isinstance(value, Name) else []
    for name in names:
        near = nearest(name.text, known, 1)
        if near and name.text not in known:
            return name, near[0]
    return None


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else f"{flat[:37]}..."


def one_value(setting: Setting, form: str, scope: Scope) -> Expression | None:
    """The value of a setting that has exactly one and no links: ``batch 64``."""
    match setting.clauses:
        case [Clause(value=value, links=())] if value is not None:
            return value
        case [Clause(value=None), *_]:
            wrong_form(setting, form, scope)
        case [Clause(links=[link, *_]), *_]:
            wrong_form(link, form, scope)
        case [_, extra, *_]:
            wrong_form(extra, form, scope)
        case _:
            wrong_form(setting, form, scope)
    return None


def values(setting: Setting, form: str, scope: Scope) -> tuple[Expression, ...] | None:
    """The values of a setting that takes several without links: ``plot curves, confusion``."""
    found: list[Expression] = []
    for clause in setting.clauses:
        if clause.value is None or clause.links:
            wrong_form(clause.links[0] if clause.links else clause, form, scope)
            return None
        found.append(clause.value)
    if not found:
        wrong_form(setting, form, scope)
        return None
    return tuple(found)
