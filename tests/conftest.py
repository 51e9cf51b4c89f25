"""What all tests share: hypothesis profiles, the shared data, and the command line as a function."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.law_counts import LawCounts

REPOSITORY = Path(__file__).parent.parent

# Machines that test are shared and slow at times: a deadline would measure them, not us.
settings.register_profile(
    "ci", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# A round of `python benchmarks/laws.py`: its seed is given, so that a failure is repeated by seed or by blob.
settings.register_profile(
    "long",
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the counting of laws."""
    group = parser.getgroup("laws")
    group.addoption("--laws", type=Path, metavar="FILE.json", help="write how often each law was tried")
    group.addoption("--laws-seconds", type=float, metavar="N", help="end the session after N seconds")


def pytest_configure(config: pytest.Config) -> None:
    """Counts laws where that is asked for."""
    if config.getoption("laws"):
        config.pluginmanager.register(LawCounts(config.getoption("laws"), config.getoption("laws_seconds")))


def shared_root() -> Path:
    """The folder of data sets that are too large for the repository."""
    return Path(os.environ.get("ZOODSL_SHARED", REPOSITORY.parent / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips tests marked ``data`` where there is no data."""
    if (shared_root() / "data").is_dir():
        return
    absent = pytest.mark.skip(reason="no shared data: set ZOODSL_SHARED to its folder")
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data sets; tests that use it are marked ``data``."""
    return shared_root() / "data"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Runs a ``zoodsl`` command line in this process: ``cli("check", path, stdin=b"...")``."""
    from zoodsl.cli.main import main

    def run(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def bound() -> Callable[..., Any]:
    """``bound(kind, name, **arguments)``: a call of an operator with its defaults, as semantics would bind it."""
    from zoodsl.catalog import registry
    from zoodsl.catalog.values import Kind
    from zoodsl.model.nodes import Operation
    from zoodsl.source import SourceFile, Span

    span = Span(SourceFile("test.zoo", ""), 0, 0)

    def bind(kind: Kind, name: str, /, **given: Any) -> Operation[Any]:
        operator = registry.find(kind, name)
        assert operator is not None, name
        defaults = {parameter.name: parameter.default for parameter in operator.parameters}
        assert given.keys() <= defaults.keys()
        return Operation(span=span, operator=operator, arguments=defaults | given)

    return bind


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One quiet local session on two cores for all tests that need the engine, which is started."""
    with warnings.catch_warnings():
        # BigDL's modules are of an older Python: compiled here first, where their warnings are no errors.
        warnings.simplefilter("ignore")
        import bigdl.dllib.keras.layers
        import bigdl.dllib.nnframes  # noqa: F401

        from zoodsl.targets.bigdl.library.session import start_session

        session = start_session("tests", batch=64, master="local[2]")
    yield session
    session.stop()
