"""What a generated program says of phases: what each leaves as it is, and what it trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zoodsl.model.nodes import LayerNode
from zoodsl.plan.steps import Fit, PlannedPhase
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.network import holder_name
from zoodsl.targets.bigdl.segments import Segments
from zoodsl.targets.pyast import Call, Expression, Listing, Name, Noted, Statement, Table, call


def has_phases(fit: Fit) -> bool:
    """Whether there is more to say than that the whole network is trained to the end."""
    return len(fit.phases) > 1 or any(phase.frozen for phase in fit.phases)


def statements(fit: Fit, parts: Segments, keys: Sequence[str | None]) -> Iterator[Statement]:
    """``PHASES`` and ``SHARES``, each where there is something to say; ``keys`` are of each phase's features."""
    if has_phases(fit):
        phases = Listing(
            tuple(
                Noted(_phase(phase, fit, parts, key), phase.span)
                for phase, key in zip(fit.phases, keys, strict=True)
            )
        )
        yield Statement(before="PHASES = ", value=phases)
    if fit.optimize.shares:
        shares = tuple(
            (holder_name(node), share.share)
            for share in fit.optimize.shares
            for node in fit.network.layers
            if node.name in share.layers
        )
        yield Statement(before="SHARES = ", value=Table(shares), span=fit.optimize.shares[0].span)


def _phase(phase: PlannedPhase, fit: Fit, parts: Segments, key: str | None) -> Call:
    keywords: dict[str, Expression] = {}
    if phase.epochs is not None:
        keywords["epochs"] = phase.epochs
    trained: tuple[LayerNode, ...] = fit.network.layers
    if phase.boundary is not None:
        division = parts.divisions[phase.boundary]
        further: dict[str, Expression] = {"stored": True} if phase.stored else {}
        if key is not None:
            further["key"] = key
        keywords["boundary"] = call(
            helper("Boundary"), Name(division.before), Name(division.after), division.node.shape, **further
        )
        trained = tuple(layer for part in parts.after(phase.boundary) for layer in part.network.layers)
    held = tuple(holder_name(node) for node in trained if node.name in phase.frozen)
    if held:
        keywords["held"] = Listing(held)
    return call(helper("Phase"), **keywords)
