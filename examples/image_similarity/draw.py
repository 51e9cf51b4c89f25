"""Draws the rooms and houses of `scenes/`: 24 of each of four kinds, as the workshop had them in photographs.

    python draw.py

The file's name tells the kind, `kitchen.7.jpg`. Equal seeds give equal pictures.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

FOLDER = Path(__file__).parent / "scenes"
WIDTH, HEIGHT, SCALE = 144, 108, 3
EACH = 24

Colour = tuple[int, int, int]


class Canvas:
    """A picture whose places are shares of its width and height, from the upper left corner."""

    def __init__(self, chance: random.Random, ground: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self._draw = ImageDraw.Draw(self.image)
        self.chance = chance

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """A rectangle with an edge of a darker shade."""
        self._draw.rectangle([*self._at(left, top), *self._at(right, bottom)], fill, shade(fill, 0.7), SCALE)

    def oval(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """An ellipse with an edge of a darker shade."""
        self._draw.ellipse([*self._at(left, top), *self._at(right, bottom)], fill, shade(fill, 0.7), SCALE)

    def shape(self, *points: tuple[float, float], fill: Colour) -> None:
        """A polygon."""
        self._draw.polygon([self._at(*point) for point in points], fill, shade(fill, 0.7))

    def line(self, *points: tuple[float, float], fill: Colour, width: int = 1) -> None:
        """A line through the points."""
        self._draw.line([self._at(*point) for point in points], fill, width * SCALE)

    def grid(self, top: float, bottom: float, step: float, fill: Colour) -> None:
        """Lines of tiles."""
        x = 0.0
        while x < 1:
            self.line((x, top), (x, bottom), fill=fill)
            x += step
        y = top
        while y < bottom:
            self.line((0, y), (1, y), fill=fill)
            y += step * WIDTH / HEIGHT

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(x * WIDTH * SCALE), round(y * HEIGHT * SCALE)


def shade(colour: Colour, factor: float) -> Colour:
    """A lighter or darker colour."""
    red, green, blue = (max(0, min(255, round(factor * part))) for part in colour)
    return red, green, blue


def pale(chance: random.Random, low: int = 170, high: int = 240) -> Colour:
    """A light colour by chance."""
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def wood(chance: random.Random) -> Colour:
    """The colour of some wood."""
    return shade((170, 120, 75), chance.uniform(0.6, 1.35))


def house(chance: random.Random) -> Image.Image:
    """A house with a roof, a door and windows, under the sky and between trees."""
    canvas = Canvas(chance, shade((150, 195, 235), chance.uniform(0.8, 1.08)))
    for _ in range(chance.randint(0, 3)):
        x, y = chance.uniform(0, 0.8), chance.uniform(0.03, 0.2)
        canvas.oval(x, y, x + 0.2, y + 0.08, (245, 245, 250))
    grass = shade((95, 150, 70), chance.uniform(0.7, 1.2))
    ground = chance.uniform(0.72, 0.82)
    canvas.box(-0.1, ground, 1.1, 1.1, grass)
    left, wide = chance.uniform(0.15, 0.4), chance.uniform(0.35, 0.5)
    top, wall = chance.uniform(0.4, 0.5), pale(chance)
    right = left + wide
    roof = chance.choice([(160, 65, 50), (95, 90, 95), (130, 85, 60)])
    for side in chance.sample((left - 0.17, right + 0.03), chance.randint(1, 2)):
        canvas.box(side + 0.05, 0.55, side + 0.08, ground + 0.03, wood(chance))
        canvas.oval(side, 0.28, side + 0.14, 0.64, shade((60, 120, 55), chance.uniform(0.7, 1.2)))
    canvas.box(left, top, right, ground + 0.04, wall)
    peak = top - chance.uniform(0.18, 0.28)
    canvas.shape((left - 0.05, top), (left + wide / 2, peak), (right + 0.05, top), fill=roof)
    door = left + wide * chance.choice([0.12, 0.42, 0.7])
    canvas.box(door, ground - 0.18, door + 0.08, ground + 0.04, wood(chance))
    for share in (0.08, 0.38, 0.72):
        x = left + wide * share
        if abs(x - door) > 0.09:
            canvas.box(x, top + 0.07, x + 0.09, top + 0.19, (190, 215, 235))
            canvas.line((x + 0.045, top + 0.07), (x + 0.045, top + 0.19), fill=(90, 90, 95))
    return canvas.image


def bedroom(chance: random.Random) -> Image.Image:
    """A bed with pillows and a blanket, a night table with a lamp, a window or a picture above."""
    canvas = Canvas(chance, pale(chance))
    floor = chance.uniform(0.68, 0.76)
    canvas.box(-0.1, floor, 1.1, 1.1, wood(chance))
    if chance.random() < 0.5:
        x = chance.uniform(0.55, 0.7)
        canvas.box(x, 0.08, x + 0.24, 0.42, (195, 220, 240))
        curtain = pale(chance, 110, 220)
        canvas.box(x - 0.05, 0.05, x + 0.03, 0.6, curtain)
        canvas.box(x + 0.21, 0.05, x + 0.29, 0.6, curtain)
    else:
        x = chance.uniform(0.3, 0.6)
        canvas.box(x, 0.1, x + 0.2, 0.28, pale(chance, 90, 220))
    left, wide = chance.uniform(0.08, 0.25), chance.uniform(0.48, 0.58)
    head, frame, blanket = chance.uniform(0.36, 0.44), wood(chance), pale(chance, 70, 220)
    canvas.box(left, head, left + wide, 0.8, frame)
    canvas.shape(
        (left + 0.01, 0.62),
        (left + wide - 0.01, 0.62),
        (left + wide + 0.09, 0.95),
        (left - 0.09, 0.95),
        fill=blanket,
    )
    for x in (left + 0.04, left + wide / 2 + 0.02):
        canvas.oval(x, 0.52, x + wide / 2 - 0.07, 0.65, (240, 238, 232))
    table = left + wide + 0.06
    canvas.box(table, 0.62, table + 0.13, 0.84, frame)
    canvas.line((table + 0.065, 0.62), (table + 0.065, 0.5), fill=(90, 85, 80), width=2)
    lamp = shade((250, 225, 150), chance.uniform(0.85, 1.0))
    canvas.shape((table + 0.03, 0.38), (table + 0.1, 0.38), (table + 0.13, 0.51), (table, 0.51), fill=lamp)
    return canvas.image


def kitchen(chance: random.Random) -> Image.Image:
    """Cabinets above and below, a stove with pots, a refrigerator."""
    canvas = Canvas(chance, pale(chance, 190, 240))
    floor = chance.uniform(0.84, 0.9)
    canvas.box(-0.1, floor, 1.1, 1.1, shade((190, 175, 155), chance.uniform(0.7, 1.1)))
    front = chance.choice([wood(chance), pale(chance, 150, 245)])
    cold = chance.choice([0.0, 0.8])
    begin, end = (0.22, 1.02) if not cold else (-0.02, 0.78)
    doors = chance.randint(4, 6)
    each = (end - begin) / doors
    stove = chance.randint(1, doors - 2)
    counter = chance.uniform(0.52, 0.57)
    for place in range(doors):
        x = begin + place * each
        if place == stove:
            canvas.shape(
                (x, 0.32),
                (x + each, 0.32),
                (x + each * 0.7, 0.16),
                (x + each * 0.3, 0.16),
                fill=(170, 172, 176),
            )
            canvas.box(x, counter, x + each, floor, (70, 70, 74))
            canvas.box(x + 0.02, counter + 0.12, x + each - 0.02, floor - 0.05, (25, 25, 30))
            for knob in (0.25, 0.5, 0.75):
                canvas.oval(
                    x + each * knob - 0.01,
                    counter + 0.045,
                    x + each * knob + 0.01,
                    counter + 0.075,
                    (220, 220, 220),
                )
            pot = pale(chance, 60, 220)
            canvas.box(x + each * 0.2, counter - 0.1, x + each * 0.75, counter - 0.01, pot)
            canvas.line(
                (x + each * 0.75, counter - 0.07),
                (x + each * 1.1, counter - 0.08),
                fill=(40, 40, 40),
                width=2,
            )
            continue
        canvas.box(x, 0.06, x + each, 0.34, front)
        canvas.box(x + each - 0.03, 0.26, x + each - 0.015, 0.31, (200, 200, 205))
        canvas.box(x, counter + 0.03, x + each, floor, front)
        canvas.box(x + each - 0.03, counter + 0.08, x + each - 0.015, counter + 0.13, (200, 200, 205))
    canvas.box(begin, counter, end, counter + 0.035, shade((120, 115, 112), chance.uniform(0.6, 1.3)))
    ice = shade((215, 218, 222), chance.uniform(0.8, 1.1))
    canvas.box(cold + 0.01, 0.1, cold + 0.19, 0.38, ice)
    canvas.box(cold + 0.01, 0.39, cold + 0.19, floor, ice)
    for top in (0.28, 0.43):
        canvas.box(cold + 0.03, top, cold + 0.045, top + 0.08, (90, 92, 96))
    return canvas.image


def bathroom(chance: random.Random) -> Image.Image:
    """Tiles, a tub or a shower, a basin under a mirror, a toilet."""
    tiles = shade((205, 228, 232), chance.uniform(0.82, 1.08))
    canvas = Canvas(chance, tiles)
    floor, white = chance.uniform(0.8, 0.86), (244, 245, 247)
    canvas.grid(0.0, floor, chance.uniform(0.06, 0.1), shade(tiles, 0.86))
    canvas.box(-0.1, floor, 1.1, 1.1, pale(chance, 110, 190))
    turned = chance.random() < 0.5

    def x(place: float) -> float:
        return 1 - place if turned else place

    def across(one: float, other: float) -> tuple[float, float]:
        return min(x(one), x(other)), max(x(one), x(other))

    if chance.random() < 0.6:
        left, right = across(0.03, 0.47)
        canvas.oval(left, 0.56, right, floor + 0.1, white)
        canvas.box(left - 0.02, 0.58, right + 0.02, 0.64, white)
        canvas.line((x(0.08), 0.58), (x(0.08), 0.45), (x(0.14), 0.45), fill=(150, 155, 160), width=2)
    else:
        left, right = across(0.04, 0.34)
        canvas.box(left, 0.1, right, floor, shade((200, 225, 238), chance.uniform(0.9, 1.08)))
        canvas.line((x(0.19), 0.14), (x(0.19), 0.24), fill=(140, 145, 150), width=2)
        canvas.oval(*_pair(across(0.14, 0.24), 0.22, 0.28), (150, 155, 160))
    left, right = across(0.54, 0.74)
    mirror = chance.uniform(0.1, 0.16)
    canvas.box(left, mirror, right, mirror + 0.3, (222, 236, 246))
    canvas.line((left + 0.03, mirror + 0.24), (right - 0.05, mirror + 0.05), fill=(250, 252, 255), width=2)
    canvas.oval(left - 0.02, 0.52, right + 0.02, 0.68, white)
    canvas.box((left + right) / 2 - 0.02, 0.66, (left + right) / 2 + 0.02, floor + 0.02, white)
    canvas.line(((left + right) / 2, 0.54), ((left + right) / 2, 0.47), fill=(150, 155, 160), width=2)
    left, right = across(0.8, 0.95)
    canvas.box(left + 0.01, 0.48, right - 0.01, 0.66, white)
    canvas.oval(left - 0.01, 0.64, right + 0.01, 0.78, white)
    canvas.shape(
        (left + 0.02, 0.74), (right - 0.02, 0.74), (right - 0.04, 0.9), (left + 0.04, 0.9), fill=white
    )
    return canvas.image


def _pair(across: tuple[float, float], top: float, bottom: float) -> tuple[float, float, float, float]:
    return across[0], top, across[1], bottom


def seen(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A part of the picture, as a camera may see it: tilted, from near or far, in more or less light."""
    tilted = picture.rotate(chance.uniform(-10, 10), Image.Resampling.BICUBIC, expand=False)
    wide, high = tilted.size
    zoom = chance.uniform(0.16, 0.6)
    left, top = chance.uniform(0.06, 0.94 - zoom) * wide, chance.uniform(0.06, 0.94 - zoom) * high
    part = tilted.crop((int(left), int(top), int(left + zoom * wide), int(top + zoom * high)))
    light = ImageEnhance.Brightness(part).enhance(chance.uniform(0.55, 1.15))
    return ImageEnhance.Color(light).enhance(chance.uniform(0.1, 1.0))


KINDS: dict[str, Callable[[random.Random], Image.Image]] = {
    "bathroom": bathroom,
    "bedroom": bedroom,
    "house": house,
    "kitchen": kitchen,
}


def main() -> None:
    """Draws all of them: `bathroom.1.jpg`, `bedroom.1.jpg`, ..."""
    chance = random.Random(11)  # noqa: S311 - pictures, not secrets
    FOLDER.mkdir(exist_ok=True)
    for number in range(1, EACH + 1):
        for kind, draw in KINDS.items():
            picture = seen(draw(chance).filter(ImageFilter.GaussianBlur(1)), chance)
            picture.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).save(
                FOLDER / f"{kind}.{number}.jpg", quality=82
            )


if __name__ == "__main__":
    main()
