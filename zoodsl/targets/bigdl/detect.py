"""The ``detect`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.model.nodes import Part
from zoodsl.model.tasks import Detect
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.data import reader
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, Listing, Name, Statement, call


def statements(task: Detect, plan: Plan) -> Iterator[Statement]:
    """Finding boxes in the rows that are held out; where none are, in all of them."""
    network = plan.spec.network
    shape = None if network is None else network.shape
    arguments = task.detector.arguments
    detector = call(helper(task.detector.operator.name), shape, iou=arguments["iou"])
    detection = call(
        helper("Detection"),
        detector=detector,
        classes=Listing(arguments["classes"]),
        threshold=arguments["threshold"],
    )
    keywords: dict[str, Expression] = {}
    if task.known is not None:
        yield Statement(before="known = ", value=reader(task.known), span=task.known.span)
        keywords["known"] = Name("known")
    if task.drawn:
        film = {} if task.film is None else {"fps": task.film}
        keywords["drawing"] = call(helper("Drawing"), task.drawn, **film)
    part = next(part for part in (Part.TEST, Part.VALIDATION, Part.TRAIN) if part in plan.spec.data.parts)
    rows = Name(f'parts["{part.value}"]')
    given = (Name("run"), Name("trained"), rows, detection)
    yield Statement(value=call(helper("detect_boxes"), *given, **keywords), span=task.span)
