"""Cold start: ``zoodsl check`` of a 60-line spec against ``python -c "import lark, click"``, as a ratio in one run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

SPEC = Path(__file__).parent / "sixty.zoo"
RUNS = 15
BUDGET = 3.0


def seconds(*arguments: str) -> float:
    """How long a fresh Python takes with these arguments."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(runs: int = RUNS) -> tuple[float, float]:
    """Medians of the check and of the bare imports, run in turns so that both see the same machine."""
    check, bare = ("-m", "zoodsl", "check", str(SPEC)), ("-c", "import lark, click")
    seconds(*check), seconds(*bare)  # fill the disk's cache, and lark's
    pairs = [(seconds(*check), seconds(*bare)) for _ in range(runs)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


if __name__ == "__main__":
    checked, imported = measure()
    print(f"zoodsl check, cold:    {checked * 1000:6.1f} ms")
    print(f"import lark, click:    {imported * 1000:6.1f} ms")
    print(f"ratio:                 {checked / imported:6.2f}  (budget {BUDGET})")
