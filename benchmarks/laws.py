"""The laws of the language, and how many examples each was tried with: the table of `docs/laws.md`.

    python benchmarks/laws.py                  one round as CI has it, then 30 minutes of rounds with fresh seeds
    python benchmarks/laws.py --minutes 5      another stretch of time; 0 counts CI's round alone
    python benchmarks/laws.py --spark          laws that start Spark too (else their figures stay as the page has them)

Rounds run in as many processes as `--jobs` says. A law that fails is printed as pytest shows it, with the blob and the seed that
repeat it, and the script's status is 1.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "laws.md"
BEGIN, END = "<!-- laws: written by benchmarks/laws.py -->", "<!-- laws: end -->"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
HEAD = "| law | where | examples in CI | in the long run | failures |\n|---|---|--:|--:|--:|"


@dataclass(frozen=True, order=True)
class Row:
    """A law in the page: the test that tries it, ``file.py::test`` below ``tests/``, and what came of it."""

    where: str
    law: str
    ci: int = 0
    long: int = 0
    failures: int = 0

    def __str__(self) -> str:
        numbers = " | ".join(f"{number:,}" for number in (self.ci, self.long, self.failures))
        return f"| {self.law} | `{self.where}` | {numbers} |"


# --- the page


def marked() -> Iterator[Row]:
    """Every test that is marked as a law, from the texts of the tests."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                for sentence in filter(None, map(_sentence, node.decorator_list)):
                    yield Row(f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}", sentence)


def _sentence(decorator: ast.expr) -> str | None:
    match decorator:
        case ast.Call(func=ast.Attribute(attr="law"), args=[ast.Constant(value=str(sentence))]):
            return sentence
    return None


ROW = re.compile(
    r"^\| (?P<law>.+) \| `(?P<where>[^`|]+::\w+)` \| (?P<ci>[\d,]+) \| (?P<long>[\d,]+) \| (?P<failures>[\d,]+) \|$",
    re.MULTILINE,
)


def written(page: str) -> list[Row]:
    """The rows that the page has."""
    return [
        Row(
            found["where"],
            found["law"],
            *(int(found[name].replace(",", "")) for name in ("ci", "long", "failures")),
        )
        for found in ROW.finditer(page)
    ]


def table(rows: Iterable[Row], told: str) -> str:
    """The page's part between the marks: ``told`` says how it was counted."""
    parts: dict[str, list[Row]] = {}
    for row in sorted(rows):
        parts.setdefault(row.where.split("/")[0], []).append(row)
    tables = ("\n".join([f"### {part}\n", HEAD, *map(str, rows)]) for part, rows in parts.items())
    return "\n\n".join([BEGIN, told, *tables, END])


# --- counting


@dataclass(frozen=True)
class Round:
    """What one session of pytest counted, and what it printed where something failed."""

    counts: list[dict[str, Any]]
    failed: str


def run_round(selection: str, profile: str, options: Sequence[str] = ()) -> Round:
    """Tries the laws that ``selection`` says, once."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        ended = subprocess.run(
            [*PYTEST, "-m", selection, "--laws", str(counts), *options],
            cwd=ROOT,
            env=os.environ | {"HYPOTHESIS_PROFILE": profile, "OMP_NUM_THREADS": "1"},
            check=False,
            capture_output=True,
            text=True,
        )
        if ended.returncode not in (0, 1) or not counts.exists():
            raise SystemExit(ended.stdout + ended.stderr)
        return Round(json.loads(counts.read_text(encoding="utf-8")), ended.stdout if ended.returncode else "")


def rounds_until(end: float, selection: str) -> Iterator[Round]:
    """Rounds with fresh seeds until the clock (monotonic, in seconds) says ``end``."""
    while (left := end - time.monotonic()) > 0:
        seed = secrets.randbelow(2**32)
        done = run_round(selection, "long", ["--laws-seconds", str(left), "--hypothesis-seed", str(seed)])
        if done.failed:
            print(done.failed)
            print(f"to repeat it: HYPOTHESIS_PROFILE=long python -m pytest --hypothesis-seed={seed} TEST")
        yield done


def long_run(minutes: float, jobs: int, *, spark: bool) -> list[Round]:
    """All rounds of the long run, in so many processes; with ``spark`` the last of them has the laws of Spark."""
    selections = ["law and not spark"] * jobs
    if spark:
        selections[-1] = "law and spark" if jobs > 1 else "law"
    end = time.monotonic() + 60 * minutes
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda selection: list(rounds_until(end, selection)), selections)
    return [each for some in found for each in some]


def total(rounds: Iterable[Round]) -> dict[str, tuple[int, int]]:
    """Examples and failures by test."""
    sums: dict[str, tuple[int, int]] = {}
    for each in rounds:
        for count in each.counts:
            examples, failures = sums.get(count["where"], (0, 0))
            sums[count["where"]] = (examples + count["examples"], failures + count["failures"])
    return sums


def rows(ci: Round, long: Sequence[Round], before: Iterable[Row]) -> Iterator[Row]:
    """A row for every law; what was not tried now keeps the figures that it had ``before``."""
    known = {row.where: row for row in before}
    short, lengthy = total([ci]), total(long)
    for row in marked():
        old = known.get(row.where, row)
        examples, failures = short.get(row.where, (old.ci, 0))
        more, more_failures = lengthy.get(row.where, (old.long, old.failures))
        yield Row(row.where, row.law, examples, more, failures + more_failures)


def main() -> int:
    """Counts, writes the page and prints its table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--spark", action="store_true", help="laws that start Spark too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()

    page = PAGE.read_text(encoding="utf-8")
    begun = time.monotonic()
    ci = run_round("law" if given.spark else "law and not spark", "ci")
    seconds = time.monotonic() - begun
    print(ci.failed, end="")
    long = long_run(given.minutes, given.jobs, spark=given.spark) if given.minutes else []
    found = sorted(rows(ci, long, written(page)))
    before, _, rest = page.partition(BEGIN)
    old, _, after = rest.partition(END)
    told = (
        f"{len(found)} laws: {sum(row.ci for row in found):,} examples in CI, "
        f"{sum(row.long for row in found):,} in the long run"
    )
    length = f"{given.minutes:g} minutes in {given.jobs} processes" if long else ""
    if not long and (kept := re.search(r" in the long run \((.+)\)\.$", old, re.MULTILINE)):
        length = kept[1]
    new = table(found, f"{told} ({length})." if length else f"{told}.")
    PAGE.write_text(before + new + after, encoding="utf-8")
    print(new)
    print(f"CI's round took {seconds:.0f} s" + (f", the long run {given.minutes:g} minutes" if long else ""))
    return int(bool(ci.failed) or any(each.failed for each in long))


if __name__ == "__main__":
    sys.exit(main())
