"""The ``gallery`` section: lines of preprocessing steps that are shown on the first images."""

from __future__ import annotations

from zoodsl.catalog.values import Integer
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import preprocessing as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Feature, PreprocessStep
from zoodsl.model.printer import show_steps
from zoodsl.model.tasks import Gallery, GalleryLine
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.preprocess import feature_type, resolve_steps
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import KEYWORDS, misplaced, once, one_value
from zoodsl.semantics.tasks import Whole
from zoodsl.source import Span
from zoodsl.syntax.nodes import Section, Setting, Step
from zoodsl.types import ImageType

MOST_IMAGES = 12
MOST_DRAWS = 12
"""More pictures of a line than this are no gallery to look at."""


def resolve(section: Section, whole: Whole) -> Gallery | None:
    """The ``gallery`` section on the images that the data feed; None after a report."""
    scope = whole.scope
    feature = None if whole.data is None else whole.data.feature
    shown = feature is not None and _is_of_images(feature, section, scope)
    settings: dict[str, Setting] = {}
    lines: list[GalleryLine | None] = []
    for statement in section.body.statements:
        match statement:
            case Step(label=None) if feature is not None and shown:
                steps = resolve_steps(statement.value, feature, scope)
                lines.append(None if steps is None else _line(statement.span, steps))
            case Step(label=None):
                lines.append(None)
            case Step(label=label) if label is not None:
                scope.diagnostics.report(
                    statement_rules.MISPLACED,
                    label.span,
                    "lines of `gallery` have no names",
                    help="remove the `as`",
                )
                lines.append(None)
            case Setting() if statement.keyword.text in KEYWORDS["gallery"]:
                once(statement, settings, scope)
            case _:
                misplaced(statement, "gallery", scope)
                lines.append(None)
    rows = _count(settings.get("show"), MOST_IMAGES, scope)
    draws = _count(settings.get("draw"), MOST_DRAWS, scope)
    if not lines and not scope.torn(section.span):
        scope.diagnostics.report(
            rules.NOTHING_TO_SHOW,
            section.keyword.span,
            "`gallery` has no line that could be shown",
            help="write a step of `preprocess` in it, such as `Brightness(0..32)`",
        )
    whole_lines = tuple(line for line in lines if line is not None)
    if feature is None or rows is None or draws is None or not lines or len(whole_lines) < len(lines):
        return None
    return Gallery(span=section.span, column=feature.columns[0], lines=whole_lines, rows=rows, draws=draws)


def _line(span: Span, steps: tuple[PreprocessStep, ...]) -> GalleryLine:
    # Over several lines it may hold remarks, which are no part of what is written.
    text = show_steps(steps) if "#" in span.text else " ".join(span.text.split())
    return GalleryLine(span=span, text=text, steps=steps)


def _is_of_images(feature: Feature, section: Section, scope: Scope) -> bool:
    """Whether the feature is an image; otherwise a report."""
    given = feature_type(feature)
    if isinstance(given, ImageType):
        return True
    scope.diagnostics.report(
        rules.NOTHING_TO_SHOW,
        section.keyword.span,
        "`gallery` shows images, and the feature is none",
        help="feed images, of the reader `Images` for example",
        labels=[Label(feature.span, f"gives {given}")],
    )
    return False


def _count(setting: Setting | None, most: int, scope: Scope) -> int | None:
    """What a setting ``show 3`` says, 1 without one; None after a report."""
    if setting is None:
        return 1
    keyword = setting.keyword.text
    value = one_value(setting, f"{keyword} 3", scope)
    found = None if value is None else evaluate(value, scope)
    if value is None or found is None:
        return None
    count: int | None = convert(
        found, Integer(minimum=1, maximum=most), Slot(f"`{keyword}`", value.span, scope)
    )
    return count
