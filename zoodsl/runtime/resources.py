"""Cores, memory and disk: what the machine has, what the plan needs, and what a run therefore takes."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.clusters import EXECUTORS_NOT_SAID
from zoodsl.diagnostics.rules.running import (
    CORES_DO_NOT_DIVIDE,
    NOT_A_MASTER,
    TOO_LITTLE_DISK,
    TOO_LITTLE_MEMORY,
)
from zoodsl.model.experiments import Cluster
from zoodsl.plan.steps import Memory
from zoodsl.runtime.cluster import Executors

GB = 10**9
MB = 10**6

HEAP_SHARE = 0.6
"""The share of the free memory that the Java heap may take: native code and Python need the rest."""

LEAST_HEAP = 4 * GB
"""The heap that is not worth going below where the machine has it: Java returns what it does not use."""

SMALLEST_HEAP = 512 * 2**20
"""The smallest heap in round numbers with which Spark starts: it asks for 1.5 times the 300 MiB that it reserves."""

LEAST_EXECUTOR = 2 * GB
"""The heap of an executor elsewhere that is not worth going below."""

CLUSTER_ADDRESS = r"spark://[^\s,:/]+:[1-9]\d*"
"""Spark's own clusters, by the host and the port of their master."""

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
    """What a run takes: the Spark ``master``, the ``cores`` that share a batch, and the Java ``heap`` in bytes.

    With ``executors``, which are processes of their own, the heap is that of the driver.
    """

    master: str
    cores: int
    heap: int
    executors: Executors | None = None


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


def allot(  # noqa: PLR0913 - each says something else
    batch: int | None,
    memory: Memory,
    machine: Machine,
    *,
    master: str | None,
    heap: int | None,
    diagnostics: Diagnostics,
    cluster: Cluster | None = None,
) -> Allotment | None:
    """The master, cores and heap of a run; None with a diagnostic where the machine cannot do it.

    Cores share a ``batch`` equally; where there is none, any number of cores will do. A ``cluster`` is made on this machine
    unless ``master`` says where it is; a local master stands in its place. ``heap`` is what the command line wishes: of
    each executor, where there are some.
    """
    local = None if master is None else _cores(master, machine)
    if master is None and cluster is None:
        fitting = (
            range(1, machine.cores + 1)
            if batch is None
            else _divisors(batch, lambda each: each <= machine.cores)
        )
        local = max(fitting)
    elif master is not None and local is None and not re.fullmatch(CLUSTER_ADDRESS, master):
        diagnostics.report(
            NOT_A_MASTER,
            None,
            f"`{master}` is no master that a run goes to",
            help="`--master local[4]` trains on 4 cores of this machine, `--master spark://host:7077` on a cluster; for "
            "other clusters, compile the spec and give the program to `spark-submit`",
        )
        return None
    elif local is None and cluster is None:
        diagnostics.report(
            EXECUTORS_NOT_SAID,
            None,
            f"`{master}` does not say how many executors train",
            help="add `--executors 4 --cores 8`, or a section `cluster` to the spec",
        )
        return None
    cores = local or (cluster.all_cores if cluster else 1)
    if batch is not None and batch % cores:
        _report_cores(batch, cores, diagnostics, on_executors=local is None)
        return None
    if local is None and cluster is not None:
        return _allot_cluster(cluster, memory, machine, master, heap, diagnostics)
    heap = _heap(memory, cores, machine, heap, diagnostics)
    return None if heap is None else Allotment(f"local[{cores}]", cores, heap)


def _allot_cluster(
    cluster: Cluster,
    memory: Memory,
    machine: Machine,
    master: str | None,
    wished: int | None,
    diagnostics: Diagnostics,
) -> Allotment | None:
    """The driver's and the executors' heaps: as wished, or three times the estimate; on this machine, all in its memory."""
    need = memory.total(cluster.cores)
    processes = 1 if master else cluster.executors + 1
    given = wished or cluster.memory
    sized = replace(machine, memory=machine.memory // processes)
    driver = _heap(memory, 1, sized, None, diagnostics)
    if driver is None:
        return None
    free = machine.memory - (0 if master else cluster.executors * (given or need))
    if not master and free < SMALLEST_HEAP:
        diagnostics.report(
            TOO_LITTLE_MEMORY,
            None,
            f"{cluster.executors} executors with {size(given or need)} of memory each are asked for, and "
            f"{size(machine.memory)} are free on this machine",
            help="take fewer executors, or give each less",
        )
        return None
    heap = given or max(need, min(3 * need, LEAST_EXECUTOR if master else int(HEAP_SHARE * sized.memory)))
    where = master or f"local-cluster[{cluster.executors},{cluster.cores},{heap // 2**20}]"
    executors = Executors(cluster.executors, cluster.cores, max(heap, SMALLEST_HEAP))
    return Allotment(where, cluster.all_cores, min(driver, max(free, SMALLEST_HEAP)), executors)


def _cores(master: str, machine: Machine) -> int | None:
    """The cores of a local master, None if it is none."""
    found = re.fullmatch(r"local(?:\[(\*|[1-9]\d*)(?:,\s*\d+)?\])?", master.strip())
    if found is None:
        return None
    return machine.cores if found[1] == "*" else int(found[1] or 1)


def _divisors(batch: int, wanted: Callable[[int], bool]) -> list[int]:
    return [divisor for divisor in range(1, batch + 1) if batch % divisor == 0 and wanted(divisor)]


def _report_cores(batch: int, cores: int, diagnostics: Diagnostics, *, on_executors: bool = False) -> None:
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
        help=f"take `batch` {' or '.join(sizes)}, or other `--executors` and `--cores`"
        if on_executors
        else f"take `--master` {' or '.join(counts)}, or `batch` {' or '.join(sizes)}",
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
