"""A warm check in one process, as an editor does it: text in, diagnostics out."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from zoodsl.compiler import Compilation

SPEC = Path(__file__).parent / "sixty.zoo"
RUNS = 100
BUDGET = 0.010


def measure(runs: int = RUNS) -> float:
    """The median time of a check, in seconds, once everything is loaded."""
    text = SPEC.read_text(encoding="utf-8")
    times = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        found = Compilation(str(SPEC), text=text).diagnostics
        times.append(time.perf_counter() - begun)
        if found:
            raise SystemExit(f"the spec is wrong: {found[0].message}")
    return median(times[1:])


if __name__ == "__main__":
    print(f"check, warm: {measure() * 1000:.2f} ms  (budget {BUDGET * 1000:.0f} ms)")
