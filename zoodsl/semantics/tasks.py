"""The sections that are tasks: what resolves each, loaded where a spec has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from zoodsl.model.nodes import Network, Preprocess
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


def resolve_tasks(sections: Mapping[str, Section], whole: Whole) -> tuple[Task, ...] | None:
    """The tasks of ``sections``; None after a report. Each resolver takes its section and ``whole``."""
    found: list[Task | None] = []
    for keyword, place in RESOLVERS.items():
        if keyword in sections:
            module, function = place.split(":")
            found.append(getattr(import_module(module), function)(sections[keyword], whole))
    tasks = tuple(task for task in found if task is not None)
    return tasks if len(tasks) == len(found) else None
