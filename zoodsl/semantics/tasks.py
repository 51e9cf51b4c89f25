"""The sections that are tasks: what resolves each, loaded where a spec has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Network, Part, Preprocess, RowCount
from zoodsl.model.tasks import Task
from zoodsl.semantics.data import DataDraft
from zoodsl.semantics.optimize import OptimizeDraft
from zoodsl.semantics.scope import Scope
from zoodsl.syntax.nodes import Section

RESOLVERS = {
    "predict": "zoodsl.semantics.predict:resolve",
    "anomalies": "zoodsl.semantics.anomalies:resolve",
    "detect": "zoodsl.semantics.detect:resolve",
    "index": "zoodsl.semantics.index:resolve",
    "gallery": "zoodsl.semantics.gallery:resolve",
    "recommend": "zoodsl.semantics.recommend:resolve",
}
"""By the keyword of a task's section, in the order in which tasks are carried out, what makes the task of it."""

WITHOUT_NETWORK = frozenset({"gallery"})
"""Tasks that need no network."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a task's section is resolved beside; None where that is missing or in error.

    ``root`` is the folder at which relative paths start.
    """

    scope: Scope
    root: str
    data: DataDraft | None
    preprocess: Preprocess | None
    network: Network | None
    optimize: OptimizeDraft | None

    @property
    def parts(self) -> Mapping[Part, RowCount]:
        """The rows of each part that has some; where nothing trains and nothing is divided, all rows test."""
        if self.data is None or self.data.parts is None:
            return {}
        if self.optimize is None and self.data.split is None:
            return {Part.TEST: self.data.parts[Part.TRAIN]}
        return self.data.parts


def has_label(section: Section, whole: Whole) -> bool:
    """Whether the data say what the network's outputs mean, in error or not; a report where they do not."""
    data = whole.data
    # Of a network that is trained, a label that is missing was reported.
    if data is None or data.label_span is not None or whole.optimize is not None:
        return True
    whole.scope.diagnostics.report(
        statement_rules.MISSING_SETTING,
        section.keyword.span,
        f"`{section.keyword.text}` tells what the network's outputs mean, and `data` does not say its label",
        help="add a line such as `label rows.class -> ClassIndex(10)` to `data`",
    )
    return False


def resolve_tasks(sections: Mapping[str, Section], whole: Whole) -> tuple[Task, ...] | None:
    """The tasks of ``sections``; None after a report. Each resolver takes its section and ``whole``."""
    found: list[Task | None] = []
    for keyword, place in RESOLVERS.items():
        if keyword in sections:
            module, function = place.split(":")
            found.append(getattr(import_module(module), function)(sections[keyword], whole))
    tasks = tuple(task for task in found if task is not None)
    return tasks if len(tasks) == len(found) else None
