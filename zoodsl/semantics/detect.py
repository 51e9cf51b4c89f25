"""The ``detect`` section: boxes that a pretrained detector finds in pictures or in a clip's frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from zoodsl.catalog.operator import Detector
from zoodsl.catalog.values import Integer, Kind
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import detection as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules.data import NO_SUCH_DATA, UNREADABLE_DATA
from zoodsl.model.nodes import Frame, Network, Operation, Preprocess
from zoodsl.model.tasks import Detect
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.data import DataDraft
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.known_boxes import resolve_known
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, one_value
from zoodsl.semantics.tasks import Whole
from zoodsl.sources.paths import near_paths
from zoodsl.syntax.nodes import Section, Setting
from zoodsl.types import ImageType, show

DRAWN = 12
"""Into how many pictures boxes are drawn where ``draw`` is not set."""

FORM = 'output FastestDet(["cat", "dog"], threshold = 30%)'

KEEP_PLACES = frozenset({"Resize", "Brightness", "Hue", "Saturation", "Contrast", "ChannelNormalize"})
"""Steps after which everything is still where it was, as parts of the picture's height and width."""


def resolve(section: Section, whole: Whole) -> Detect | None:
    """The ``detect`` section beside the pictures and the network; None after a report."""
    scope, diagnostics = whole.scope, whole.scope.diagnostics
    settings = collect(section.body, "detect", scope)
    detector = None
    if "output" in settings:
        detector = _detector(settings["output"], whole)
    elif not scope.torn(section.span):
        diagnostics.report(
            statement_rules.MISSING_SETTING,
            section.keyword.span,
            "`detect` does not say how boxes are made of what the network gives",
            help=f"add a line such as `{FORM}`",
        )
    pictures = None if whole.data is None else _pictures(section, whole.data, diagnostics)
    keeps = whole.preprocess is None or _keeps_places(whole.preprocess, section, diagnostics)
    drawn = _drawn(settings["draw"], scope) if "draw" in settings else DRAWN
    known, good = None, True
    if "compare" in settings:
        classes = None if detector is None else detector.arguments["classes"]
        known = resolve_known(settings["compare"], classes, pictures, whole)
        good = known is not None
    if detector is None or pictures is None or drawn is None or not good or not keeps:
        return None
    return Detect(
        span=section.span,
        detector=detector,
        known=known,
        drawn=drawn,
        film=_rate(pictures, whole.root),
    )


def _detector(setting: Setting, whole: Whole) -> Operation[Detector] | None:
    """The detector with the names of its classes, which the network's output fits."""
    value = one_value(setting, FORM, whole.scope)
    bound: Operation[Detector] | None = None if value is None else bind(value, Kind.DETECTOR, whole.scope)
    if bound is None:
        return None
    classes = bound.arguments["classes"]
    if isinstance(classes, str):
        classes = _named(classes, bound, whole)
    if classes is None:
        return None
    detector = replace(bound, arguments={**bound.arguments, "classes": classes})
    return detector if whole.network is None or _fits(detector, whole.network, whole.scope) else None


def _named(path: str, bound: Operation[Detector], whole: Whole) -> tuple[str, ...] | None:
    """The classes that a file names, one a line; None after a report."""
    diagnostics, place = whole.scope.diagnostics, bound.places["classes"]
    try:
        lines = Path(whole.root, path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        diagnostics.report(
            NO_SUCH_DATA, place, f"there is no file `{path}`", help=near_paths(whole.root, path)
        )
        return None
    except (OSError, UnicodeDecodeError) as problem:
        why = "is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else "cannot be read"
        diagnostics.report(
            UNREADABLE_DATA, place, f"`{path}` {why}", help="it has the name of a class a line"
        )
        return None
    names = tuple(line.strip() for line in lines if line.strip())
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if names and twice is None:
        return names
    diagnostics.report(
        rules.CLASS_NAMES,
        place,
        f"`{path}` names `{twice}` twice" if names else f"`{path}` names no class",
        help="it has the name of a class a line, each once, in the order in which the network gives them",
    )
    return None


def _fits(detector: Operation[Detector], network: Network, scope: Scope) -> bool:
    mismatch = detector.operator.cells(detector.arguments, network.shape)
    if mismatch is None:
        return True
    place = detector.places.get(mismatch.parameter or "", detector.span)
    scope.diagnostics.report(
        rules.OTHER_CELLS,
        place,
        mismatch.message,
        help=mismatch.help,
        labels=[Label(network.span, "the network")],
    )
    return False


def _pictures(section: Section, data: DataDraft, diagnostics: Diagnostics) -> Frame | None:
    """The frame of the pictures, which has each by its name and in its own size; None after a report."""
    if data.feature is None:
        return None
    fed = data.feature.columns[0]
    frame = data.frame(fed.frame)
    reader = frame.reader
    place = reader.span
    if fed.type is not None and not isinstance(fed.type.type, ImageType):
        place = fed.span
        problem, help_ = f"boxes are found in images, and `{fed.name}` is none", "feed the column of images"
    elif reader.operator.name not in ("Images", "Video"):
        problem = f"boxes are told of pictures by name, and `{reader.operator.name}` names none"
        help_ = "begin with `Images(...)` or `Video(...)`"
    elif reader.arguments.get("resize") is not None:
        place = reader.places["resize"]
        problem = "boxes are in the pixels of the pictures, and these are read in another size"
        help_ = (
            f"write `Resize({show(reader.arguments['resize'])})` in `preprocess`, and leave `resize` out here"
        )
    else:
        return frame
    diagnostics.report(
        rules.DETECTED_PICTURES,
        place,
        problem,
        help=help_,
        labels=[Label(section.keyword.span, "detected here")],
    )
    return None


def _keeps_places(preprocess: Preprocess, section: Section, diagnostics: Diagnostics) -> bool:
    """Whether a box in what the network sees is the same part of the picture."""
    good = True
    for step in preprocess.steps:
        name = step.operation.operator.name
        if not step.training_only and name not in KEEP_PLACES:
            diagnostics.report(
                rules.MOVED,
                step.span,
                f"after `{name}`, what the network sees is not where it is in the picture, and boxes would be wrong",
                help="`Resize` brings pictures to the network's size and keeps all of them in view",
                labels=[Label(section.keyword.span, "detected here")],
            )
            good = False
    return good


def _drawn(setting: Setting, scope: Scope) -> int | None:
    value = one_value(setting, "draw 12", scope)
    found = None if value is None else evaluate(value, scope)
    if value is None or found is None:
        return None
    drawn: int | None = convert(found, Integer(minimum=0), Slot("`draw`", value.span, scope))
    return drawn


def _rate(frame: Frame, root: str) -> float | None:
    """The frames a second that are taken of a clip; None where the pictures are none of a clip's."""
    if frame.reader.operator.name != "Video":
        return None
    from zoodsl.sources.videos import frame_rate

    return frame_rate(frame.reader.arguments, root)
