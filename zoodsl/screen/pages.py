"""What reports have in common: templates, filters, and pictures that are in the page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoodsl.screen.drawing import Plot
from zoodsl.screen.progress import clock, measure, number

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")

FILTERS: Mapping[str, Callable[..., Any]] = {"number": number, "measure": measure, "clock": clock}


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in the page: its name, caption, and content as a data URI."""

    name: str
    caption: str
    source: str


def environment(**filters: Callable[..., Any]) -> Environment:
    """Where templates are rendered: as HTML, with ``FILTERS`` and these ``filters``; what is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {**FILTERS, **filters}
    return made


def figures(drawn: Iterable[Plot]) -> tuple[Figure, ...]:
    """Plots as pictures in the page."""
    return tuple(Figure(plot.name, plot.caption, data_uri(plot.png)) for plot in drawn)


PICTURES: Mapping[str, str] = {".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg"}
"""What pictures are by the endings of their names; all others are PNG."""


def data_uri(picture: bytes, ending: str = ".png") -> str:
    """A picture as an address that holds it; the ``ending`` of its name says what it is."""
    return f"data:{PICTURES.get(ending.lower(), 'image/png')};base64,{base64.b64encode(picture).decode()}"
