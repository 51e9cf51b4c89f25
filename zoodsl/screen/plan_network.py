"""A plan's network on the terminal: a row a layer, long frozen stretches of a base in one, and what each phase trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.table import Table
from rich.text import Text

from zoodsl.model.nodes import Base, LayerNode, Network
from zoodsl.model.printer import show_operation
from zoodsl.plan.steps import Fit, LayerCost, Plan, PlannedPhase
from zoodsl.types import elements, show

WIDE = 100
"""From this width on, the table of layers shows whole calls instead of operators' names."""

PREFIXES = ("", "k", "M", "G", "T", "P", "E")
"""Metric prefixes, a factor of 1000 from one to the next."""

FOLDED = 3
"""Stretches of a base longer than this become one row."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A layer, or a stretch of a base's layers that train alike."""

    nodes: Sequence[LayerNode]
    costs: Sequence[LayerCost]
    trains: str

    @property
    def name(self) -> str:
        if len(self.nodes) == 1:
            return self.nodes[0].name
        return f"{self.nodes[0].name} ... {self.nodes[-1].name}"


def layers_table(plan: Plan, network: Network, width: int) -> Table:
    """A row a layer, or a stretch of a base. ``<-`` names inputs where they are not just the row above.

    Shares are of the FLOPs. What is frozen in a phase or more says so.
    """
    flops = sum(layer.flops for layer in plan.layers)
    parameters = sum(layer.parameters for layer in plan.layers)
    phases = () if plan.fit is None else plan.fit.phases
    moved = frozenset[str]().union(
        *({layer.name for layer in network.layers} - phase.frozen for phase in phases)
    )
    statistics = sum(layer.statistics for layer in plan.layers if layer.name in moved)
    rows = tuple(_rows(plan, network, phases))
    names = max((len(row.name) for row in rows), default=0)
    told = any(row.trains for row in rows)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_footer=True)
    table.footer_style = "bold"
    table.add_column(
        "layer", "total", overflow="fold", min_width=min(names, width // 3), max_width=width // 3
    )
    table.add_column("operator", overflow="fold")
    table.add_column("output", no_wrap=True)
    table.add_column("parameters", f"{parameters:,}", justify="right", no_wrap=True)
    table.add_column("FLOPs", scaled(flops), justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    if told:
        table.add_column("training", overflow="fold")
    above = ""
    for node in network.inputs:
        table.add_row(Text(node.name), "input", show(node.shape), "", "", "")
        above = node.name
    for row in rows:
        last, count = row.nodes[-1], sum(cost.flops for cost in row.costs)
        trained = sum(cost.parameters for cost in row.costs)
        table.add_row(
            Text(row.name),
            Text(_operator(row, above, wide=width >= WIDE)),
            show(last.shape),
            f"{trained:,}" if trained else "",
            scaled(count) if count else "",
            _share(count / flops) if count else "",
            *((row.trains,) if told else ()),
        )
        above = last.name
    if statistics:
        table.caption = f"and {statistics:,} statistics that training moves without gradients"
        table.caption_justify = "left"
    return table


def _rows(plan: Plan, network: Network, phases: Sequence[PlannedPhase]) -> Iterator[_Row]:
    """The layers in order; neighbours of one base that train alike are one row where they are many."""
    pairs = [
        (node, cost, _trains(node, cost, phases))
        for node, cost in zip(network.layers, plan.layers, strict=True)
    ]
    # Layers without weights go along with those before them.
    state = ""
    placed = []
    for node, cost, trains in pairs:
        state = trains if cost.parameters + cost.statistics or node.base is None else state
        placed.append((node, cost, trains, (node.base, state)))
    for (base, _), group in groupby(placed, key=lambda each: each[3]):
        stretch = list(group)
        if base is not None and len(stretch) > FOLDED:
            nodes, costs, states, _ = zip(*stretch, strict=True)
            yield _Row(nodes, costs, next(filter(None, states), ""))
        else:
            for node, cost, trains, _ in stretch:
                yield _Row((node,), (cost,), trains)


def _trains(node: LayerNode, cost: LayerCost, phases: Sequence[PlannedPhase]) -> str:
    """When a layer is frozen, in a word or two; empty for one that never is, or that has no weights."""
    if not cost.parameters + cost.statistics or not phases:
        return ""
    frozen = [node.name in phase.frozen for phase in phases]
    if all(frozen):
        return "frozen"
    if not any(frozen):
        return ""
    return f"frozen in phase {_listed([place for place, each in enumerate(frozen, 1) if each])}"


def _operator(row: _Row, above: str, *, wide: bool) -> str:
    if len(row.nodes) > 1:
        return f"{len(row.nodes)} layers of {row.nodes[0].base}"
    node = row.nodes[0]
    call = show_operation(node.operation) if wide else node.operation.operator.name
    return call if node.inputs == (above,) else f"{call} <- {', '.join(node.inputs)}"


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 else "<0.1%"


def scaled(count: float, unit: str = "") -> str:
    """Three digits and a metric prefix: ``1.23 M``; whole below a thousand."""
    power = 0
    while count >= 999.5:
        count, power = count / 1000, power + 1
    number = f"{count:.3g}" if power else f"{count:.0f}"
    return f"{number} {PREFIXES[power]}{unit}".rstrip()


def bases_rows(network: Network) -> list[tuple[str, str]]:
    """The bases, as labels and texts."""
    return [(f"base {base.name}", _described(base)) for base in network.bases]


def phases_rows(plan: Plan, fit: Fit) -> list[tuple[str, str]]:
    """The bases, and what is trained when, as labels and texts; nothing where all there is is always trained."""
    phases, network = fit.phases, fit.network
    rows = bases_rows(network)
    for share in fit.optimize.shares:
        names = [node.name for node in network.layers if node.name in share.layers]
        rows.append((f"{100 * share.share:g}% of the rate", ", ".join(names)))
    if not any(phase.frozen for phase in phases):
        return rows
    shapes = {node.name: node.shape for node in network.layers}
    for place, phase in enumerate(phases, 1):
        trained = sum(layer.parameters for layer in plan.layers if layer.name not in phase.frozen)
        text = f"{_length(phase)}trains {trained:,} of {sum(layer.parameters for layer in plan.layers):,} parameters"
        if phase.boundary is not None:
            size = elements(shapes[phase.boundary])
            when = "computed once" if phase.stored else "computed anew each epoch, for rows drawn anew"
            text += f", on {size:,} features a row from {phase.boundary}, {when}"
        rows.append(("trained" if len(phases) == 1 else f"phase {place}", text))
    return rows


def _described(base: Base) -> str:
    turned = ", BGR: its first weights are turned round to take RGB" if base.turned else ""
    return base.path + turned


def _length(phase: PlannedPhase) -> str:
    if phase.epochs is None:
        return ""
    return f"{phase.epochs} epoch{'' if phase.epochs == 1 else 's'}; "


def _listed(places: Sequence[int]) -> str:
    *most, last = map(str, places)
    return f"{', '.join(most)} and {last}" if most else last
