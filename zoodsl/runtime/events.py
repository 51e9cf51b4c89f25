"""Events: what a run tells while it goes, one JSON object a line.

A generated program calls ``hooks(event, **fields)``; the worker adds ``phase`` (what happens before the first
iteration), the launcher ``opened``, ``failed`` and ``interrupted``. The same lines travel from the worker to the
launcher, stand in ``events.jsonl``, and are printed by ``zoodsl run --json``:

=============== ==============================================================================================
``opened``      folder, name, master, heap (bytes), resumed
``phase``       text
``started``     rows {train, validation, test}, iterations_per_epoch, epochs, batch, first_epoch
``iteration``   epoch, iteration (both from 1), loss, learning_rate, records_per_second
``epoch``       epoch, loss, learning_rate, seconds, validation {name: value}, best
``checkpoint``  epoch, path
``stopped``     epoch, reason
``balanced``    weights (below), missing (names of labels that no training row has)
``scaled``      columns (column, mean, std) that are standardised, label (whether it is what is learned)
``counted``     rows {part: count}, where nothing is trained
``evaluated``   part, metrics {name: value}, details (below), labels (below, empty where there is no table of them),
                baselines {name: metrics} where there are some
``result``      task, title, lines (texts), metrics {name: value}, table (a few rows {column: value}), details (what plots
                of this task are drawn from), pictures (paths in the run folder)
``predicted``   rows, shown (below), metrics {name: value} (of rows whose class is known, else empty)
``saved``       path, what
``finished``    seconds
``interrupted`` epoch (the last complete one, 0 without)
``failed``      code, message, help, cause, zoo_line (None where no line is at fault)
=============== ==============================================================================================

``weights`` has for each class ``label``, ``rows`` and ``weight``, or for each label ``label``, ``rows`` (of a yes), ``no``
and ``yes``. ``labels`` has for each label ``label``, ``rows``, ``positives``, ``auc``, ``average_precision``, ``threshold``,
``precision``, ``recall`` and ``f1``; what is undefined is None. ``shown`` has for each of the first rows ``row``, ``picture``
(a path in the run folder, or None), ``text``, and ``answers``: ``label`` and ``score``, of several labels also ``threshold`` and
``yes``, or ``value``.

``details`` may hold ``confusion {labels, matrix}``, whose rows are true classes and columns predicted ones, and ``roc
{label: {false, true}}``, the rates of false and of true positives, two lists from 0 to 1 (empty without both kinds of
rows); ``strip {rows}`` and ``gallery {classes}``, whose rows have ``row``, ``label``, ``predicted``, ``score`` and
``picture``, and whose classes have ``predicted``, ``rows``, ``right`` and the rows that are ``shown``.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
"""The version of the lines: raised when a field changes its meaning or goes, not when one is added."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run. ``time`` is in seconds since 1970.

    A number that is not finite (a loss that diverged) is None: JSON has none such.
    """

    name: str
    fields: Mapping[str, Any]
    time: float = field(default_factory=time.time)

    def __getitem__(self, key: str) -> Any:
        return self.fields[key]


def to_line(event: Event) -> str:
    """The event as one line of JSON, with its line end.

    >>> print(to_line(Event("epoch", {"epoch": 1, "loss": float("nan")}, 0.5)), end="")
    {"version": 1, "event": "epoch", "time": 0.5, "epoch": 1, "loss": null}
    """
    head = {"version": VERSION, "event": event.name, "time": round(event.time, 3)}
    return json.dumps(head | _finite(dict(event.fields)), allow_nan=False, ensure_ascii=False) + "\n"


def from_line(line: str) -> Event | None:
    """The event of a line; None if the line is not whole (a writer was killed) or of another version."""
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    if not isinstance(fields, dict) or fields.pop("version", None) != VERSION:
        return None
    try:
        return Event(fields.pop("event"), fields, fields.pop("time"))
    except KeyError:
        return None


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
        case _:
            return value
