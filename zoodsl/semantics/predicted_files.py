"""Rows in files that a network is to predict after its run: read as those that trained it, and checked like them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Reader
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules import saved_runs as rules
from zoodsl.model.nodes import Frame, Operation
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Predict
from zoodsl.semantics.predict import PredictDraft, check_predict
from zoodsl.source import SourceFile, Span
from zoodsl.sources import Problem, look
from zoodsl.types import ImageType

TABLES = {
    ".csv": "CSV",
    ".gz": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".parquet": "Parquet",
    ".json": "JSON",
    ".jsonl": "JSON",
}
"""The reader of a table by the ending of its file, where the spec's own reader is of another kind."""


def predicted_files(
    spec: Spec, path: str, root: str, top: int | None, diagnostics: Diagnostics
) -> Predict | None:
    """The task to predict the rows at ``path``, which starts at the folder ``root``; None after a report.

    Args:
        spec: what ran.
        path: a file, a glob of images, or an address.
        root: the folder at which ``path`` starts.
        top: how many classes to tell; None: as the spec's own ``predict`` says, else the usual number.
        diagnostics: where mistakes go.
    """
    place = _place(path)
    reader = _reader(spec, path, place, diagnostics)
    if reader is None:
        return None
    seen = look(reader, root)
    if isinstance(seen, Problem):
        diagnostics.report(seen.code, None, seen.message, help=seen.help)
        return None
    frame = Frame(span=place, name="predicted", reader=reader, columns=seen.columns, rows=seen.rows)
    return _checked(spec, frame, top, diagnostics)


def predicted_again(spec: Spec, top: int | None, diagnostics: Diagnostics) -> Predict | None:
    """The task of the spec's own ``predict`` section, whose rows are looked at again; None after a report."""
    own = next((task for task in spec.tasks if isinstance(task, Predict)), None)
    if own is None:
        diagnostics.report(
            rules.WHICH_ROWS,
            None,
            f"`{spec.name}` has no section `predict`, and no files are named",
            help="name files: `zoodsl predict RUN FILES...`",
        )
        return None
    if own.part is not None:
        return replace(own, top=own.top if top is None else top, labelled=False)
    seen = look(own.frame.reader, str(PurePath(spec.path).parent))
    if isinstance(seen, Problem):
        diagnostics.report(seen.code, own.span, seen.message, help=seen.help)
        return None
    frame = replace(own.frame, columns=seen.columns, rows=seen.rows)
    task = _checked(spec, frame, top if top is not None else own.top, diagnostics)
    return None if task is None else replace(task, first=own.first)


def _checked(spec: Spec, frame: Frame, top: int | None, diagnostics: Diagnostics) -> Predict | None:
    own = next((task.top for task in spec.tasks if isinstance(task, Predict)), None)
    asked = top if top is not None else own
    draft = PredictDraft(frame.span, frame, asked, frame.span, frame.span)
    task = check_predict(draft, spec.data.feature, spec.data.label, spec.preprocess, diagnostics)
    return None if task is None else replace(task, labelled=False)  # they are told, and not judged


def _place(path: str) -> Span:
    """Where the files are named, for messages."""
    command = f"zoodsl predict ... {path}"
    return Span(SourceFile("the command line", command), len(command) - len(path), len(command))


def _reader(spec: Spec, path: str, place: Span, diagnostics: Diagnostics) -> Operation[Reader] | None:
    """The reader of the file: the spec's own, of images or tables, with another path."""
    columns = spec.data.feature.columns
    picture = next((each.type.type for each in columns if each.type is not None), None)
    own = [frame.reader for frame in spec.data.frames]
    ending = PurePath(path).suffix.lower()
    if isinstance(picture, ImageType):
        known = next((each for each in own if each.operator.name == "Images"), None)
        if ending in TABLES:
            why = "the network is fed images, and this is a table"
            _refuse(path, why, "name images", diagnostics)
            return None
        return _called("Images", place, {} if known else {"channels": picture.channels}, path, known)
    wanted = TABLES.get(ending, "")
    alike = (wanted,) if wanted not in ("", "CSV") else ("CSV", "Delimited")
    known = next((each for each in own if each.operator.name in alike), None)
    if known is not None:
        return _called(known.operator.name, place, {}, path, known)
    if not wanted:
        readable = ", ".join(f"`{each}`" for each in TABLES)
        help_ = f"tables that are read end in {readable}"
        _refuse(path, "the network is fed columns of a table, and this is none", help_, diagnostics)
        return None
    return _called(wanted, place, {"separator": "\t"} if ending == ".tsv" else {}, path, None)


def _called(
    name: str, place: Span, given: dict[str, Any], path: str, known: Operation[Reader] | None
) -> Operation[Reader]:
    operator = registry.find(Kind.READER, name)
    assert isinstance(operator, Reader)  # noqa: S101 - the names above are of the catalog
    arguments = {each.name: each.default for each in operator.parameters}
    if known is not None:
        arguments |= known.arguments
    return Operation(span=place, operator=operator, arguments={**arguments, **given, "path": path})


def _refuse(path: str, why: str, help_: str, diagnostics: Diagnostics) -> None:
    diagnostics.report(rules.WHICH_ROWS, None, f"`{path}` cannot be predicted: {why}", help=help_)
