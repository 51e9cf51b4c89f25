"""What tests of restored runs share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.restored import Restored
from zoodsl.runtime.predicting import Predicted
from zoodsl.runtime.request import RunRequest
from zoodsl.runtime.saved import open_run


def restored(folder: Path, **options: Any) -> Restored:
    problems = Diagnostics()
    run = open_run(str(folder), folder.parents[1], problems)
    assert run is not None, problems.sorted()
    return Restored(run, problems, **options)


def only(work: Restored) -> Diagnostic:
    (problem,) = work.diagnostics.sorted()
    return problem


def predicted(found: object) -> Predicted:
    assert isinstance(found, Predicted), found
    return found


def own_part(request: RunRequest) -> str:
    """What the program says itself, below its helpers, without comments and spaces."""
    lines = request.program.text.rpartition("# --- ")[2].splitlines()
    return "".join(line.partition("  # ")[0] for line in lines).replace(" ", "")
