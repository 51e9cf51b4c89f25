"""The trial of a law: examples are drawn, and one that breaks it is made as small as can be."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable

from zoodsl.testing.laws.law import Example, Finding, Law, Verdict
from zoodsl.testing.subjects.interpreted import quiet_numbers
from zoodsl.testing.subjects.subject import StoppedError, Unavailable

EXAMPLES = 100
"""How many examples of a law are tried, where nobody says how many."""

SEED = 0
"""What examples are drawn from, where nobody says from what: the same ones each time, so that a test stays right."""

MOST_SHRINKS = 500
"""How many examples are tried to find a smaller one; of laws that allow few examples, in proportion fewer."""


class _Broken(Exception):  # noqa: N818 - it ends no program
    """An example does not hold."""


@dataclass(slots=True)
class _Trial:
    """A law while it is tried: how many examples were, and the last that broke it."""

    law: Law
    shrinks: int
    tried: int = 0
    reason: str = ""
    smallest: Example = field(default_factory=dict)
    skipped: str | None = None
    _broken: set[bytes] = field(default_factory=set)

    def __call__(self, example: Example) -> None:
        """Tries an example; raises ``_Broken`` where the law does not hold."""
        if self._broken:
            self.shrinks -= 1
            if self.shrinks < 0 and _print(example) not in self._broken:
                return  # long enough: what has been found is small
        else:
            self.tried += 1
        reason = self._reason(example)
        if reason is None:
            return
        self._broken.add(_print(example))
        self.reason, self.smallest = reason, example
        raise _Broken

    def _reason(self, example: Example) -> str | None:
        try:
            return self.law.holds(example)
        except (Unavailable, MemoryError, HypothesisException):
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a chain or a network may raise is told
            return in_words(problem)


def try_law(law: Law, *, examples: int = EXAMPLES, seed: int = SEED) -> Verdict:
    """Tries ``law`` with so many examples, which follow from ``seed``: equal arguments give an equal verdict.

    A law that is broken comes back with the smallest example that was found. One whose examples cannot be drawn or computed
    here is skipped. Nothing is printed, and nothing kept on disk.
    """
    count = 1 if law.once else min(examples, law.most or examples)
    trial = _Trial(law, MOST_SHRINKS if law.most is None else min(MOST_SHRINKS, 4 * law.most))
    begun = time.monotonic()
    finding = _carried_out(trial, count, seed)
    return Verdict(
        name=law.name,
        span=law.span,
        stated=law.stated,
        finding=finding,
        examples=trial.tried,
        seconds=time.monotonic() - begun,
        reason=trial.skipped or trial.reason,
        smallest=trial.smallest,
    )


def try_all(laws: Iterable[Law], *, examples: int = EXAMPLES, seed: int = SEED) -> Iterator[Verdict]:
    """Tries each of ``laws``, one after the other, as ``try_law`` does."""
    for law in laws:
        yield try_law(law, examples=examples, seed=seed)


def in_words(problem: Exception) -> str:
    """An exception as the end of a sentence: ``it stops: low >= high (ValueError)``."""
    said = str(problem).strip().splitlines()
    if isinstance(problem, StoppedError):
        return f"it stops: {said[0]}"
    name = type(problem).__name__
    return f"it stops: {said[0]} ({name})" if said else f"it stops with {name}"


def _carried_out(trial: _Trial, count: int, seed: int) -> Finding:
    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        print_blob=False,
        derandomize=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(trial.law.examples)
    def tried(example: Example) -> None:
        trial(example)

    try:
        with _silence():
            tried()
    except (_Broken, Flaky):
        return Finding.BROKEN
    except Unavailable as problem:
        trial.skipped = str(problem)
        trial.tried = 0
    except Unsatisfiable:
        trial.skipped = "nothing that fits could be drawn"
    except MemoryError:
        trial.skipped = "there is not enough memory"
    else:
        return Finding.HOLDS
    return Finding.SKIPPED


@contextmanager
def _silence() -> Iterator[None]:
    with warnings.catch_warnings(), quiet_numbers():
        warnings.simplefilter("ignore")
        yield


def _print(value: Any) -> bytes:
    """A fingerprint of an example: equal for those that hold the same."""
    found = sha256()
    _feed(value, found)
    return found.digest()


def _feed(value: Any, found: Any) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            found.update(name.encode())
            _feed(each, found)
    elif isinstance(value, list | tuple):
        found.update(b"[%d" % len(value))
        for each in value:
            _feed(each, found)
    elif hasattr(value, "tobytes"):
        found.update(f"{value.dtype}{value.shape}".encode())
        found.update(value.tobytes())
    else:
        found.update(repr(value).encode())
