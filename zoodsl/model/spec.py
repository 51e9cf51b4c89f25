"""A whole spec, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zoodsl.model.experiments import Cluster, Experiment
from zoodsl.model.nodes import Data, Evaluate, Frame, Network, Optimize, Preprocess, Setting, Train
from zoodsl.model.properties import Property
from zoodsl.model.tasks import Detect, Predict, Task
from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A whole spec. ``path`` is the ``.zoo`` file as it was named; relative paths in it start at its folder.

    ``optimize`` and ``train`` are both None where nothing is trained: then the network is applied with the weights of its
    bases. ``network`` is None where the ``tasks`` need none. Without a ``cluster`` a run takes cores of this machine.
    ``properties`` are what must hold of it, for `zoodsl test`.
    ``counts`` are what the spec asked of whole columns, such as ``max(rows.user)``, and what it came to.
    """

    span: Span
    name: str
    path: str
    doc: str
    settings: tuple[Setting, ...]
    data: Data
    preprocess: Preprocess
    network: Network | None
    optimize: Optimize | None
    train: Train | None
    evaluate: Evaluate
    tasks: tuple[Task, ...] = ()
    experiment: Experiment | None = None
    cluster: Cluster | None = None
    properties: tuple[Property, ...] = ()
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All that is read: the frames of the data, and those that tasks have of their own."""
        own: list[Frame] = []
        for task in self.tasks:
            if isinstance(task, Predict) and task.part is None:
                own.append(task.frame)
            elif isinstance(task, Detect) and task.known is not None:
                own.append(task.known)
        return (*self.data.frames, *own)
