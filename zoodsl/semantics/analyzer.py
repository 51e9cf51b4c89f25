"""The analysis of a whole file: from syntax to the model, every mistake reported in one go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Data, Evaluate, Keep, Network, Optimize, Part, Spec, Train
from zoodsl.semantics.coherence import check_inputs, check_loss, check_metrics, check_plots
from zoodsl.semantics.contents import check_contents
from zoodsl.semantics.data import DataDraft, resolve_data
from zoodsl.semantics.declarations import check_overrides, declare, report_unused, settings
from zoodsl.semantics.imports import Importer, Read, read_source
from zoodsl.semantics.network import resolve_network
from zoodsl.semantics.optimize import OptimizeDraft, resolve_optimize
from zoodsl.semantics.preprocess import resolve_preprocess
from zoodsl.semantics.scope import Budget, Scope
from zoodsl.semantics.timing import (
    check_batch,
    check_lengths,
    check_monitors,
    check_parts,
    check_warmup,
    keep,
)
from zoodsl.semantics.train import TrainDraft, resolve_evaluate, resolve_train
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, File, Section
from zoodsl.syntax.parser import parse

LATER = ("base", "predict", "property", "experiment", "cluster")
"""Sections that parse, and that this version does not carry out."""


def analyze(
    file: File,
    diagnostics: Diagnostics,
    *,
    overrides: Mapping[str, Expression] | None = None,
    read: Read = read_source,
) -> Spec | None:
    """The meaning of ``file``; None where a part of it is missing or in error.

    Mistakes go to ``diagnostics``, all of them. ``overrides`` are values of params from outside, by name, and
    ``read`` gives the files that are imported. A file of blocks alone is a library: it is checked, and is no spec.
    """
    # After a syntax error parts of the tree may be missing, and what is missing was reported there.
    whole = not diagnostics.has_errors
    given = {} if overrides is None else overrides
    torn = frozenset(
        (each.span.file.path, each.span.begin.line) for each in diagnostics.sorted() if each.span
    )
    scope = Scope(diagnostics, budget=Budget(torn=torn))
    importer = Importer(read, parse, diagnostics)
    importer.open.append((os.path.normpath(file.source.path), None))
    declare(file, scope, importer, given)
    check_overrides(file, scope, given)
    sections = _sections(file, diagnostics)
    if not sections:
        if whole and not file.declarations:
            _report_missing(file, sections, diagnostics)
        return None
    if whole:
        _report_missing(file, sections, diagnostics)
    spec = _spec(file, scope, sections, given)
    if whole:
        report_unused(file, scope)
    return spec


def _sections(file: File, diagnostics: Diagnostics) -> dict[str, Section]:
    """The sections by keyword; a second one of a kind, and those of later versions, are reported."""
    found: dict[str, Section] = {}
    for section in file.declarations:
        if not isinstance(section, Section):
            continue
        keyword = section.keyword.text
        if keyword in LATER:
            diagnostics.report(
                statement_rules.NOT_YET,
                section.keyword.span,
                f"this version of zoodsl does not carry out `{keyword}` yet",
                help="remove the section",
            )
        elif keyword in found:
            diagnostics.report(
                statement_rules.REPEATED_SECTION,
                section.keyword.span,
                f"there are two sections `{keyword}`",
                help="keep one, with the settings of both",
                labels=[Label(found[keyword].keyword.span, "the first one")],
            )
        else:
            found[keyword] = section
    return found


def _report_missing(file: File, sections: Mapping[str, Section], diagnostics: Diagnostics) -> None:
    missing = [f"`{keyword}`" for keyword in ("data", "network", "optimize") if keyword not in sections]
    if missing:
        end = len(file.source.text.rstrip())
        diagnostics.report(
            statement_rules.MISSING_SECTION,
            Span(file.source, max(0, end - 1), end),
            f"this spec has no section {' and no section '.join(missing)}",
            help="a spec has `data`, `network` and `optimize`; one that has none of them is a library",
        )


def _spec(
    file: File, scope: Scope, sections: Mapping[str, Section], overrides: Mapping[str, Expression]
) -> Spec | None:
    """Resolves each section, checks that they fit together, and joins them."""
    diagnostics = scope.diagnostics
    root = str(Path(file.source.path).parent)
    data = resolve_data(sections["data"], scope, root) if "data" in sections else None
    feature = None if data is None else data.feature
    place = file.span if data is None else data.span
    preprocess = resolve_preprocess(sections.get("preprocess"), feature, place, scope)
    network = resolve_network(sections["network"], scope) if "network" in sections else None
    optimize = resolve_optimize(sections["optimize"], scope) if "optimize" in sections else None
    train = resolve_train(sections.get("train"), file.span, scope)
    evaluate = resolve_evaluate(sections.get("evaluate"), file.span, scope)
    if network is not None and feature is not None and preprocess is not None:
        check_inputs(network, feature, preprocess, diagnostics)
    kept = _check_training(data, optimize, train, evaluate, network, diagnostics)
    if data is None or optimize is None or network is None or preprocess is None or evaluate is None:
        return None
    model_data, model_optimize = _data(data), _optimize(optimize)
    model_train = _train(train, kept)
    if model_data is None or model_optimize is None or model_train is None:
        return None
    return Spec(
        span=file.span,
        name=Path(file.source.path).stem,
        path=file.source.path,
        doc="" if file.doc is None else file.doc.value,
        settings=settings(file, scope, overrides),
        data=model_data,
        preprocess=preprocess,
        network=network,
        optimize=model_optimize,
        train=model_train,
        evaluate=evaluate,
    )


def _check_training(
    data: DataDraft | None,
    optimize: OptimizeDraft | None,
    train: TrainDraft,
    evaluate: Evaluate | None,
    network: Network | None,
    diagnostics: Diagnostics,
) -> Keep | None:
    """Checks loss, metrics, parts, batch and schedule against each other; gives what ``keep`` means."""
    rows = None if data is None or data.parts is None else data.parts[Part.TRAIN]
    if data is not None:
        check_contents(data, diagnostics)
    label = None if data is None else data.label
    if optimize is not None and optimize.loss is not None:
        check_loss(optimize.loss, label, network, diagnostics)
    if label is not None and train.validate is not None:
        check_metrics(train.validate.metrics, label, diagnostics)
    if label is not None and evaluate is not None:
        check_metrics(evaluate.metrics, label, diagnostics)
        check_plots(evaluate, label, diagnostics)
    if data is not None and not data.split_in_error:
        check_parts(data.split, train, evaluate, diagnostics)
    if data is not None and rows is not None:
        check_batch(train, rows, data.frames[0].span, diagnostics)
    if optimize is not None:
        check_lengths(optimize, train, rows, diagnostics)
        check_warmup(optimize, diagnostics)
        for segment in optimize.schedule or ():
            check_monitors(segment.schedule, train, diagnostics, needs_validation=False)
    if train.stop is not None:
        check_monitors(train.stop, train, diagnostics, needs_validation=True)
    return keep(train, diagnostics)


def _data(draft: DataDraft) -> Data | None:
    if draft.feature is None or draft.label is None or draft.parts is None:
        return None
    return Data(
        span=draft.span,
        frames=tuple(draft.frames),
        feature=draft.feature,
        label=draft.label,
        split=draft.split,
        parts=draft.parts,
    )


def _optimize(draft: OptimizeDraft) -> Optimize | None:
    if draft.loss is None or draft.optimizer is None or draft.schedule is None:
        return None
    return Optimize(span=draft.span, loss=draft.loss, optimizer=draft.optimizer, schedule=draft.schedule)


def _train(draft: TrainDraft, kept: Keep | None) -> Train | None:
    if (
        not draft.good
        or draft.seed is None
        or draft.batch is None
        or draft.epochs is None
        or draft.checkpoint_every is None
        or draft.log is None
    ):
        return None
    return Train(
        span=draft.span,
        seed=draft.seed,
        batch=draft.batch,
        epochs=draft.epochs,
        validate=draft.validate,
        stop=draft.stop,
        checkpoint_every=draft.checkpoint_every,
        keep=kept,
        log=draft.log,
        places=draft.places,
    )
