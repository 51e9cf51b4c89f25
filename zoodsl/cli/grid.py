"""The grid of an experiment: a compilation for every combination, all checked before the first is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations as pairs

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostic, Diagnostics, Severity
from zoodsl.diagnostics.rules.experiments import CLUSTER_OVERRIDDEN, SAME_PROGRAM
from zoodsl.model.experiments import Cluster, Combination, Compared, Experiment, combinations, grid_size
from zoodsl.plan.scaling import Workload, workload
from zoodsl.runtime.cluster import is_local
from zoodsl.runtime.request import Options, cluster_in_use
from zoodsl.runtime.resources import size
from zoodsl.semantics.experiment import MOST
from zoodsl.source import Span
from zoodsl.syntax.comparing import compared, is_in_comparison

TARGET = "bigdl"


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic, and the numbers of the combinations in which it arises, from 0."""

    diagnostic: Diagnostic
    where: tuple[int, ...]


@dataclass(slots=True)
class Checked:
    """What the check of a grid gives.

    Args:
        findings: each diagnostic once, with where it arises.
        experiment: the section as it is resolved; None where no combination is right.
        works: what an epoch of each combination consists of, on the cluster that it would take.
        clusters: what the spec says of a cluster under each combination.
        name: the spec's.
    """

    findings: list[Finding] = field(default_factory=list)
    experiment: Experiment | None = None
    name: str = ""
    works: list[Workload | None] = field(default_factory=list)
    clusters: list[Cluster | None] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether any combination is in error."""
        return any(each.diagnostic.severity is Severity.ERROR for each in self.findings)


class Grid:
    """The combinations of a spec's experiment.

    A param that ``assignments`` set is no longer compared: the grid becomes narrower. ``lists`` are compared in place of
    what the spec compares. A spec that compares nothing, too much, or what cannot be, has a single combination without values, whose
    check says so.
    """

    def __init__(
        self,
        path: str,
        *,
        text: bytes | None,
        assignments: Mapping[str, str],
        values: str | None,
        lists: Sequence[tuple[str, str]],
    ) -> None:
        self.path, self._values, self._lists = path, values, lists
        self._assignments = assignments
        first = Compilation(path, text=text, overrides=assignments, values=values, compared=lists)
        self.source = first.source
        written = {} if first.tree is None or first.source is None else compared(first.tree)
        whole = Span(first.source, 0, 0) if first.source else None
        self.fixed = tuple(name for name in written if name in assignments)
        lists_left = tuple(
            Compared(span=whole, name=name, values=listed)
            for name, listed in written.items()
            if whole is not None and name not in assignments
        )
        good = bool(lists_left) and 0 < grid_size(lists_left) <= MOST and not _compares_wrongly(first)
        self.combinations = combinations(lists_left) if good else (Combination(()),)

    def compilation(self, number: int) -> Compilation:
        """The spec under the combination of this number; a new one each time, which keeps nothing when it is let go."""
        chosen = dict(self.combinations[number].values)
        text = None if self.source is None else self.source.text
        return Compilation(
            self.path,
            text=text,
            overrides={**self._assignments, **chosen},
            values=self._values,
            compared=self._lists,
        )

    def check(self, options: Options) -> Checked:
        """Takes every combination through all stages up to its program; ``options`` are those of the runs to come."""
        checked = Checked()
        told: dict[tuple[str, str, str], tuple[Diagnostic, list[int]]] = {}
        programs: list[tuple[bytes, object]] = []
        for number in range(len(self.combinations)):
            compiled = self.compilation(number)
            program = compiled.program(TARGET)
            for diagnostic in compiled.diagnostics:
                place = str(diagnostic.span) if diagnostic.span is None else _place(diagnostic.span)
                key = str(diagnostic.code), diagnostic.message, place
                told.setdefault(key, (diagnostic, []))[1].append(number)
            plan = compiled.plan
            checked.works.append(None if plan is None else workload(plan, cluster_in_use(plan.spec, options)))
            checked.clusters.append(None if plan is None else plan.spec.cluster)
            if plan is not None and program is not None:
                checked.experiment = checked.experiment or plan.spec.experiment
                checked.name = plan.name
                programs.append((sha256(program.text.encode()).digest(), _executors(plan.spec.cluster)))
        checked.findings = [Finding(diagnostic, tuple(where)) for diagnostic, where in told.values()]
        if len(programs) == len(self.combinations):
            checked.findings += self._equal(programs)
        return checked

    def _equal(self, programs: list[tuple[bytes, object]]) -> Iterable[Finding]:
        """A warning of the first two combinations that do not differ."""
        for first, second in pairs(range(len(programs)), 2):
            if programs[first] == programs[second]:
                one, other = self.combinations[first], self.combinations[second]
                differing = [
                    name for (name, a), (_, b) in zip(one.values, other.values, strict=True) if a != b
                ]
                sink = Diagnostics()
                sink.report(
                    SAME_PROGRAM,
                    None,
                    f"`{one}` and `{other}` are the same program",
                    help=f"{' and '.join(f'`{name}`' for name in differing)} changes nothing there: use it, or leave it out",
                )
                yield Finding(sink.sorted()[0], (first, second))
                return

    def overridden(self, clusters: Sequence[Cluster | None], options: Options) -> Diagnostic | None:
        """The refusal of an option in place of which the combinations differ; None without one.

        ``clusters`` are those of the combinations, in order.
        """
        heap = None if options.heap is None else size(options.heap)
        said = {"executors": options.executors, "cores": options.cores, "memory": heap}
        local = options.master is not None and is_local(options.master)
        for name, value in said.items():
            each_says = [None if each is None else getattr(each, name) for each in clusters]
            told = dict.fromkeys(each_says)
            if len(told) == 1 or not (local or value):
                continue
            option, written = ("--master", options.master) if local else (f"--{name}", value)
            amounts = (size(each) if name == "memory" else str(each) for each in told if each is not None)
            sink = Diagnostics()
            return sink.report(
                CLUSTER_OVERRIDDEN,
                next(each.span for each in clusters if each is not None),
                f"`{option} {written}` would take the place of the {name} that the experiment compares: {', '.join(amounts)}",
                help=f"leave `{option}` out, or give {self._deciding(each_says)} one value with `--set`",
            )
        return None

    def _deciding(self, numbers: Sequence[int | None]) -> str:
        """The params that the numbers of the combinations depend on: which change them while all others stay."""
        found = set()
        for (one, its), (other, theirs) in pairs(zip(self.combinations, numbers, strict=True), 2):
            changed = [name for (name, a), (_, b) in zip(one.values, other.values, strict=True) if a != b]
            if len(changed) == 1 and its != theirs:
                found.update(changed)
        return " and ".join(f"`{name}`" for name in sorted(found)) or "what it depends on"

    def named(self, where: Iterable[int]) -> str:
        """Combinations in words."""
        return "; ".join(str(self.combinations[number]) for number in where)


def _compares_wrongly(compiled: Compilation) -> bool:
    """Whether a param or a value is wrong where it is compared; set by a combination, it would be told again."""
    return compiled.tree is not None and any(
        each.severity is Severity.ERROR
        and each.span is not None
        and is_in_comparison(each.span, compiled.tree)
        for each in compiled.diagnostics
    )


def _place(span: Span) -> str:
    return f"{span.file.path}:{span.start}:{span.end}"


def _executors(cluster: Cluster | None) -> tuple[int, int] | None:
    return None if cluster is None else (cluster.executors, cluster.cores)
