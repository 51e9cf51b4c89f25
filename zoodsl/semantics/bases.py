"""The ``base`` section: a pretrained network read from its file, then cut, frozen and changed, top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zoodsl.catalog.operator import Mismatch
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import bases as base_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.model.nodes import Network, Weights
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.expectations import Expectation, read_expectation
from zoodsl.semantics.model_files import locate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.selection import (
    Layers,
    Piece,
    is_selection,
    node,
    pieces,
    select,
    text_of,
)
from zoodsl.semantics.settings import KEYWORDS, misplaced, once, wrong_form
from zoodsl.semantics.surgery import (
    Patient,
    admit,
    cut,
    cut_before,
    drop,
    freeze,
    rename,
    replace_layer,
    resize,
    unfreeze,
)
from zoodsl.source import Span
from zoodsl.syntax.nodes import Call, Expression, Section, Setting
from zoodsl.types import Shape, show
from zoodsl.weights.pretrained import Pretrained, Problem, StateDict

LOAD = 'load "resnet-50.onnx"'
INTO = 'load "resnet-50.pth" into resnet50()'
FORMS = {
    "cut": 'cut at "pool5"',
    "freeze": 'freeze up to "res4f"',
    "unfreeze": 'unfreeze "res5*"',
    "drop": 'drop "drop5"',
    "rename": 'rename "a" to "b"',
    "replace": 'replace "fc" with Dense(10)',
}

Build = Callable[[Call, Scope, Shape], "Network | None"]
"""Builds the network of a block that is called on an input of a shape; None after a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedBase:
    """A base as its section leaves it. ``weights`` are the file's, by the names of layers in the file.

    ``span`` is the section's name, ``load`` where the file is named; ``path`` is as it is written there.
    """

    name: str
    span: Span
    load: Span
    path: str
    format: str
    patient: Patient
    weights: Weights
    expectation: Expectation | None


@dataclass(frozen=True, slots=True)
class Source:
    """What ``load`` says: the file, as written and where it is, and the architecture it is for."""

    span: Span
    written: str
    place: Span
    path: str
    into: Call | None

    @property
    def title(self) -> str:
        """What names are looked for in, for messages: the architecture if there is one, else the file."""
        if self.into is not None:
            return f"`{self.into.callee.span.text}`"
        return f"`{PurePosixPath(self.written).name}`"

    @property
    def label(self) -> Label:
        """Where the base is loaded."""
        return Label(self.place, "loaded here")


def read_base(section: Section, scope: Scope, build: Build, fed: Shape | None) -> LoadedBase | None:
    """Reads a section and its file; None after a report, or where the shape that is ``fed`` is needed and not known.

    ``scope`` is the section's home.
    """
    settings: dict[str, Setting] = {}
    steps: list[Setting] = []
    for statement in section.body.statements:
        if not isinstance(statement, Setting) or statement.keyword.text not in KEYWORDS["base"]:
            misplaced(statement, "base", scope)
        elif statement.keyword.text in FORMS:
            steps.append(statement)
        else:
            once(statement, settings, scope)
    expects = settings.get("expects")
    expectation = None if expects is None else read_expectation(expects, scope)
    load = settings.get("load")
    if load is None:
        _report_no_load(section, scope)
        return None
    source = _source(load, scope)
    if source is None:
        return None
    wanted = fed if expectation is None or expectation.shape is None else expectation.shape
    is_cut = any(step.keyword.text == "cut" for step in steps)
    content = _content(source, scope, build, wanted, to_be_cut=is_cut)
    if content is None:
        return None
    surgery = _Surgery(admit(content.network), source, scope)
    for step in steps:
        surgery.apply(step)
    if not surgery.good:
        for problem in content.unread:  # which may be why a layer was not found
            _report(problem, source.place, scope)
    if not surgery.good or (expects is not None and expectation is None):
        return None
    if not _all_filled(surgery.patient, content, source, scope):
        return None
    if expectation is not None and not _takes(surgery.patient, expectation, source, scope):
        return None
    return LoadedBase(
        name="" if section.name is None else section.name.span.text,
        span=section.keyword.span if section.name is None else section.name.span,
        load=source.place,
        path=source.written,
        format=content.format,
        patient=surgery.patient,
        weights=content.weights,
        expectation=expectation,
    )


def _report_no_load(section: Section, scope: Scope) -> None:
    if scope.torn(section.span):
        return
    scope.diagnostics.report(
        statement_rules.MISSING_SETTING,
        section.keyword.span,
        "this base does not say what it loads",
        help=f"begin it with a line such as `{LOAD}`",
    )


# --- the file


def _source(setting: Setting, scope: Scope) -> Source | None:
    match pieces(setting):
        case [Piece(word="", value=written)] if written is not None:
            into: Expression | None = None
        case [Piece(word="", value=written), Piece(word="into", value=into)] if (
            written is not None and into is not None
        ):
            pass
        case _:
            wrong_form(setting, INTO, scope)
            return None
    path = text_of(written, "a file", scope)
    if path is None:
        return None
    if into is not None and not isinstance(into, Call):
        scope.diagnostics.report(
            statement_rules.WRONG_FORM,
            into.span,
            "after `into` comes the call of a block",
            help=f"it is written `{INTO}`",
        )
        return None
    found = locate(path, str(Path(setting.span.file.path).parent))
    if isinstance(found, Problem):
        _report(found, written.span, scope)
        return None
    return Source(setting.span, path, written.span, found, into)


def _content(
    source: Source, scope: Scope, build: Build, shape: Shape | None, *, to_be_cut: bool
) -> Pretrained | None:
    """The network in the file with its weights."""
    from zoodsl.weights.files import read_pretrained  # reads the formats, for specs that have a base

    content = read_pretrained(source.path, source.span, shape, to_be_cut=to_be_cut)
    match content, source.into:
        case Pretrained() as pretrained, None:
            return pretrained
        case Pretrained(), Call() as into:
            scope.diagnostics.report(
                rules.ARCHITECTURE,
                into.span,
                f"`{PurePosixPath(source.written).name}` says itself what network its weights are of",
                help="leave `into` out",
                labels=[source.label],
            )
        case StateDict(), None:
            scope.diagnostics.report(
                rules.ARCHITECTURE,
                source.place,
                f"{source.title} holds weights without the network that they are of",
                help="say what they are put into: `into resnet.resnet50()`, with a block of this file or of a library",
            )
        case StateDict() as state, Call() as into:
            return _filled(state, into, source, scope, build, shape, to_be_cut=to_be_cut)
        case tuple() as problems, _:
            for problem in problems:
                _report(problem, source.place, scope)
    return None


def _filled(  # noqa: PLR0913 - what is filled, with what, and where that is written
    state: StateDict,
    into: Call,
    source: Source,
    scope: Scope,
    build: Build,
    shape: Shape | None,
    *,
    to_be_cut: bool,
) -> Pretrained | None:
    from zoodsl.weights.fill import fill

    if shape is None:
        return None
    network = build(into, scope, shape)
    if network is None:
        return None
    weights = fill(network, state, to_be_cut=to_be_cut)
    if isinstance(weights, tuple):
        for problem in weights:
            _report(problem, source.place, scope, Label(into.span, "the network that they are put into"))
        return None
    return Pretrained(format="torch", network=network, weights=weights)


def _all_filled(patient: Patient, content: Pretrained, source: Source, scope: Scope) -> bool:
    """Whether the file has weights for all of its layers that are left; a report of the first that it has none for."""
    for layer in patient.network.layers:
        origin = patient.origins.get(layer.name)
        if origin is not None and layer.weights and origin not in content.weights:
            scope.diagnostics.report(
                rules.WEIGHTS_MISFIT,
                source.place,
                f"`{PurePosixPath(source.written).name}` ends before `{layer.name}` and has no weights for it",
                help=f'cut before it: `cut before "{layer.name}"`',
            )
            return False
    return True


def _takes(patient: Patient, expectation: Expectation, source: Source, scope: Scope) -> bool:
    """Whether the base takes inputs of the shape that it is said to expect; a report where it does not."""
    wanted, inputs = expectation.shape, patient.network.inputs
    if wanted is None or len(inputs) > 1:
        return True
    result = resize(patient, {inputs[0].name: wanted})
    if isinstance(result, Mismatch):
        takes = show(inputs[0].shape)
        scope.diagnostics.report(
            base_rules.BASE_INPUT,
            expectation.shape_span,
            f"{source.title} cannot have been trained on {show(wanted)}: {result.message}",
            help=result.help or f"its own size is {takes}: `expects {takes}`",
            labels=[source.label],
        )
    return not isinstance(result, Mismatch)


def _report(problem: Problem, span: Span, scope: Scope, *labels: Label) -> None:
    scope.diagnostics.report(problem.code, span, problem.message, help=problem.help, labels=labels)


# --- the statements


class _Surgery:
    """The statements of a base, applied one after the other. After a mistake the network is as before it."""

    def __init__(self, patient: Patient, source: Source, scope: Scope) -> None:
        self.patient = patient
        self.source = source
        self.scope = scope
        self.gone: dict[str, Label] = {}
        self.good = True

    def apply(self, statement: Setting) -> None:
        """Does what ``statement`` says, or reports why it cannot be done."""
        keyword = statement.keyword.text
        if statement.span.start < self.source.span.start:
            self.scope.diagnostics.report(
                statement_rules.MISPLACED,
                statement.span,
                f"`{keyword}` stands above `load`, and statements apply top to bottom",
                help="move it below",
                labels=[self.source.label],
            )
            self.good = False
            return
        before = {layer.name for layer in self.patient.network.layers}
        result = self._result(statement, keyword)
        if isinstance(result, Mismatch):
            self.scope.diagnostics.report(
                rules.CANNOT_OPERATE,
                statement.span,
                result.message,
                help=result.help,
                labels=[self.source.label],
            )
        if not isinstance(result, Patient):
            self.good = False
            return
        self.patient = result
        went = {"cut": "cut off here", "drop": "dropped here", "rename": "renamed here"}.get(keyword, "")
        for name in before - {layer.name for layer in result.network.layers}:
            self.gone[name] = Label(statement.span, went)

    def _layers(self) -> Layers:
        whole = frozenset(self.patient.origins)
        return Layers(self.patient.network, whole, self.source.title, (self.source.label,), self.gone)

    def _result(self, statement: Setting, keyword: str) -> Patient | Mismatch | None:
        """The patient after a statement; None after a report."""
        match keyword, pieces(statement):
            case "cut", [Piece(word="at" | "before" as word, value=value)] if value is not None:
                cutting = cut_before if word == "before" else cut
                name = self._layer(value)
                return None if name is None else cutting(self.patient, name)
            case "freeze" | "unfreeze", written if is_selection(written):
                return self._freeze(keyword, written, statement)
            case "drop", [Piece(word="", value=value)] if value is not None:
                name = self._layer(value)
                return None if name is None else drop(self.patient, name)
            case "rename", [Piece(word="", value=old), Piece(word="to", value=new)] if old and new:
                name, wanted = self._layer(old), text_of(new, "a layer", self.scope)
                return None if name is None or wanted is None else rename(self.patient, name, wanted)
            case "replace", [Piece(word="", value=old), Piece(word="with", value=new)] if old and new:
                name, operation = self._layer(old), bind(new, Kind.LAYER, self.scope)
                if name is None or operation is None:
                    return None
                return replace_layer(self.patient, name, operation)
            case _:
                wrong_form(statement, FORMS[keyword], self.scope)
                return None

    def _layer(self, expression: Expression) -> str | None:
        """The name of a layer that there is; None after a report."""
        layers = self._layers()
        name = node(expression, layers, self.scope)
        if name is None or name in layers.by_name:
            return name
        self.scope.diagnostics.report(
            rules.CANNOT_OPERATE,
            expression.span,
            f"`{name}` is the input, not a layer",
            labels=[self.source.label],
        )
        return None

    def _freeze(self, keyword: str, written: tuple[Piece, ...], statement: Setting) -> Patient | None:
        names = select(written, self._layers(), self.scope)
        if names is None:
            return None
        if keyword == "freeze":
            return freeze(self.patient, names)
        if self.good and not names & self.patient.network.frozen:
            self.scope.diagnostics.report(
                rules.NO_EFFECT,
                statement.span,
                "nothing of this is frozen",
                help="freeze more above it, or leave it out",
            )
        return unfreeze(self.patient, names)
