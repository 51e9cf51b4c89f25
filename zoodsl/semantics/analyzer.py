"""The analysis of a whole file: from syntax to the model, every mistake reported in one go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zoodsl.catalog import series
from zoodsl.diagnostics import Diagnostic, Diagnostics, Label, Severity
from zoodsl.diagnostics.rules import network as network_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.experiments import Cluster, Experiment
from zoodsl.model.nodes import (
    Data,
    Evaluate,
    Keep,
    Network,
    Optimize,
    Part,
    Phase,
    Preprocess,
    RateShare,
    RowCount,
    Train,
)
from zoodsl.model.properties import Property
from zoodsl.model.spec import Spec
from zoodsl.semantics.coherence import (
    check_images_shown,
    check_inputs,
    check_loss,
    check_metrics,
    check_plots,
    check_told,
)
from zoodsl.semantics.contents import check_contents
from zoodsl.semantics.data import DataDraft, check_label_is_not_fed, report_unused_frames, resolve_data
from zoodsl.semantics.declarations import check_overrides, declare, report_unused, settings, settle
from zoodsl.semantics.echoes import without_echoes
from zoodsl.semantics.frequencies import counted
from zoodsl.semantics.imports import Importer, Read, read_source
from zoodsl.semantics.indices import check_indices
from zoodsl.semantics.judging import (
    check_baselines,
    check_labelled,
    check_of_series,
    check_parts_judged,
    check_thresholds,
    resolve_evaluate,
)
from zoodsl.semantics.network import resolve_network
from zoodsl.semantics.optimize import OptimizeDraft, resolve_optimize
from zoodsl.semantics.preprocess import resolve_preprocess
from zoodsl.semantics.ratings import with_estimates
from zoodsl.semantics.scope import Budget, Role, Scope
from zoodsl.semantics.tasks import RESOLVERS, WITHOUT_NETWORK, Whole, resolve_tasks
from zoodsl.semantics.timing import (
    check_batch,
    check_fixed_rate,
    check_lengths,
    check_monitors,
    check_parts,
    check_patience,
    check_warmup,
    keep,
)
from zoodsl.semantics.train import TrainDraft, resolve_train
from zoodsl.semantics.uncalled import check_uncalled
from zoodsl.source import Span
from zoodsl.syntax.nodes import Declaration, Expression, File, Section, Use
from zoodsl.syntax.parser import parse

if TYPE_CHECKING:
    from zoodsl.semantics.base_calls import BaseCalls

SEVERAL = ("base", "property")
"""Sections of which there may be several."""


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
    before = diagnostics.sorted()
    found = Diagnostics()
    spec = _analyzed(file, before, found, {} if overrides is None else overrides, read)
    for each in without_echoes(file, before, found.sorted()):
        diagnostics.add(each)
    return spec


def _analyzed(
    file: File,
    before: Sequence[Diagnostic],
    diagnostics: Diagnostics,
    given: Mapping[str, Expression],
    read: Read,
) -> Spec | None:
    """The meaning of ``file``, of whose text ``before`` has been reported."""
    # After a syntax error parts of the tree may be missing, and what is missing was reported there.
    whole = not any(each.severity is Severity.ERROR for each in before)
    torn = frozenset((each.span.file.path, each.span.begin.line) for each in before if each.span)
    # Around the file's own names are those of its frames, which `let` and `network` count columns of.
    scope = Scope(diagnostics, budget=Budget(torn=torn)).inner()
    importer = Importer(read, parse, diagnostics)
    importer.open.append((os.path.normpath(file.source.path), None))
    declare(file, scope, importer, given)
    check_overrides(file, scope, given)
    sections = _sections(file, diagnostics)
    bases = _Bases(diagnostics)
    if not sections and not _of("property", file):
        settle(scope)
        _read_bases(scope, bases)
        if whole and not file.declarations:
            _report_missing(file, sections, diagnostics)
        if whole:
            check_uncalled(file, scope)
        return None
    if whole:
        _report_missing(file, sections, diagnostics)
    spec = _spec(file, scope, sections, given, bases)
    if whole:
        check_uncalled(file, scope)
        report_unused(file, scope)
    return spec


@dataclass(slots=True)
class _Bases:
    """Makes what reads bases when it is first asked for; a spec without one loads nothing of it."""

    diagnostics: Diagnostics
    made: BaseCalls | None = None

    def __call__(self) -> BaseCalls:
        if self.made is None:
            from zoodsl.semantics.base_calls import BaseCalls

            self.made = BaseCalls(self.diagnostics)
        return self.made


def _of(keyword: str, file: File) -> tuple[Section, ...]:
    """All sections of this keyword."""
    return tuple(
        each for each in file.declarations if isinstance(each, Section) and each.keyword.text == keyword
    )


def _read_bases(scope: Scope, bases: _Bases) -> None:
    """Reads the bases of the file that its network does not call, so that their mistakes are told too."""
    declared = [binding for binding in scope.bindings.values() if binding.role is Role.BASE]
    if declared:
        bases().read_others(declared)


def _sections(file: File, diagnostics: Diagnostics) -> dict[str, Section]:
    """The sections by keyword, but those of which there may be several; a second one of another kind is reported."""
    found: dict[str, Section] = {}
    for section in file.declarations:
        if not isinstance(section, Section):
            continue
        keyword = section.keyword.text
        if keyword in SEVERAL:
            continue
        if keyword in found:
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
    tasks = sections.keys() & RESOLVERS.keys()
    applies = not _trains(sections)
    needed = ["data"]
    if "network" in sections or not (applies and tasks and tasks <= WITHOUT_NETWORK):
        needed.append("network")
        if not (applies and any(map(_is_base, file.declarations))):
            needed.append("optimize")
    missing = [f"`{keyword}`" for keyword in needed if keyword not in sections]
    if missing:
        end = len(file.source.text.rstrip())
        diagnostics.report(
            statement_rules.MISSING_SECTION,
            Span(file.source, max(0, end - 1), end),
            f"this spec has no section {' and no section '.join(missing)}",
            help="a spec has `data`, `network` and `optimize`; one that has none of them is a library, and a network of "
            "bases alone needs no `optimize`",
        )


def _is_base(declaration: Declaration) -> bool:
    """Whether a declaration is a base, or may bring some."""
    return isinstance(declaration, Use) or (
        isinstance(declaration, Section) and declaration.keyword.text == "base"
    )


def _trains(sections: Mapping[str, Section]) -> bool:
    """Whether a spec means to train its network."""
    return bool(sections.keys() & {"optimize", "train"})


def _spec(
    file: File,
    scope: Scope,
    sections: Mapping[str, Section],
    overrides: Mapping[str, Expression],
    bases: _Bases,
) -> Spec | None:
    """Resolves each section, checks that they fit together, and joins them."""
    diagnostics = scope.diagnostics
    root = str(Path(file.source.path).parent)
    trains = _trains(sections)
    data = resolve_data(sections["data"], scope, root, labelled=trains) if "data" in sections else None
    settle(scope)
    feature = None if data is None else data.feature
    place = file.span if data is None else data.span
    fed = "network" in sections
    preprocess = resolve_preprocess(sections.get("preprocess"), feature, place, scope, fed=fed)
    if data is not None and preprocess is not None:
        _check_order(data, preprocess, diagnostics)
    network = resolve_network(sections["network"], scope, bases) if "network" in sections else None
    _read_bases(scope, bases)
    optimize = resolve_optimize(sections["optimize"], scope) if "optimize" in sections else None
    train = resolve_train(sections.get("train"), file.span, scope) if trains else None
    evaluate = resolve_evaluate(sections.get("evaluate"), file.span, scope)
    if network is not None and feature is not None and preprocess is not None:
        check_inputs(network, feature, preprocess, diagnostics)
    if network is not None and data is not None and preprocess is not None:
        check_indices(network, data, preprocess, diagnostics)
    if preprocess is not None and bases.made is not None:
        bases.made.check_values(preprocess)
    if data is not None and data.label is not None and preprocess is not None:
        validated = () if train is None or train.validate is None else train.validate.metrics
        measured, beside = ((), ()) if evaluate is None else (evaluate.metrics, evaluate.baselines)
        check_of_series((*validated, *measured), beside, preprocess, data.label, diagnostics)
    if not trains and network is not None:
        applied = _check_applied(network, file, diagnostics)
        if applied and data is not None and data.label is not None:
            check_told(network, data.label, _telling(sections, evaluate), diagnostics)
    whole = Whole(scope, root, data, preprocess, network, optimize)
    tasks = resolve_tasks(sections, whole)
    properties = _properties(file, whole)
    if data is not None:
        report_unused_frames(data, diagnostics)
    kept = _check_together(data, optimize, train, evaluate, network, diagnostics)
    experiment = _experiment(file, sections, evaluate, train, scope)
    cluster = _cluster(sections, train, scope)
    learning = None if network is None or train is None else _learning(train, optimize, network, scope)
    if data is None or preprocess is None or evaluate is None or tasks is None or properties is None:
        return None
    model_data = _data(data, trains=trains)
    phases, shares = learning or ((), ())
    model_optimize = None if optimize is None else _optimize(optimize, shares)
    model_train = None if train is None else _train(train, kept, phases)
    if model_data is None or ("network" in sections and network is None):
        return None
    if trains and (model_optimize is None or model_train is None or learning is None):
        return None
    evaluate, model_train = with_estimates(evaluate, model_train, model_data.label)
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
        tasks=tasks,
        experiment=experiment,
        cluster=cluster,
        properties=properties,
        counts=scope.budget.counts,
    )


def _check_order(data: DataDraft, preprocess: Preprocess, diagnostics: Diagnostics) -> None:
    """Checks the rows of a series, and counts its windows; of rows by themselves, that the label is not fed."""
    if not any(step.operation.operator in series.OPERATORS for step in preprocess.steps):
        check_label_is_not_fed(data, diagnostics)
        return
    from zoodsl.semantics.series import check_series  # for specs of series

    check_series(data, preprocess, diagnostics)


def _experiment(
    file: File,
    sections: Mapping[str, Section],
    evaluate: Evaluate | None,
    train: TrainDraft | None,
    scope: Scope,
) -> Experiment | None:
    """The ``experiment`` section; None after a report, or without one."""
    if "experiment" not in sections:
        return None
    from zoodsl.semantics import experiment  # for specs that compare

    return experiment.resolve(sections["experiment"], file, evaluate, train, scope)


def _cluster(sections: Mapping[str, Section], train: TrainDraft | None, scope: Scope) -> Cluster | None:
    """The ``cluster`` section; None after a report, or without one."""
    if "cluster" not in sections:
        return None
    from zoodsl.semantics import cluster  # for specs that say where they run

    return cluster.resolve(sections["cluster"], train, scope)


def _properties(file: File, whole: Whole) -> tuple[Property, ...] | None:
    """What must hold of the spec; None after a report."""
    sections = _of("property", file)
    if not sections:
        return ()
    from zoodsl.semantics import properties  # for specs that have one

    return properties.resolve(sections, whole)


def _telling(sections: Mapping[str, Section], evaluate: Evaluate | None) -> Span | None:
    """Where a spec first takes what the network gives for its label."""
    if evaluate is not None and (evaluate.metrics or evaluate.plots):
        return sections["evaluate"].keyword.span
    return next((sections[each].keyword.span for each in ("predict", "anomalies") if each in sections), None)


def _check_applied(network: Network, file: File, diagnostics: Diagnostics) -> bool:
    """Whether a network that nothing trains has the weights of bases in all its layers; a report where it has not.

    Of a file without any base, it was reported that nothing trains it.
    """
    random = next((layer for layer in network.layers if layer.base is None and layer.weights), None)
    if random is not None and any(map(_is_base, file.declarations)):
        diagnostics.report(
            network_rules.UNTRAINED,
            random.span,
            f"nothing trains `{random.name}`: its weights would stay as they are drawn by chance",
            help="add a section `optimize`, or leave the layer out",
        )
    return random is None


def _learning(
    train: TrainDraft, optimize: OptimizeDraft | None, network: Network, scope: Scope
) -> tuple[tuple[Phase, ...], tuple[RateShare, ...]] | None:
    """What learns in which phase of training, and what at a rate of its own; None after a report."""
    written = () if optimize is None else optimize.shares
    if not network.bases and train.phase is None and not written:
        return (), ()
    from zoodsl.semantics.phases import (  # for specs that have a base, mostly
        check_forgetting,
        resolve_phases,
        resolve_shares,
    )

    phases = resolve_phases(train, network, scope)
    shares = resolve_shares(written, network, phases or (), scope)
    if optimize is not None and optimize.optimizer is not None and phases is not None:
        check_forgetting(optimize.optimizer, network, phases, scope.diagnostics)
    return None if phases is None or shares is None else (phases, shares)


def _check_together(
    data: DataDraft | None,
    optimize: OptimizeDraft | None,
    train: TrainDraft | None,
    evaluate: Evaluate | None,
    network: Network | None,
    diagnostics: Diagnostics,
) -> Keep | None:
    """Checks loss, metrics, parts, batch and schedule against each other; gives what ``keep`` means."""
    if data is not None:
        check_contents(data, diagnostics)
    label = None if data is None else data.label
    if optimize is not None and optimize.loss is not None:
        check_loss(optimize.loss, label, network, diagnostics)
    if label is not None and evaluate is not None:
        check_metrics(evaluate.metrics, label, diagnostics)
        check_thresholds(evaluate.metrics, label, network, diagnostics, in_validation=False)
        check_plots(evaluate, label, diagnostics)
    if data is not None and label is not None and evaluate is not None:
        check_baselines(evaluate.baselines, label, data, diagnostics, trains=train is not None)
    if data is not None and data.feature is not None and evaluate is not None:
        check_images_shown(evaluate, data.feature, diagnostics)
    if data is not None and evaluate is not None and not data.split_in_error:
        if train is None:  # in training the label was asked for before
            check_labelled(evaluate, data, diagnostics)
        check_parts_judged(evaluate, data.split, diagnostics, trains=train is not None)
    return None if train is None else _check_training(data, optimize, train, evaluate, network, diagnostics)


def _check_training(
    data: DataDraft | None,
    optimize: OptimizeDraft | None,
    train: TrainDraft,
    evaluate: Evaluate | None,
    network: Network | None,
    diagnostics: Diagnostics,
) -> Keep | None:
    """Checks what training needs of the data, its batches, and its schedule; gives what ``keep`` means."""
    rows = None if data is None or data.parts is None else data.parts[Part.TRAIN]
    label = None if data is None else data.label
    if label is not None and train.validate is not None:
        check_metrics(train.validate.metrics, label, diagnostics)
        check_thresholds(train.validate.metrics, label, network, diagnostics, in_validation=True)
    if data is not None and not data.split_in_error:
        check_parts(data.split, train, evaluate, diagnostics)
    if data is not None and rows is not None:
        check_batch(train, rows, data.frames[0].span, diagnostics)
    if optimize is not None:
        check_lengths(optimize, train, rows, diagnostics)
        check_warmup(optimize, diagnostics)
        check_fixed_rate(optimize, diagnostics)
        for segment in optimize.schedule or ():
            check_monitors(segment.schedule, train, diagnostics, needs_validation=False)
    if train.stop is not None:
        check_monitors(train.stop, train, diagnostics, needs_validation=True)
        check_patience(train, diagnostics)
    return keep(train, diagnostics)


def _data(draft: DataDraft, *, trains: bool) -> Data | None:
    if draft.feature is None or draft.parts is None or (draft.label is None and (trains or draft.label_span)):
        return None
    return Data(
        span=draft.span,
        frames=tuple(draft.frames),
        feature=draft.feature,
        label=None if draft.label is None else counted(draft.label, draft.facts(draft.label.column)),
        split=draft.split,
        parts=draft.parts if trains or draft.split is not None else _tested(draft.parts),
    )


def _tested(parts: Mapping[Part, RowCount]) -> Mapping[Part, RowCount]:
    """All rows, where none trains: they can but be tested on."""
    return {Part.TEST: parts[Part.TRAIN]}


def _optimize(draft: OptimizeDraft, shares: tuple[RateShare, ...]) -> Optimize | None:
    if draft.loss is None or draft.optimizer is None or draft.schedule is None:
        return None
    return Optimize(
        span=draft.span,
        loss=draft.loss,
        optimizer=draft.optimizer,
        schedule=draft.schedule,
        shares=shares,
    )


def _train(draft: TrainDraft, kept: Keep | None, phases: tuple[Phase, ...]) -> Train | None:
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
        phases=phases,
        places=draft.places,
    )
