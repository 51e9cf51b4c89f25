"""Cores, memory and disk: what the machine has, what the plan needs, and what a run therefore takes."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.running import (
    CORES_DO_NOT_DIVIDE,
    NOT_A_LOCAL_MASTER,
    TOO_LITTLE_DISK,
    TOO_LITTLE_MEMORY,
)
from zoodsl.plan.steps import Memory

GB = 10**9
MB = 10**6

HEAP_SHARE = 0.6
"""The share of the free memory that the Java heap may take: native code and Python need the rest."""

LEAST_HEAP = 4 * GB
"""The heap that is not worth going below where the machine has it: Java returns what it does not use."""

SMALLEST_HEAP = 512 * 2**20
"""The smallest heap in round numbers with which Spark starts: it asks for 1.5 times the 300 MiB that it reserves."""

LEAST_DISK = 64 * MB
"""What logs, plots and events take, generously."""

SAVED_MODELS = 6
"""How often the weights are written: last and best checkpoint with the optimizer's state, model, prediction model."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What this process may use now: ``cores``, and ``memory``, the bytes that are free."""

    cores: int
    memory: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """What a run takes: the Spark ``master``, its ``cores``, and the Java ``heap`` in bytes."""

    master: str
    cores: int
    heap: int


def this_machine() -> Machine:
    """What this process may use now, as the system and its control group (a container's limits) allow."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = (whole, _meminfo_available(), _control_group_free())
    return Machine(cores, min(limit for limit in limits if limit is not None))


def _meminfo_available() -> int | None:
    """``MemAvailable``: free memory and caches that would be given up; None on systems other than Linux."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def _control_group_free() -> int | None:
    """What is left below a container's limit; None where there is none."""
    try:
        limit, used = (
            Path(f"/sys/fs/cgroup/memory.{name}").read_text(encoding="ascii").strip()
            for name in ("max", "current")
        )
    except OSError:
        return None
    return None if limit == "max" else max(0, int(limit) - int(used))


def allot(
    batch: int,
    memory: Memory,
    machine: Machine,
    *,
    master: str | None,
    heap: int | None,
    diagnostics: Diagnostics,
) -> Allotment | None:
    """The master, cores and heap of a run; None with a diagnostic where the machine cannot do it."""
    if master is None:
        cores = max(_divisors(batch, lambda divisor: divisor <= machine.cores))
    elif (given := _cores(master, machine)) is None:
        diagnostics.report(
            NOT_A_LOCAL_MASTER,
            None,
            f"`{master}` is not a local master",
            help="`--master local[4]` trains on 4 cores of this machine; for a cluster, compile the spec and give the "
            "program to `spark-submit`",
        )
        return None
    elif batch % given:
        _report_cores(batch, given, diagnostics)
        return None
    else:
        cores = given
    heap = _heap(memory, cores, machine, heap, diagnostics)
    return None if heap is None else Allotment(f"local[{cores}]", cores, heap)


def _cores(master: str, machine: Machine) -> int | None:
    """The cores of a local master, None if it is none."""
    found = re.fullmatch(r"local(?:\[(\*|[1-9]\d*)(?:,\s*\d+)?\])?", master.strip())
    if found is None:
        return None
    return machine.cores if found[1] == "*" else int(found[1] or 1)


def _divisors(batch: int, wanted: Callable[[int], bool]) -> list[int]:
    return [divisor for divisor in range(1, batch + 1) if batch % divisor == 0 and wanted(divisor)]


def _report_cores(batch: int, cores: int, diagnostics: Diagnostics) -> None:
    below = batch - batch % cores
    sizes = [f"`{size}`" for size in (below, below + cores) if size]
    counts = [
        f"`local[{count}]`"
        for count in (
            *_divisors(batch, lambda divisor: divisor < cores)[-1:],
            *_divisors(batch, lambda divisor: divisor > cores)[:1],
        )
    ]
    diagnostics.report(
        CORES_DO_NOT_DIVIDE,
        None,
        f"a batch of {batch} records cannot be shared equally by {cores} cores",
        help=f"take `--master` {' or '.join(counts)}, or `batch` {' or '.join(sizes)}",
    )


def _heap(
    memory: Memory, cores: int, machine: Machine, wished: int | None, diagnostics: Diagnostics
) -> int | None:
    """The Java heap in bytes.

    As wished, else three times the estimate (it is right to a factor of two) or ``LEAST_HEAP``, but at most the
    machine's share, and never below the estimate.
    """
    need, free = memory.total(cores), machine.memory
    if wished is not None and wished > free:
        diagnostics.report(
            TOO_LITTLE_MEMORY,
            None,
            f"{size(wished)} of memory are asked for, and {size(free)} are free on this machine",
            help="ask for less with `--memory`, or leave it out: the run then takes what it needs",
        )
        return None
    if wished is not None and wished < SMALLEST_HEAP:
        diagnostics.report(
            TOO_LITTLE_MEMORY,
            None,
            f"{size(wished)} of memory are asked for, and Spark starts with {SMALLEST_HEAP // 2**20}m or more",
            help="ask for more with `--memory`, or leave it out: the run then takes what it needs",
        )
        return None
    if wished is None and need > free:
        diagnostics.report(
            TOO_LITTLE_MEMORY,
            None,
            f"training needs about {size(need)} of memory, and {size(free)} are free on this machine",
            help=f"{size(memory.activations)} of it are the layers' outputs for one batch, so a smaller `batch` needs "
            "less; `zoodsl plan` shows what takes how much",
        )
        return None
    return wished or max(need, min(max(3 * need, LEAST_HEAP), int(HEAP_SHARE * free)))


def enough_disk(folder: Path, memory: Memory, diagnostics: Diagnostics) -> bool:
    """Whether the disk of ``folder``, which need not exist yet, has room for what a run writes; reported if not."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    need = LEAST_DISK + SAVED_MODELS * memory.weights
    free = shutil.disk_usage(there).free
    if free >= need:
        return True
    diagnostics.report(
        TOO_LITTLE_DISK,
        None,
        f"a run writes about {size(need)}, and {size(free)} are free on the disk of `{folder}`",
        help="make room (`zoodsl runs prune --keep 5` removes old runs), or write elsewhere with `--out`",
    )
    return False


def size(count: int) -> str:
    """Bytes in the unit that people say.

    >>> size(1_500_000_000), size(900), size(64_000_000)
    ('1.5 GB', '900 bytes', '64 MB')
    """
    for unit, scale in (("GB", GB), ("MB", MB), ("kB", 1000)):
        if count >= scale:
            return f"{count / scale:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"
