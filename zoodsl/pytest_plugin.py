"""zoodsl in pytest: the laws of `.zoo` files as tests, and a Spark for tests of transformations.

It is loaded wherever zoodsl is installed, so that it imports nothing heavy until it is used.
"""

from __future__ import annotations

import os
import shlex
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from zoodsl.testing.laws.law import Law

NEEDS_HYPOTHESIS = "examples are drawn by hypothesis, which is not installed: pip install 'zoodsl[testing]'"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and the setting of `.zoo` files."""
    group = parser.getgroup("zoodsl", "laws of .zoo files")
    group.addoption(
        "--zoo-examples", type=_positive, metavar="N", help="how many examples of each law are tried"
    )
    group.addoption("--zoo-seed", type=_seed, metavar="S", help="what examples are drawn from; 0 by default")
    parser.addini(
        "zoo_files", "whether .zoo files below the tests' folders are collected", type="bool", default=False
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"`{text}` is no whole number from 1 on")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"`{text}` is no whole number from 0 on")
    return int(text)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A `.zoo` file that is named, or lies where tests are and is asked for by ``zoo_files``."""
    if file_path.suffix != ".zoo":
        return None
    if parent.session.isinitpath(file_path) or parent.config.getini("zoo_files"):
        file: pytest.Collector = ZooFile.from_parent(parent, path=file_path)
        return file
    return None


class ZooFile(pytest.File):
    """A spec: one test that it is right, and one for each of its laws, the stated ones first."""

    def collect(self) -> Iterable[pytest.Item]:
        """The tests. What a spec with errors would hold is not known: it has the first test alone."""
        from zoodsl.compiler import Compilation

        compilation = Compilation(str(self.path))
        spec = compilation.spec
        yield Check.from_parent(self, name="check", compilation=compilation)
        if spec is None or spec.network is None or compilation.has_errors:
            return
        if find_spec("hypothesis") is None:
            yield Skipped.from_parent(self, name="laws", reason=NEEDS_HYPOTHESIS)
            return
        from zoodsl.testing.laws.suite import laws_of
        from zoodsl.testing.subjects.interpreted import Interpreted

        for law in laws_of(Interpreted(spec)):
            yield LawItem.from_parent(self, name=law.name, law=law)


class Broken(Exception):  # noqa: N818 - the text is all there is to it
    """A test of a spec fails, and this is what is told of it."""


class _Item(pytest.Item):
    """A test whose failure is told in words, not by a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, as the command line would tell it; a traceback for mistakes of our own."""
        if isinstance(excinfo.value, Broken):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class Check(_Item):
    """That a spec has no errors."""

    def __init__(self, *, compilation: Any, **given: Any) -> None:
        super().__init__(**given)
        self._compilation = compilation

    def runtest(self) -> None:
        """Fails with the diagnostics where one is an error."""
        from zoodsl.api import SpecError

        if self._compilation.has_errors:
            raise Broken(str(SpecError(self._compilation.path, self._compilation.diagnostics)))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test is said to be."""
        return self.path, 0, f"check {self.path.name}"


class Skipped(_Item):
    """What cannot be tested here."""

    def __init__(self, *, reason: str, **given: Any) -> None:
        super().__init__(**given)
        self._reason = reason

    def runtest(self) -> None:
        """Skips, and says why."""
        pytest.skip(self._reason)


class LawItem(_Item):
    """A law of a spec."""

    def __init__(self, *, law: Law, **given: Any) -> None:
        super().__init__(**given)
        self._law = law

    def runtest(self) -> None:
        """Tries the law; one that is broken fails with what `zoodsl test` tells of it."""
        from zoodsl.diagnostics.plain import render
        from zoodsl.screen.verdicts import diagnosed
        from zoodsl.testing.laws.law import Finding
        from zoodsl.testing.laws.trial import EXAMPLES, SEED, try_law

        examples = self.config.getoption("zoo_examples") or EXAMPLES
        seed = self.config.getoption("zoo_seed")
        seed = SEED if seed is None else seed
        verdict = try_law(self._law, examples=examples, seed=seed)
        if verdict.finding is Finding.SKIPPED:
            pytest.skip(verdict.reason)
        if verdict.finding is Finding.BROKEN:
            words = ["pytest", os.path.relpath(self.path), "--zoo-seed", seed, "--zoo-examples", examples]
            raise Broken(render([diagnosed(verdict, None, shlex.join(map(str, words)))]).rstrip())

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the law is stated, or what it is of; pytest would take the dots of a bare name for those of a module."""
        return self.path, self._law.span.begin.line - 1, f"{self.path.name}: {self._law.name}"


@pytest.fixture(scope="session")
def zoo_spark() -> Iterator[SparkSession]:
    """One quiet local Spark session for all tests of a run, on two cores and without BigDL; skips without Spark or Java.

    A session that is already running is taken as it is, and left running.
    """
    if find_spec("hypothesis") is None:
        pytest.skip(NEEDS_HYPOTHESIS)
    from zoodsl.testing.session import NoSpark, local_spark

    try:
        with local_spark() as spark:
            yield spark
    except NoSpark as problem:
        pytest.skip(str(problem))
