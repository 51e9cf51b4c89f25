"""Tests that are tried on drawn examples, where a trial is dear: few of them, and few more to make a failure small."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

Test = Callable[..., None]

EXAMPLES = 10
"""How many examples are tried where nothing is said: an action of Spark takes some 0.1 s."""

SHRINKS = 40
"""How many more are tried at most to make a failing example smaller."""


def for_all(
    drawn: SearchStrategy[Any], *, examples: int = EXAMPLES, shrinks: int = SHRINKS
) -> Callable[[Test], Test]:
    """Makes a function a test of ``examples`` values of the strategy ``drawn``, which it gets as its last parameter.

    All other parameters stay what they are, such as fixtures. It is hypothesis' ``@given`` for tests on Spark, where ``@given`` may
    take minutes: after a failure no more than ``shrinks`` further values are tried to find a smaller one, and there is no
    deadline. The test fails as it failed with the smallest one. Profiles of hypothesis and ``--hypothesis-seed`` count.

    Raises TypeError for a function without parameters.

    >>> from zoodsl.testing.tables import tables, whole
    >>> @for_all(tables({"id": whole(0, 9)}))
    ... def test_there_are_no_rows(table):
    ...     assert not table.rows, f"there are {table}"
    >>> test_there_are_no_rows()
    Traceback (most recent call last):
    ...
    AssertionError: there are Table([{'id': 0}])
    """

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        if not signature.parameters:
            raise TypeError(f"{test.__name__} has no parameter for what is drawn: it is the last one")
        *others, last = signature.parameters

        @wraps(test)
        def run(*positional: Any, **named: Any) -> None:
            __tracebackhide__ = True
            bound = dict(zip(others, positional, strict=False)) | named
            failure = _smallest_failure(
                lambda value: test(**bound, **{last: value}), drawn, examples, shrinks
            )
            if failure is not None:
                raise failure

        kept = [signature.parameters[name] for name in others]
        vars(run)["__signature__"] = signature.replace(parameters=kept)  # what pytest asks for fixtures
        return run

    return decorate


def _smallest_failure(
    test: Callable[[Any], None], drawn: SearchStrategy[Any], examples: int, shrinks: int
) -> Exception | None:
    """What the test raises for the smallest value that was found to break it; None if none did."""
    failures: dict[str, Exception] = {}
    last: list[Exception] = []
    left = shrinks

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def tried(value: Any) -> None:
        nonlocal left
        if last:
            left -= 1
            if left < 0 and repr(value) not in failures:
                return  # as if it were right: what has been found is small enough
        try:
            test(value)
        except Exception as problem:
            failures[repr(value)] = problem
            last[:] = [problem]
            raise

    try:
        tried()
    except Flaky:
        pass  # it failed once, and is told as it did then
    except Exception:
        if not last:
            raise  # hypothesis' own: nothing could be drawn
    return last[0] if last else None
