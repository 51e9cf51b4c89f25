"""The pass that takes a wholly frozen beginning of the network out of training.

What is frozen, gives the same for the same row and is passed by every path gives features: they are computed without a
backward pass, once where the rows are the same each epoch, and only what follows is trained on them. The meaning
stays: the features are what the trained layers would have been given, and what is not in the trained network cannot move
(BatchNormalization's statistics, weight decay, an optimizer's moments).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zoodsl.model.graph import ancestors, is_random
from zoodsl.model.nodes import LayerNode, Network, Part
from zoodsl.plan.cost import features_bytes, frozen_memory, memory
from zoodsl.plan.steps import AnyStage, Extract, Fit, Memory, Plan, PlannedPhase, Prepare


def split_off_frozen_prefix(plan: Plan) -> Plan:
    """``plan`` with a boundary in every phase that has one, and the stages that compute features up to it."""
    fit = plan.fit
    if fit is None:
        return plan
    prepared = next(stage for stage in plan.stages if isinstance(stage, Prepare) and stage.part is Part.TRAIN)
    phases = tuple(_bounded(phase, fit.network, stored=prepared.deterministic) for phase in fit.phases)
    if phases == fit.phases:
        return plan
    extracts = tuple(_extracts(phases, fit, plan.stages))
    given = fit.inputs if any(phase.boundary is None for phase in phases) else ()
    trained = replace(fit, phases=phases, inputs=(*given, *(stage.name for stage in extracts)))
    stages: list[AnyStage] = []
    for stage in plan.stages:
        stages += (*extracts, trained) if stage is fit else (stage,)
    largest = max((_memory(plan, fit, phase) for phase in phases), key=lambda each: each.total(1))
    return replace(plan, stages=tuple(stages), memory=largest)


def _bounded(phase: PlannedPhase, network: Network, *, stored: bool) -> PlannedPhase:
    found = boundary(network, phase.frozen)
    return phase if found is None else replace(phase, boundary=found, stored=stored)


def boundary(network: Network, frozen: frozenset[str]) -> str | None:
    """The last node up to which the network holds still and which every path passes; None where there is none.

    It holds still where each layer with weights is ``frozen`` and none is random. There is one only where something
    with weights lies before it, and something to train after it.
    """
    layers = {layer.name: layer for layer in network.layers}
    still: set[str] = {node.name for node in network.inputs}
    for layer in network.layers:
        if _holds_still(layer, frozen) and still.issuperset(layer.inputs):
            still.add(layer.name)
    for layer in reversed(network.layers):
        if layer.name not in still or layer.name == network.output:
            continue
        before = ancestors(network, layer.name)
        weighted = any(layers[name].weights for name in before if name in layers)
        if weighted and _passed_by_all(network, layer.name, before):
            return layer.name
    return None


def _passed_by_all(network: Network, name: str, before: frozenset[str]) -> bool:
    """Whether what follows ``name`` reads nothing else of what comes ``before`` it."""
    if not before.issuperset(node.name for node in network.inputs):
        return False
    inner = before - {name}
    return all(inner.isdisjoint(layer.inputs) for layer in network.layers if layer.name not in before)


def _holds_still(layer: LayerNode, frozen: frozenset[str]) -> bool:
    return not is_random(layer.operation) and (layer.name in frozen or not layer.weights)


def _extracts(phases: tuple[PlannedPhase, ...], fit: Fit, stages: tuple[AnyStage, ...]) -> Iterator[Extract]:
    """The features of each part that training reads, for each boundary in turn."""
    shapes = {layer.name: layer.shape for layer in fit.network.layers}
    prepared = [stage for stage in stages if isinstance(stage, Prepare) and stage.name in fit.inputs]
    told: set[str] = set()
    for phase in phases:
        if phase.boundary is None or phase.boundary in told:
            continue
        told.add(phase.boundary)
        for stage in prepared:
            yield Extract(
                span=phase.span,
                name=f"features/{phase.boundary}/{stage.part.value}",
                inputs=(stage.name,),
                deterministic=stage.deterministic,
                part=stage.part,
                boundary=phase.boundary,
                shape=shapes[phase.boundary],
            )


def _memory(plan: Plan, fit: Fit, phase: PlannedPhase) -> Memory:
    """What training needs in this phase."""
    if phase.boundary is None:
        return plan.memory
    before = ancestors(fit.network, phase.boundary)
    shape = next(layer.shape for layer in fit.network.layers if layer.name == phase.boundary)
    rows = plan.spec.data.parts[Part.TRAIN].count
    features = None if rows is None else rows * features_bytes(shape)
    kept = features if phase.stored or features is None else _sum(features, plan.memory.data)
    trained = memory(
        tuple(layer for layer in plan.layers if layer.name not in before),
        (shape,),
        fit.optimize.optimizer,
        fit.train.batch,
        kept,
    )
    frozen, inference = frozen_memory(tuple(layer for layer in plan.layers if layer.name in before))
    return replace(trained, frozen=frozen, inference=inference)


def _sum(first: int, second: int | None) -> int | None:
    return None if second is None else first + second
