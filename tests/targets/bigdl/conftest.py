"""One Spark session for all tests that need the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A quiet local session on two cores, with BigDL's engine started."""
    from zoodsl.targets.bigdl.library.session import start_session

    session = start_session("tests", batch=64, master="local[2]")
    yield session
    session.stop()
