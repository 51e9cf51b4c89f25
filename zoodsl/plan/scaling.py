"""How long an epoch takes on executors: a plain model of BigDL's synchronous training, to hold against measurements.

With B records a batch, N rows, E executors of C cores, of which the machine can run K at once (all of them, on a cluster
of machines), F FLOPs a record forward and P trained parameters:

    seconds an epoch = ceil(N / B) * (o + 3 F B / (min(E C, K) s) + x)

* o = 0.07 s: two Spark jobs that every iteration consists of, scheduled by the driver (``OVERHEAD``, measured);
* 3 F B FLOPs forward and backward, which costs twice the forward pass (Kaplan et al. 2020, section 2.1), at s FLOP/s a core;
* x = 4 P (E - 1) / E / b: each executor gets the weights of all slices but its own, and gives as many gradients, both as
  16 bit floats (BigDL's ``AllReduceParameter``), over links of b bytes a second (``BANDWIDTH``).

Unknown is s alone, by a factor of ten between networks: it is calibrated on the smallest run of an experiment, so that the
model foretells how time changes, not how long it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from zoodsl.catalog.schedules import iterations_per_epoch
from zoodsl.model.experiments import Cluster
from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import Part
from zoodsl.plan.steps import Plan

OVERHEAD = 0.07
"""Seconds of an iteration in which no executor computes: two Spark jobs."""

BACKWARD = 2
"""The backward pass costs so many forward passes."""

HALF_BYTES = 2
"""Weights and gradients travel as floats of 16 bits."""

BANDWIDTH = 1e9
"""Bytes a second between two executors, in one direction: of a loopback, or ten gigabits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What an epoch of training consists of.

    Args:
        rows: the training rows.
        batch: records an iteration, over all cores.
        executors: the processes that share it.
        cores: those of each.
        flops: of a record's forward pass through the layers that are trained.
        parameters: the trained ones.
    """

    rows: int
    batch: int
    executors: int
    cores: int
    flops: int
    parameters: int

    @property
    def iterations(self) -> int:
        """Of an epoch."""
        return iterations_per_epoch(self.rows, self.batch) or 0


def workload(plan: Plan, cluster: Cluster | None) -> Workload | None:
    """What the first phase of training does on ``cluster``; None without one, or where the plan's rows are unknown.

    ``cluster`` is the one that a run takes, which the command line may say otherwise than the spec.
    """
    fit = plan.fit
    rows = plan.spec.data.parts.get(Part.TRAIN)
    if fit is None or cluster is None or rows is None or rows.count is None:
        return None
    phase = fit.phases[0]
    apart = frozenset() if phase.boundary is None else ancestors(fit.network, phase.boundary)
    trained = [layer for layer in plan.layers if layer.name not in apart]
    return Workload(
        rows=rows.count,
        batch=fit.train.batch,
        executors=cluster.executors,
        cores=cluster.cores,
        flops=sum(layer.flops for layer in trained),
        parameters=sum(layer.parameters for layer in trained),
    )


def epoch_seconds(work: Workload, speed: float, machine_cores: int | None = None) -> float:
    """The seconds of an epoch where a core computes ``speed`` FLOP/s; ``machine_cores`` bounds those that run at once."""
    exchanged = 2 * HALF_BYTES * work.parameters * (work.executors - 1) / work.executors
    fixed = work.iterations * (OVERHEAD + exchanged / BANDWIDTH)
    return fixed + _core_flops(work, machine_cores) / speed


def calibrated(work: Workload, seconds: float, machine_cores: int | None = None) -> float:
    """The FLOP/s of a core with which the model gives ``seconds`` for an epoch; infinite where overhead alone takes them."""
    left = seconds - epoch_seconds(work, inf, machine_cores)
    return _core_flops(work, machine_cores) / left if left > 0 else inf


def _core_flops(work: Workload, machine_cores: int | None) -> float:
    """The FLOPs of an epoch that each of the cores computes."""
    cores = work.executors * work.cores
    at_once = cores if machine_cores is None else min(cores, machine_cores)
    return (1 + BACKWARD) * work.flops * work.batch * work.iterations / at_once
