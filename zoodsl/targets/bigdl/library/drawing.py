"""Boxes drawn into pictures, with what each is said to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zoodsl.targets.arrays import Array

WIDE = 480
"""Pictures are enlarged by a whole number to be at least this many pixels wide, so that words can be read."""

BRIGHT = ("#ffe14d", "#7fe0ff", "#ffb3d9", "#b8f56b", "#ffb366", "#d9c7ff", "#ffffff", "#5ff0c0")
"""Colours of classes, in turn: all of them light, for words in black and lines between black ones."""


Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom, the last pixels included."""


def with_boxes(pixels: Array, boxes: Array, classes: Sequence[str]) -> Any:
    """A Pillow image of ``pixels`` (height x width x 3, RGB) with its boxes, the one with the highest score in front.

    ``boxes`` are rows of class, score, and left, top, right and bottom in pixels, the highest score first.
    """
    from PIL import Image, ImageDraw, ImageFont

    times = -(-WIDE // pixels.shape[1])
    picture = Image.fromarray(pixels)
    if times > 1:
        picture = picture.resize((picture.width * times, picture.height * times), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    line = max(2, round(min(picture.size) / 240))
    font = ImageFont.load_default(size=max(13, round(min(picture.size) / 30)))
    for kind, _, *edges in boxes[::-1]:
        left, top, right, bottom = (round(edge * times) for edge in edges)
        for width, colour in ((line + 2, "black"), (line, BRIGHT[int(kind) % len(BRIGHT)])):
            inset = (line + 2 - width) // 2
            corners = (left + inset, top + inset, right - inset, bottom - inset)
            if corners[0] < corners[2] and corners[1] < corners[3]:
                draw.rectangle(corners, outline=colour, width=width)
    taken: list[Rectangle] = []
    for kind, score, *edges in boxes:
        words = f"{classes[int(kind)]} {score:.0%}"
        _, _, wide, high = (int(side) + 1 for side in draw.textbbox((0, 0), words, font=font))
        plate = free_place([round(edge * times) for edge in edges], (wide + 6, high + 5), taken, picture.size)
        taken.append(plate)
        draw.rectangle(plate, fill=BRIGHT[int(kind) % len(BRIGHT)], outline="black")
        draw.text((plate[0] + 3, plate[1] + 2), words, fill="black", font=font)
    return picture


def free_place(
    box: Sequence[int], size: tuple[int, int], taken: Sequence[Rectangle], whole: tuple[int, int]
) -> Rectangle:
    """Where a plate of words stands: above its box, under it, or within it, wholly in the picture and on no other plate.

    Where all of that is taken, it is on others, above its box as far as the picture goes.
    """
    (left, top, right, bottom), (wide, high) = box, size
    corners = [(x, y) for y in (top - high, bottom, top, bottom - high) for x in (left, right - wide)]
    inside = [(min(max(x, 0), whole[0] - wide), y) for x, y in corners if 0 <= y <= whole[1] - high] or [
        (min(max(left, 0), whole[0] - wide), min(max(top, 0), whole[1] - high))
    ]
    rectangles = [(x, y, x + wide - 1, y + high - 1) for x, y in inside]
    return next(
        (each for each in rectangles if not any(meets(each, other) for other in taken)), rectangles[0]
    )


def meets(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles share a pixel."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
