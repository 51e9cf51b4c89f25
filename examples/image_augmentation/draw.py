"""Draws `photo.jpg`: a landscape of 375x500, which looks otherwise flipped, cropped, or in other colours.

    python draw.py

Equal seeds give equal pictures.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

HEIGHT, WIDTH = 375, 500
FINE = 3
"""How many times larger it is drawn, so that edges are smooth."""

Colour = tuple[int, int, int]


def main() -> None:
    """Draws the picture, the same each time."""
    random = np.random.default_rng(7)
    picture = Image.fromarray(sky())
    canvas = ImageDraw.Draw(picture)
    disc(canvas, 392, 78, 34, (255, 214, 92))
    for left, top, size in ((60, 62, 15), (150, 110, 11), (262, 48, 17)):
        cloud(canvas, left, top, size)
    ridge(canvas, random, 190, 46, (122, 138, 178))
    ridge(canvas, random, 226, 30, (86, 122, 126))
    polygon(canvas, [(0, 262), (170, 244), (500, 268), (500, 375), (0, 375)], (104, 158, 74))
    polygon(canvas, [(318, 256), (340, 256), (296, 375), (180, 375)], (206, 178, 128))
    house(canvas)
    for foot, size in ((352, 40), (404, 58), (462, 46)):
        tree(canvas, foot, 322, size)
    for _ in range(90):
        x, y = random.uniform(0, 170), random.uniform(330, 372)
        disc(canvas, x, y, 2.2, (214, 62, 74) if random.random() < 0.5 else (244, 214, 64))
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    picture.save(Path(__file__).with_name("photo.jpg"), quality=88)


def sky() -> npt.NDArray[np.uint8]:
    """Blue above, pale at the horizon."""
    above, below = np.array([86, 148, 222.0]), np.array([238, 226, 206.0])
    share = np.clip(np.linspace(0, 1.5, HEIGHT * FINE), 0, 1)[:, None, None]
    return np.broadcast_to(above * (1 - share) + below * share, (HEIGHT * FINE, WIDTH * FINE, 3)).astype(
        np.uint8
    )


def polygon(canvas: ImageDraw.ImageDraw, corners: list[tuple[float, float]], colour: Colour) -> None:
    """A filled polygon, in pixels of the picture."""
    canvas.polygon([(x * FINE, y * FINE) for x, y in corners], fill=colour)


def disc(canvas: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    """A filled circle."""
    canvas.ellipse([(v * FINE) for v in (x - radius, y - radius, x + radius, y + radius)], fill=colour)


def cloud(canvas: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """Four discs."""
    for aside, down, times in ((-1.5, 0.3, 0.8), (0, 0, 1.1), (1.3, 0.25, 0.9), (2.4, 0.45, 0.6)):
        disc(canvas, x + aside * size, y + down * size, times * size, (250, 250, 252))


def ridge(
    canvas: ImageDraw.ImageDraw, random: np.random.Generator, y: float, height: float, colour: Colour
) -> None:
    """Mountains in a line."""
    peaks = [(x, y - random.uniform(0, height)) for x in range(-40, 560, 40)]
    polygon(canvas, [*peaks, (560, HEIGHT), (-40, HEIGHT)], colour)


def house(canvas: ImageDraw.ImageDraw) -> None:
    """A white house with a red roof, on the left."""
    polygon(canvas, [(70, 218), (164, 218), (164, 296), (70, 296)], (240, 234, 222))
    polygon(canvas, [(58, 220), (117, 168), (176, 220)], (186, 62, 48))
    polygon(canvas, [(106, 252), (130, 252), (130, 296), (106, 296)], (112, 74, 50))
    for left in (80, 138):
        polygon(canvas, [(left, 232), (left + 18, 232), (left + 18, 250), (left, 250)], (92, 144, 190))


def tree(canvas: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """A fir."""
    polygon(canvas, [(x - 4, y - 10), (x + 4, y - 10), (x + 4, y + 12), (x - 4, y + 12)], (92, 62, 44))
    for layer in range(3):
        top = y - size * (1.5 - 0.42 * layer)
        half = size * (0.34 + 0.13 * layer)
        polygon(
            canvas, [(x, top), (x - half, top + size * 0.72), (x + half, top + size * 0.72)], (38, 96, 62)
        )


if __name__ == "__main__":
    main()
