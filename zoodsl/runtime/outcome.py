"""An outcome: how a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from zoodsl.diagnostics import Diagnostic


class Status(Enum):
    """Where a run stands. Interrupted and failed ones can be resumed."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended.

    Args:
        status: FINISHED, FAILED or INTERRUPTED.
        folder: the run folder; None where the run was refused before there was one.
        failure: what went wrong, with the place in the spec where one is known; None unless FAILED.
        metrics: the last evaluation's metrics by name, else those of the last validation.
    """

    status: Status
    folder: Path | None
    failure: Diagnostic | None
    metrics: Mapping[str, float]
