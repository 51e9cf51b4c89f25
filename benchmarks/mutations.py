"""How mistakes are answered: specs with one known mistake each, and specs with noise in them.

    python benchmarks/mutations.py [--mistakes N] [--noise N] [--seed S] [--show N] [--kind WORDS] [--processes N]

Mistakes are made at every place of every right spec here and of drawn ones, and ``--mistakes`` of them are taken by chance.
``--show N`` lists so many misses of each kind. Exits with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from zoodsl.compiler import Compilation
from zoodsl.diagnostics.plain import render
from zoodsl.testing.generated.specs import specs
from zoodsl.testing.mistaken.mistakes import answer, mistakes
from zoodsl.testing.mistaken.mutations import mutated
from zoodsl.testing.mistaken.written import Mistake

ROOT = Path(__file__).parent.parent
RIGHT = sorted(
    path
    for folder in ("specs", "examples")
    for path in (ROOT / folder).rglob("*.zoo")
    if path.parent.name != "errors"
)
EVERY = sorted(path for folder in ("specs", "examples") for path in (ROOT / folder).rglob("*.zoo"))

PLACED, REPORTS, SUGGESTED = 0.95, 1.2, 0.9
"""Goals: the right code on the right line; reports a mistake; the right suggestion for misspellings."""

SECONDS = 1.0
"""The processor time that one check may take."""

DRAWN = 60
"""How many right specs are drawn beside those that are here."""

BATCH = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one mistake; ``shown`` tells it with its answer where something is amiss, or nothing was said."""

    kind: str
    misspelt: bool
    reports: int
    placed: bool
    suggested: bool
    shown: str


def judged(mistake: Mistake) -> Judged:
    """Checks a spec with a mistake."""
    given = answer(mistake)
    fine = given.placed and len(given.diagnostics) == 1 and (given.suggested or not mistake.meant)
    lines = [] if fine else [
        f"{mistake.kind}: {Path(mistake.path).name}:{min(mistake.lines)} {mistake.changed}",
        *(f"    {each.code}:{each.span.begin.line if each.span else 0}: {each.message}"
          f"{' | ' if each.help else ''}{each.help}" for each in given.diagnostics),
    ]  # fmt: skip
    return Judged(
        kind=mistake.kind,
        misspelt=bool(mistake.meant),
        reports=len(given.diagnostics),
        placed=given.placed,
        suggested=given.suggested,
        shown="\n".join(lines),
    )


def drawn() -> list[str]:
    """Right specs that are drawn, the same every time."""
    texts: list[str] = []

    @settings(
        max_examples=DRAWN,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(specs())
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    return texts


def made(seed: int, most: int, words: str) -> list[Mistake]:
    """Mistakes of right specs, at most so many, drawn by ``seed``; those of kinds with ``words`` in their names."""
    right = [(str(path), path.read_text(encoding="utf-8")) for path in RIGHT]
    right += [(f"drawn_{number}.zoo", text) for number, text in enumerate(drawn())]
    found: list[Mistake] = []
    turn = 0
    while True:
        before = len(found)
        for path, text in right:
            found += (each for each in mistakes(text, path=path, seed=seed + turn) if words in each.kind)
        turn += 1
        if len(found) >= most or len(found) == before:
            break
    random.Random(seed).shuffle(found)  # noqa: S311 - no secret
    return found[:most]


def table(results: Sequence[Judged]) -> bool:
    """Prints a line a kind; whether the goals are reached over all."""
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for each in results:
        kinds[each.kind].append(each)
    print(
        f"{'mistake':28}{'tried':>8}{'still right':>13}{'right code, line':>18}{'reports':>9}{'suggested':>11}"
    )
    for kind in sorted(kinds):
        _line(kind, kinds[kind])
    return _line("all", results)


def _line(name: str, results: Sequence[Judged]) -> bool:
    wrong = [each for each in results if each.reports]
    misspelt = [each for each in wrong if each.misspelt]
    placed = sum(each.placed for each in wrong) / max(1, len(wrong))
    reports = sum(each.reports for each in wrong) / max(1, len(wrong))
    suggested = sum(each.suggested for each in misspelt) / max(1, len(misspelt))
    last = f"{suggested:11.1%}" if misspelt else ""
    print(
        f"{name:28}{len(results):8,}{1 - len(wrong) / max(1, len(results)):13.1%}{placed:18.1%}{reports:9.2f}{last}"
    )
    return placed >= PLACED and reports <= REPORTS and (not misspelt or suggested >= SUGGESTED)


@dataclass(frozen=True, slots=True)
class Noise:
    """What came of a batch of noisy specs: crashes told, the longest check in seconds and which it was, the peak in bytes."""

    crashes: tuple[str, ...]
    longest: tuple[float, str]
    peak: int


def noise(first: int) -> Noise:
    """Checks a batch of mutations of every spec here, the wrong ones among them."""
    crashes: list[str] = []
    longest = (0.0, "")
    for seed in range(first, first + BATCH):
        draw = random.Random(seed)  # noqa: S311 - no secret
        path = draw.choice(EVERY)
        content = mutated(path.read_bytes(), draw)
        begun = time.process_time()
        try:
            render(Compilation(str(path), text=content).diagnostics)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is counted
            crashes.append(f"seed {seed}, {path.name}: {problem!r}")
        longest = max(longest, (time.process_time() - begun, f"seed {seed}, {path.name}"))
    return Noise(tuple(crashes), longest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def report_noise(batches: Iterable[Noise]) -> bool:
    """Prints what came of noise; whether nothing crashed, and nothing took too long."""
    found: list[Noise] = []
    for batch in batches:
        found.append(batch)
        if not len(found) * BATCH % 10_000:
            print(
                f"{len(found) * BATCH:,} tried, {sum(len(each.crashes) for each in found)} crashes",
                flush=True,
            )
    crashes = [each for batch in found for each in batch.crashes]
    longest, where = max(batch.longest for batch in found)
    # Until a tenth is done, modules load and caches fill.
    early = max(batch.peak for batch in found[: max(1, len(found) // 10)])
    print(
        f"noise: {len(found) * BATCH:,} mutations, {len(crashes)} crashes, the longest check {longest:.2f} s ({where})"
    )
    print(
        f"peak memory of a process: {early / 1e6:.0f} MB after a tenth, {found[-1].peak / 1e6:.0f} MB at the end"
    )
    for each in crashes[:20]:
        print(each)
    return not crashes and longest <= SECONDS


def main() -> int:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mistakes", type=int, default=2000)
    parser.add_argument("--noise", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--kind", default="")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    good = True
    with ProcessPoolExecutor(asked.processes) as pool:
        if asked.mistakes:
            results = list(pool.map(judged, made(asked.seed, asked.mistakes, asked.kind), chunksize=20))
            good &= table(results)
            shown: dict[str, int] = defaultdict(int)
            for each in results:
                shown[each.kind] += bool(each.shown)
                if each.shown and shown[each.kind] <= asked.show:
                    print(each.shown)
        if asked.noise:
            good &= report_noise(pool.map(noise, range(asked.seed, asked.seed + asked.noise, BATCH)))
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
