"""Pictures of what preprocessing steps make of images: what is shown of each, and the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array

LONGEST_NAME = 40
"""Characters of a step that a picture's file is called by."""


@dataclass(frozen=True)
class GalleryLine:
    """A line of a gallery: how it is written, its ``steps`` in the engine's form, and how often it is drawn.

    ``scaled``: its pixels are no bytes any more.
    """

    text: str
    steps: Sequence[Any]
    draws: int = 1
    scaled: bool = False


@dataclass(frozen=True)
class StepPicture:
    """What a line made of an image: height x width x channels, grey or in RGB. Lines count from 1; 0 is the image as read.

    ``row`` and ``draw`` count from 1. ``scaled``: the pixels are no bytes any more.
    """

    row: int
    line: int
    draw: int
    text: str
    pixels: Array
    scaled: bool = False


def write_pictures(folder: Path, below: str, pictures: Iterable[StepPicture]) -> list[dict[str, Any]]:
    """Writes each picture as PNG to ``folder``, which is ``below`` that of the run; what there is to tell of each.

    Values that are no bytes are stretched over 0..255, from the least to the greatest of the picture, which is told.
    """
    from PIL import Image

    told = []
    for picture in pictures:
        shown, note = as_bytes(picture.pixels, scaled=picture.scaled)
        name = file_name(picture)
        Image.fromarray(shown[..., 0] if shown.shape[2] == 1 else shown).save(folder / name)
        told.append(
            {
                "row": picture.row,
                "line": picture.line,
                "draw": picture.draw,
                "text": picture.text,
                "height": shown.shape[0],
                "width": shown.shape[1],
                "note": note,
                "picture": f"{below}/{name}",
            }
        )
    return told


def as_bytes(pixels: Array, *, scaled: bool) -> tuple[Array, str]:
    """The pixels as unsigned bytes, and what was done to them for it.

    >>> as_bytes(np.array([[[-10.0], [10.0]]]), scaled=True)[1]
    '-10 to 10, shown as 0 to 255'
    """
    if not scaled:
        return np.clip(np.rint(pixels), 0, 255).astype(np.uint8), ""
    low, high = float(pixels.min()), float(pixels.max())
    stretched: Array = np.rint((pixels - low) * (255 / ((high - low) or 1))).astype(np.uint8)
    return stretched, f"{low:.4g} to {high:.4g}, shown as 0 to 255"


def file_name(picture: StepPicture) -> str:
    """Row, line and draw, and the step in words that file systems take.

    >>> file_name(StepPicture(1, 3, 2, "Brightness(0..32)", np.zeros((1, 1, 3))))
    '1-03-2-Brightness-0-32.png'
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", picture.text)[:LONGEST_NAME].strip("-")
    return f"{picture.row}-{picture.line:02}-{picture.draw}-{words}.png"
