"""Draws `clip.mp4`, circles, squares and triangles that move over a rough ground, and their boxes, `boxes.csv`.

    python draw.py

Equal seeds give equal pictures. What stands behind another shape keeps its whole box, as long as half of it is seen.
It needs Pillow, NumPy and OpenCV.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent
CLASSES = ("circle", "square", "triangle")
HEIGHT, WIDTH = 180, 240
FPS, SECONDS = 10, 8
SEED = 3
FINE = 3
"""Shapes are drawn this many times larger, so that their edges are smooth."""

SMALLEST, LARGEST = 26, 76
"""The sides of a shape's box, in pixels."""

SEEN = 0.5
"""The part of a shape that must be seen for its box to count."""


@dataclass(frozen=True)
class Thing:
    """A shape: its class, the corner and the sides of its box in pixels, its colour, and its speed in pixels a frame."""

    name: str
    x: float
    y: float
    width: float
    height: float
    colour: tuple[int, int, int]
    speed: tuple[float, float] = (0, 0)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def moved(self) -> Thing:
        """Where it is a frame later; it turns back at the edges."""
        across, down = self.speed
        across = -across if not 0 <= self.x + across <= WIDTH - self.width else across
        down = -down if not 0 <= self.y + down <= HEIGHT - self.height else down
        return replace(self, x=self.x + across, y=self.y + down, speed=(across, down))


def ground(chance: np.random.Generator) -> Image.Image:
    """A rough ground: grey noise of three grains over a colour."""
    total = np.zeros((HEIGHT, WIDTH))
    for grain in (4, 12, 48):
        coarse = chance.normal(128, 20, (HEIGHT // grain + 1, WIDTH // grain + 1)).clip(0, 255)
        layer = Image.fromarray(coarse.astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += np.asarray(layer, float) - 128
    pixels = (chance.integers(60, 190, 3) + total[..., None]).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(0.8))


def outline(thing: Thing) -> NDArray[np.float64]:
    """How much of each pixel a thing covers, 0 to 1, height x width."""
    left, top, right, bottom = thing.box
    first, last = (int(left), int(top)), (int(right) + 1, int(bottom) + 1)
    mask = Image.new("L", ((last[0] - first[0]) * FINE, (last[1] - first[1]) * FINE))
    left, right = ((side - first[0]) * FINE for side in (left, right))
    top, bottom = ((side - first[1]) * FINE for side in (top, bottom))
    draw = ImageDraw.Draw(mask)
    match thing.name:
        case "circle":
            draw.ellipse((left, top, right - 1, bottom - 1), fill=255)
        case "square":
            draw.rectangle((left, top, right - 1, bottom - 1), fill=255)
        case _:
            draw.polygon([((left + right) / 2, top), (right, bottom), (left, bottom)], fill=255)
    whole = Image.new("L", (WIDTH, HEIGHT))
    whole.paste(mask.reduce(FINE), first)
    return np.asarray(whole, float) / 255


def scene(background: Image.Image, things: Sequence[Thing]) -> tuple[Image.Image, list[Thing]]:
    """The things over a background, the last one in front, and those of them that are seen."""
    image = np.asarray(background, float)
    outlines = [outline(thing) for thing in things]
    for thing, covered in zip(things, outlines, strict=True):
        image = image + covered[..., None] * (np.array(thing.colour) - image)
    seen = []
    before: NDArray[np.float64] = np.zeros((HEIGHT, WIDTH))
    for thing, covered in zip(things[::-1], outlines[::-1], strict=True):
        if (covered * (1 - before)).sum() >= SEEN * covered.sum():
            seen.append(thing)
        before = np.maximum(before, covered)
    return Image.fromarray(image.round().astype(np.uint8)), seen[::-1]


def some_thing(chance: np.random.Generator, name: str | None = None) -> Thing:
    """A shape of any kind, size, colour and speed, somewhere."""
    name = name or CLASSES[chance.integers(len(CLASSES))]
    width = chance.uniform(SMALLEST, LARGEST)
    height = width * chance.uniform(0.85, 1.15)
    left, top = chance.uniform(0, WIDTH - width), chance.uniform(0, HEIGHT - height)
    red, green, blue = (int(part) for part in chance.integers(0, 256, 3))
    speed = chance.choice([-1, 1]) * chance.uniform(1, 4), chance.uniform(-3, 3)
    return Thing(name, left, top, width, height, (red, green, blue), speed)


def main() -> None:
    """Draws the clip and writes the boxes of its frames."""
    chance = np.random.default_rng(SEED)
    background = ground(chance)
    things = [some_thing(chance, name) for name in ("square", "triangle", "circle", "triangle", "circle")]
    clip = cv2.VideoWriter(str(FOLDER / "clip.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    rows = []
    for number in range(FPS * SECONDS):
        image, seen = scene(background, things)
        clip.write(np.asarray(image)[..., ::-1])
        rows += [
            (f"clip.mp4/{number:06}", thing.name, *(round(side, 1) for side in thing.box)) for thing in seen
        ]
        things = [thing.moved() for thing in things]
    clip.release()
    with (FOLDER / "boxes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("image", "class", "x1", "y1", "x2", "y2"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
