"""The emitter: a plan as a standalone program of plain pyspark and BigDL calls.

Its own part is short and says what the spec says, with the spec's line behind each statement. What it takes to carry
that out (readers, splits, the training loop, ...) are the helper modules of ``library``, put in whole and only when used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.targets import UNSUPPORTED_LAYER
from zoodsl.model.nodes import Network, PreprocessStep
from zoodsl.plan.steps import Fit, Plan
from zoodsl.targets.bigdl import data, phases, script, series, tasks, training
from zoodsl.targets.bigdl.bindings.transforms import mean_images
from zoodsl.targets.bigdl.feature_keys import feature_keys
from zoodsl.targets.bigdl.network import network_functions, unsupported
from zoodsl.targets.bigdl.page import assemble
from zoodsl.targets.bigdl.pretrained import attachments
from zoodsl.targets.bigdl.segments import segments
from zoodsl.targets.pyast import Function, Page, Statement, file_name
from zoodsl.targets.target import Program


def emit(plan: Plan, diagnostics: Diagnostics) -> Program | None:
    """The program of ``plan``; None, with a diagnostic for each, where BigDL lacks what it needs."""
    network = plan.spec.network
    lacking = [] if network is None else list(unsupported(network))
    for node, why in lacking:
        diagnostics.report(UNSUPPORTED_LAYER, node.span, why.reason, help=why.help)
    if lacking:
        return None
    attached = {} if network is None or plan.restored else attachments(network)
    pretrained = next(iter(attached), None)
    keys = () if plan.fit is None else feature_keys(plan.fit, plan.spec.preprocess)
    page = assemble(
        script.docstring(plan, pretrained), _own_part(plan, pretrained, keys), file_name(plan.spec.path)
    )
    return Program(
        target="bigdl",
        text=page.text,
        provenance=page.origins,
        attachments=attached | mean_images(_steps(plan)),
        features=any(keys),
    )


def _steps(plan: Plan) -> Iterator[PreprocessStep]:
    """All steps of preprocessing that the program carries out; those of a restored network come with it."""
    if plan.restored is not None:
        return
    yield from plan.spec.preprocess.steps
    yield from tasks.steps(plan)


Block = Function | tuple[Statement, ...]


def _own_part(plan: Plan, pretrained: str | None, keys: Sequence[str | None]) -> Page:
    """The part of the program that is written for this plan.

    ``pretrained`` is the file of weights beside it; ``keys`` are of each phase's features.
    """
    kept = any(keys)
    by = series.series_column(plan.spec.preprocess)
    further = () if by is None else (by,)
    blocks: list[Block] = []
    if script.reads(plan):
        blocks.append(data.rows_function(plan.spec.data, further, tuple(series.history(plan))))
    if plan.restored is not None:
        blocks += _restoring(plan)
    elif plan.fit is not None:
        blocks += _training(plan, plan.fit, pretrained, keys)
    elif plan.spec.network is not None:
        blocks += _applying(plan, plan.spec.network, pretrained)
    blocks += tasks.functions(plan)
    blocks.append(script.main_function(plan, kept=kept))
    page = Page()
    for block in blocks:
        if isinstance(block, Function):
            page.function(block)
        else:
            for statement in block:
                page.statement(statement)
        page.add("\n")
    page.add('if __name__ == "__main__":')
    page.statement(script.script_statement(plan, kept=kept), 4)
    return page


def _training(plan: Plan, fit: Fit, pretrained: str | None, keys: Sequence[str | None]) -> Iterator[Block]:
    """What trains the network."""
    spec = plan.spec
    better = training.better_by_name(fit)
    parameters = sum(layer.parameters for layer in plan.layers)
    settings = training.training_settings(fit, better, redrawn=data.is_redrawn(spec.preprocess))
    parts = segments(fit)
    yield data.preprocessing_function(spec.preprocess, fit.network.inputs)
    yield from network_functions(fit.network, parameters, fit.train.seed, parts, pretrained)
    yield training.criterion_function(fit)
    yield training.optimizer_function(fit)
    yield training.schedule_function(fit, better)
    yield (
        data.features_statement(spec.data, spec.preprocess),
        *data.label_statements(spec.data, spec.preprocess, fit.optimize.loss.operator.name),
        Statement(before="TRAINING = ", value=settings),
        *phases.statements(fit, parts, keys),
        *script.metrics_statements(plan),
    )
    yield script.pipeline_function(plan, fit, kept=any(keys))
    yield script.load_function(trained=True)


def _applying(plan: Plan, network: Network, pretrained: str | None) -> Iterator[Block]:
    """What applies a network that nothing trains."""
    spec = plan.spec
    parameters = sum(layer.parameters for layer in plan.layers)
    yield data.preprocessing_function(spec.preprocess, network.inputs)
    yield from network_functions(network, parameters, pretrained=pretrained, vector=True)
    yield (
        data.features_statement(spec.data, spec.preprocess),
        *data.label_statements(spec.data, spec.preprocess, None),
        *script.metrics_statements(plan),
    )
    yield script.applying_function(plan)
    yield script.load_function(trained=False)


def _restoring(plan: Plan) -> Iterator[Block]:
    """What brings a saved network back, which has its preprocessing with it."""
    spec = plan.spec
    loss = None if spec.optimize is None else spec.optimize.loss.operator.name
    yield (
        data.features_statement(spec.data, spec.preprocess),
        *data.label_statements(spec.data, spec.preprocess, loss),
        *script.metrics_statements(plan),
    )
    yield script.load_function(trained=False)
