"""Counts the examples that laws are tried with: ``pytest --laws FILE.json``.

A law is a test marked ``law("what holds")``. Its examples are those that hypothesis ran to an end, in the test itself or in
functions within it, summed over parametrisations; a law without hypothesis has one example a case. With ``--laws-seconds``
cases come in an order of their own, and what has not begun after so long is skipped.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import statistics

COLLECTOR: Any = statistics.collector
"""Whom hypothesis tells what it did; typed by its default, which is None."""
RAN = {"valid", "interesting"}
"""How hypothesis calls examples that held, and that did not; others were drawn in vain."""


@dataclass
class Count:
    """How often a law was tried. ``engines`` are those that took part besides NumPy and the language itself."""

    law: str
    where: str
    engines: list[str] = field(default_factory=list)
    examples: int = 0
    failures: int = 0
    seconds: float = 0.0


class LawCounts:
    """The pytest plug-in that counts."""

    def __init__(self, path: Path, seconds: float | None) -> None:
        """Counts go to ``path`` when the session ends, by itself or after ``seconds``."""
        self.path = path
        self.until = None if seconds is None else time.monotonic() + seconds
        self.counts: dict[str, Count] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Where time may run out, every law has its turn before another has a second one, and not always the same are first."""
        if self.until is not None:
            random.shuffle(items)
            turns: Counter[str] = Counter()
            ranks = {}
            for item in items:
                turns[_where(item)] += 1
                ranks[item] = turns[_where(item)]
            items.sort(key=ranks.__getitem__)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Skips what there is no time for."""
        if self.until is not None and time.monotonic() > self.until:
            pytest.skip("the time for laws is over")

    @pytest.hookimpl(wrapper=True, trylast=True)  # innermost: hypothesis sets a collector of its own
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Counts the examples of one test."""
        law = item.get_closest_marker("law")
        if law is None:
            return (yield)
        count = self.count(item, law)
        tried: list[int] = []
        outer = COLLECTOR.value

        def note(told: dict[str, Any]) -> None:
            tried.append(examples(told))
            if outer is not None:
                outer(told)

        begun = time.perf_counter()
        try:
            with COLLECTOR.with_value(note):
                result = yield
        except (Exception, pytest.fail.Exception):
            count.failures += 1
            raise
        else:
            tried = tried or [1]
            return result
        finally:
            count.examples += sum(tried)
            count.seconds += time.perf_counter() - begun

    def count(self, item: pytest.Item, law: pytest.Mark) -> Count:
        """The count that this test adds to."""
        where = _where(item)
        engines = [*law.kwargs.get("engines", ()), *(["BigDL"] if item.get_closest_marker("spark") else [])]
        return self.counts.setdefault(where, Count(law.args[0], where, sorted(set(engines))))

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None, Any, Any]:
        """Writes the counts."""
        counts = sorted(self.counts.values(), key=lambda count: count.where)
        self.path.write_text(json.dumps([asdict(count) for count in counts], indent=1), encoding="utf-8")
        return (yield)


def _where(item: pytest.Item) -> str:
    """The test that an item is a case of, from the tests' folder on."""
    return item.nodeid.split("[")[0].removeprefix("tests/")


def examples(told: dict[str, Any]) -> int:
    """How many examples one run of hypothesis tried; what it did to shrink a failure is not counted."""
    phases: Iterable[dict[str, Any]] = (
        told.get("reuse-phase", {}),
        told.get("generate-phase", {}),
    )
    return sum(case["status"] in RAN for phase in phases for case in phase.get("test-cases", ()))
