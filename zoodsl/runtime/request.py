"""A request: everything that a run is given. Nothing of it is looked up elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zoodsl.model.experiments import Cluster
from zoodsl.model.spec import Spec
from zoodsl.model.stored import encode
from zoodsl.plan.explain import describe
from zoodsl.plan.steps import Memory, Plan
from zoodsl.runtime.cluster import is_local
from zoodsl.source import SourceFile, Span
from zoodsl.targets.target import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says about a run, apart from the spec.

    Args:
        master: a Spark master, ``local[4]`` or ``spark://host:7077``; None takes the spec's cluster, made on this machine,
            or without one the most cores of it that divide the batch.
        executors: how many processes train; None: as many as the spec's cluster says.
        cores: those of each executor, likewise.
        heap: the Java heap in bytes, of each executor where there are some; None sizes it from the machine and the plan.
        out: the run folder; None makes a new one, ``runs/<spec>/<time>``.
        runs: where new run folders are made and old ones are looked for.
        resume: go on with an interrupted or failed run, ``out`` or else the spec's newest.
        features: the folder or address that keeps features for other runs; None keeps none.
    """

    master: str | None = None
    executors: int | None = None
    cores: int | None = None
    heap: int | None = None
    out: Path | None = None
    runs: Path = Path("runs")
    resume: bool = False
    features: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A program and what is known about it.

    Args:
        name: the spec's name.
        spec: its text, kept in the run folder; failures point at the line at fault in it.
        program: the generated program, and where its lines come from.
        layers: where each layer stands in the spec, by name: the engine's messages name layers.
        plan: the plan's versioned description, kept as ``plan.json``.
        meaning: what the spec means, as ``model.stored`` has it, kept as ``spec.json``.
        batch: records an iteration, over all cores, which share them equally; None where nothing is trained.
        memory: the plan's estimate.
        cluster: the executors that train, see ``cluster_in_use``; None: this process.
        root: the folder at which the spec's relative paths start.
        options: what the command line says.
    """

    name: str
    spec: SourceFile
    program: Program
    layers: Mapping[str, Span]
    plan: Mapping[str, Any]
    meaning: Mapping[str, Any] = field(default_factory=dict)
    batch: int | None
    memory: Memory
    root: Path
    options: Options = field(default_factory=Options)
    cluster: Cluster | None = None


def request(plan: Plan, program: Program, spec: SourceFile, options: Options) -> RunRequest:
    """The request to run ``program``, which was generated from ``plan``, itself made of ``spec``."""
    return RunRequest(
        name=plan.name,
        spec=spec,
        program=program,
        layers={layer.name: layer.span for layer in plan.layers},
        plan=describe(plan),
        meaning=encode(plan.spec),
        batch=plan.batch,
        memory=plan.memory,
        root=Path(plan.spec.path).absolute().parent,
        options=options,
        cluster=cluster_in_use(plan.spec, options),
    )


def cluster_in_use(spec: Spec, options: Options) -> Cluster | None:
    """The executors that a run takes: the spec's with what the command line says otherwise, none on a local master.

    Executors have one core where only the command line says anything.
    """
    if options.master is not None and is_local(options.master):
        return None
    if options.executors is None and options.cores is None:
        return spec.cluster
    said = spec.cluster or Cluster(span=spec.span, executors=1, cores=1, memory=None)
    return replace(said, executors=options.executors or said.executors, cores=options.cores or said.cores)
