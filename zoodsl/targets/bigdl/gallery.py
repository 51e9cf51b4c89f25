"""The ``gallery`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.model.tasks import Gallery, GalleryLine
from zoodsl.plan.steps import Divide, Plan
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.transforms import image
from zoodsl.targets.pyast import Call, Expression, Function, Listing, Name, Noted, Statement, call
from zoodsl.types import DType, ImageType


def function(task: Gallery) -> Function:
    """``gallery_lines()``: the lines with BigDL's steps, which are made when they are wanted."""
    lines = Listing(tuple(Noted(_line(line, task), line.span) for line in task.lines))
    return Function(
        name="gallery_lines",
        doc="What is shown: the steps of each line, and how often it is drawn.",
        body=(Statement(before="return ", value=lines),),
    )


def _line(line: GalleryLine, task: Gallery) -> Call:
    steps = Listing(tuple(image(step) for step in line.steps))
    said: dict[str, Expression] = {}
    if line.random and task.draws > 1:
        said["draws"] = task.draws
    output = line.steps[-1].output if line.steps else None
    if isinstance(output, ImageType) and output.dtype is not DType.UINT8:
        said["scaled"] = True
    return call(helper("GalleryLine"), line.text, steps, **said)


def statements(task: Gallery, plan: Plan) -> Iterator[Statement]:
    """Carries out the lines on the first images of the first part."""
    part = next(stage.part for stage in plan.stages if isinstance(stage, Divide))
    frame = Name(f'parts["{part.value}"]')
    shown = call(
        helper("show_gallery"), Name("run"), frame, task.column.name, Name("gallery_lines"), rows=task.rows
    )
    yield Statement(value=shown, span=task.span)
