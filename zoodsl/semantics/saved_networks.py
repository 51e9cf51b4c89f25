"""Opens a file of a pretrained network by itself, outside of any spec."""

from __future__ import annotations

from zoodsl.diagnostics import Diagnostics
from zoodsl.semantics.architecture import architecture
from zoodsl.semantics.model_files import locate
from zoodsl.source import SourceFile, Span
from zoodsl.types import Shape
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.fill import fill
from zoodsl.weights.pretrained import Pretrained, Problem, StateDict

IMAGE: Shape = (3, 224, 224)
"""The input of a block, unless it is said."""


def open_saved(
    written: str,
    block: str | None,
    shape: Shape | None,
    diagnostics: Diagnostics,
    *,
    to_be_cut: bool = False,
) -> Pretrained | StateDict | None:
    """What is in the file ``written``, a path or ``package:NAME/path``; None after a report.

    A state dictionary is put into ``block`` where one is named (``architecture`` says how) and has no graph else.
    ``shape`` is the input's, for files that leave it open and for blocks, which have ``IMAGE`` else. A network that is
    ``to_be_cut`` is given as far as it can be read; what cannot be is reported all the same.
    """
    found = locate(written, "")
    if isinstance(found, Problem):
        _report((found,), diagnostics)
        return None
    content = read_pretrained(found, Span(SourceFile(written, ""), 0, 0), shape, to_be_cut=to_be_cut)
    if isinstance(content, tuple):
        _report(content, diagnostics)
        return None
    if isinstance(content, Pretrained):
        _report(content.unread, diagnostics)
        return content
    if block is None:
        return content
    network = architecture(block, shape or IMAGE, diagnostics)
    if network is None:
        return None
    weights = fill(network, content)
    if isinstance(weights, tuple):
        _report(weights, diagnostics)
        return None
    return Pretrained(format="torch", network=network, weights=weights)


def _report(problems: tuple[Problem, ...], diagnostics: Diagnostics) -> None:
    for problem in problems:
        diagnostics.report(problem.code, None, problem.message, help=problem.help)
