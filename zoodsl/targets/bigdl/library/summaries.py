"""TensorBoard's event files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zoodsl.targets.bigdl.library.engine import java


class Summary:
    """Writes scalars to ``folder/name/train`` and ``folder/name/validation``; nothing without a folder."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._parts: dict[str, Any] = {}
        if folder is not None:
            visualization = java().com.intel.analytics.bigdl.dllib.visualization
            self._parts = {
                "train": visualization.TrainSummary(str(folder), name),
                "validation": visualization.ValidationSummary(str(folder), name),
            }

    def add(self, part: str, values: dict[str, float], iteration: int) -> None:
        """Adds a point to each value's curve."""
        if part in self._parts:
            for name, value in values.items():
                self._parts[part].addScalar(name, float(value), iteration)

    def close(self) -> None:
        """Writes all that waits to be written."""
        for summary in self._parts.values():
            summary.close()
