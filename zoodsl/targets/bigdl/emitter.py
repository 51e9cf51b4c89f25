"""The emitter: a plan as a standalone program of plain pyspark and BigDL calls.

Its own part is short and says what the spec says, with the spec's line behind each statement. What it takes to carry
that out (readers, splits, the training loop, ...) are the helper modules of ``library``, put in whole and only when used.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.targets import UNSUPPORTED_LAYER
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl import data, phases, script, training
from zoodsl.targets.bigdl.feature_keys import feature_keys
from zoodsl.targets.bigdl.network import network_functions, unsupported
from zoodsl.targets.bigdl.page import assemble
from zoodsl.targets.bigdl.pretrained import attachments
from zoodsl.targets.bigdl.segments import segments
from zoodsl.targets.pyast import Function, Page, Statement, file_name
from zoodsl.targets.target import Program


def emit(plan: Plan, diagnostics: Diagnostics) -> Program | None:
    """The program of ``plan``; None, with a diagnostic for each, where BigDL lacks what it needs."""
    lacking = list(unsupported(plan.fit.network))
    for node, why in lacking:
        diagnostics.report(UNSUPPORTED_LAYER, node.span, why.reason, help=why.help)
    if lacking:
        return None
    attached = attachments(plan.fit.network)
    pretrained = next(iter(attached), None)
    keys = feature_keys(plan)
    page = assemble(
        script.docstring(plan, pretrained), _own_part(plan, pretrained, keys), file_name(plan.spec.path)
    )
    return Program(
        target="bigdl",
        text=page.text,
        provenance=page.origins,
        attachments=attached,
        features=any(keys),
    )


def _own_part(plan: Plan, pretrained: str | None, keys: Sequence[str | None]) -> Page:
    """The part of the program that is written for this plan.

    ``pretrained`` is the file of weights beside it; ``keys`` are of each phase's features.
    """
    kept = any(keys)
    spec, fit = plan.spec, plan.fit
    better = training.better_by_name(fit)
    parameters = sum(layer.parameters for layer in plan.layers)
    settings = training.training_settings(fit, better, redrawn=data.is_redrawn(spec.preprocess))
    parts = segments(fit)
    blocks: list[Function | tuple[Statement, ...]] = [
        data.rows_function(spec.data),
        data.preprocessing_function(spec.preprocess, fit.network.inputs),
        *network_functions(fit.network, parameters, fit.train.seed, parts, pretrained),
        training.criterion_function(fit),
        training.optimizer_function(fit),
        training.schedule_function(fit, better),
        (
            data.features_statement(spec.data, spec.preprocess),
            data.label_statement(spec.data, fit.optimize.loss.operator.name),
            Statement(before="TRAINING = ", value=settings),
            *phases.statements(fit, parts, keys),
            *script.metrics_statements(plan),
        ),
        script.pipeline_function(plan, kept=kept),
        script.load_function(),
        script.main_function(plan, kept=kept),
    ]
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
