"""A request: everything that a run is given. Nothing of it is looked up elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zoodsl.plan.explain import describe
from zoodsl.plan.steps import Memory, Plan
from zoodsl.source import SourceFile, Span
from zoodsl.targets.target import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says about a run, apart from the spec.

    Args:
        master: a Spark master, ``local[4]``; None takes the most cores of this machine that divide the batch.
        heap: the Java heap in bytes; None sizes it from the machine and the plan.
        out: the run folder; None makes a new one, ``runs/<spec>/<time>``.
        runs: where new run folders are made and old ones are looked for.
        resume: go on with an interrupted or failed run, ``out`` or else the spec's newest.
        features: the folder or address that keeps features for other runs; None keeps none.
    """

    master: str | None = None
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
        batch: records an iteration, over all cores.
        memory: the plan's estimate.
        root: the folder at which the spec's relative paths start.
        options: what the command line says.
    """

    name: str
    spec: SourceFile
    program: Program
    layers: Mapping[str, Span]
    plan: Mapping[str, Any]
    batch: int
    memory: Memory
    root: Path
    options: Options = field(default_factory=Options)


def request(plan: Plan, program: Program, spec: SourceFile, options: Options) -> RunRequest:
    """The request to run ``program``, which was generated from ``plan``, itself made of ``spec``."""
    return RunRequest(
        name=plan.name,
        spec=spec,
        program=program,
        layers={layer.name: layer.span for layer in plan.layers},
        plan=describe(plan),
        batch=plan.fit.train.batch,
        memory=plan.memory,
        root=Path(plan.spec.path).absolute().parent,
        options=options,
    )
