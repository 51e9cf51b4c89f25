"""Networks of Caffe, read by BigDL: the one format whose reader needs Java."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.diagnostics.rules.running import PROGRAM_FAILED
from zoodsl.runtime.conversion import convert
from zoodsl.runtime.events import Event
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.source import SourceFile, Span
from zoodsl.targets.bigdl.conversion import MODEL, caffe_program
from zoodsl.types import Shape
from zoodsl.weights.caffe import input_shape
from zoodsl.weights.content import CAFFE, recognise
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained, StateDict


def is_caffe(path: str) -> bool:
    """Whether the file at ``path`` holds the weights of a network of Caffe."""
    try:
        return recognise(path) is CAFFE
    except OSError:
        return False


def read_caffe(
    path: str,
    definition: str | None,
    shape: Shape | None,
    listener: Callable[[Event], None],
    diagnostics: Diagnostics,
) -> Pretrained | Outcome | None:
    """The network of the weights at ``path`` and the layers at ``definition``; None after a report.

    ``shape`` is that of the input, for a definition that leaves it open. What goes wrong in BigDL is an outcome.
    """
    if definition is None:
        diagnostics.report(
            rules.ARCHITECTURE,
            None,
            f"`{Path(path).name}` holds Caffe's weights, and its layers are in another file",
            help="name it: `--definition net.prototxt`",
        )
        return None
    try:
        shape = shape or input_shape(Path(definition))
    except OSError as refused:
        why = (refused.strerror or str(refused)).lower()
        diagnostics.report(rules.UNREADABLE_MODEL, None, f"`{definition}` cannot be read: {why}")
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, Path(path).name)
        program = caffe_program(str(Path(definition).absolute()), str(Path(path).absolute()))
        outcome = convert(program, MODEL, place, Path(path).stat().st_size, listener)
        if outcome.failure is not None and outcome.failure.code is PROGRAM_FAILED:
            shutil.rmtree(outcome.folder or "", ignore_errors=True)
            _report_refusal(path, outcome.failure, diagnostics)
            return None
        if outcome.status is not Status.FINISHED:
            return outcome
        content = read_pretrained(str(place), Span(SourceFile(path, ""), 0, 0), shape)
    assert not isinstance(content, StateDict)  # noqa: S101 - BigDL writes graphs
    if isinstance(content, Pretrained):
        return content
    for problem in content:
        diagnostics.report(problem.code, None, problem.message, help=problem.help)
    return None


def _report_refusal(path: str, failure: Diagnostic, diagnostics: Diagnostics) -> None:
    """Says why BigDL does not read the files: the last word of a program that does nothing else."""
    _, _, why = failure.message.partition(": ")
    diagnostics.report(
        rules.UNREADABLE_MODEL,
        None,
        f"BigDL cannot read `{Path(path).name}`: {why}",
        help="the definition must be the one that these weights were trained with, as Caffe's own `deploy.prototxt`",
    )
