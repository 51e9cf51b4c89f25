"""Draws the cats and dogs of `animals/`: faces with pointed or hanging ears, the name of the file telling which.

    python draw.py

Equal seeds give equal pictures.
"""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent / "animals"
SIDE, SCALE = 96, 4
EACH = 60
FUR = {
    "cat": ((120, 120, 125), (200, 150, 90), (60, 55, 55)),
    "dog": ((150, 100, 60), (225, 205, 170), (90, 70, 55)),
}


def face(kind: str, chance: random.Random) -> Image.Image:
    """A face, 96x96 RGB, at a place, of a size and of colours by chance."""
    side = SIDE * SCALE
    image = Image.new("RGB", (side, side), tuple(chance.randint(90, 230) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    # Both have all furs, so that the colour alone tells little.
    fur = chance.choice(FUR["cat"] + FUR["dog"])
    dark = tuple(int(0.7 * part) for part in fur)
    x, y, r = chance.randint(160, 224), chance.randint(180, 220), chance.randint(90, 120)
    if kind == "cat":
        for way in (-1, 1):
            draw.polygon(
                [(x + way * r, y - r // 4), (x + way * r, y - 3 * r // 2), (x + way * r // 5, y - r)],
                fill=fur,
            )
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fur)
    for way in (-1, 1):
        eye = (x + way * r // 2, y - r // 5)
        tall = r // 5 if kind == "cat" else r // 7
        draw.ellipse((eye[0] - r // 7, eye[1] - tall, eye[0] + r // 7, eye[1] + tall), fill=(240, 240, 235))
        draw.ellipse((eye[0] - r // 16, eye[1] - tall, eye[0] + r // 16, eye[1] + tall), fill=(15, 15, 15))
    if kind == "cat":
        draw.polygon(
            [(x - r // 8, y + r // 4), (x + r // 8, y + r // 4), (x, y + r // 2)], fill=(215, 130, 140)
        )
        for way in (-1, 1):
            for tilt in (-1, 0, 1):
                draw.line(
                    (x + way * r // 4, y + r // 2, x + way * r, y + r // 2 + tilt * r // 4),
                    fill=(245, 245, 245),
                    width=4,
                )
    else:
        for way in (-1, 1):
            ear = (x + way * r, y)
            draw.ellipse((ear[0] - r // 3, ear[1] - r // 2, ear[0] + r // 3, ear[1] + r), fill=dark)
        draw.ellipse((x - r // 2, y + r // 8, x + r // 2, y + 7 * r // 8), fill=(235, 220, 200))
        draw.ellipse((x - r // 5, y + r // 6, x + r // 5, y + r // 2), fill=(25, 20, 20))
    return image.filter(ImageFilter.GaussianBlur(3)).resize((SIDE, SIDE), Image.Resampling.BOX)


def main() -> None:
    """Draws all of them: `cat.1.jpg`, `dog.1.jpg`, ..."""
    chance = random.Random(7)  # noqa: S311 - pictures, not secrets
    FOLDER.mkdir(exist_ok=True)
    for number in range(1, EACH + 1):
        for kind in FUR:
            face(kind, chance).save(FOLDER / f"{kind}.{number}.jpg", quality=80)


if __name__ == "__main__":
    main()
