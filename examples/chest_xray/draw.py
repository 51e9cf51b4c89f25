"""Draws the phantoms of `phantoms/`: chests in outline, with one sign a finding. They are no radiographs.

    python draw.py

They have the form of the NIH's ChestX-ray14: a table of findings for image files, several images a patient, and a table
that names files `.png` where those at hand are `.jpg`. Equal seeds give equal pictures.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent / "phantoms"
SIDE, SCALE = 96, 4
PATIENTS = 48
FINDINGS = (
    "Atelectasis",
    "Cardiomegaly",
    "Effusion",
    "Infiltration",
    "Mass",
    "Nodule",
    "Pneumonia",
    "Pneumothorax",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Fibrosis",
    "Pleural_Thickening",
    "Hernia",
)
COLUMNS = ("Image Index", "Finding Labels", "Follow-up #", "Patient ID", "Patient Age", "Patient Gender")


def chest(findings: set[str], chance: random.Random) -> Image.Image:
    """A phantom with these findings, 96x96 grey."""
    side = SIDE * SCALE
    image = Image.new("L", (side, side), chance.randint(150, 190))
    draw = ImageDraw.Draw(image)
    shift = chance.randint(-12, 12)
    wide = 30 if "Emphysema" in findings else 0
    lungs = [
        (50 + shift - wide, 60, 175 + shift, 320 + wide),
        (209 + shift, 60, 334 + shift + wide, 320 + wide),
    ]
    air = 20 if "Emphysema" in findings else 60
    for lung in lungs:
        draw.ellipse(lung, fill=air + chance.randint(-8, 8))
    for rib in range(6):
        for left, top, right, _ in lungs:
            y = top + 25 + 40 * rib
            draw.arc((left, y, right, y + 50), 200, 340, fill=110, width=5)
    heart = 55 if "Cardiomegaly" in findings else 0
    draw.ellipse((150 + shift - heart, 190 - heart // 2, 250 + shift + heart, 310), fill=205)
    for finding in sorted(findings):
        sign(draw, finding, lungs[chance.randrange(2)], lungs, chance)
    blurred = image.filter(ImageFilter.GaussianBlur(3)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return blurred.point(lambda value: min(255, max(0, value + 8)))


def sign(  # the drawing of one finding, in the order of FINDINGS
    draw: ImageDraw.ImageDraw,
    finding: str,
    lung: tuple[int, int, int, int],
    lungs: list[tuple[int, int, int, int]],
    chance: random.Random,
) -> None:
    """Draws the sign of a finding into a lung, or into both."""
    left, top, right, bottom = lung
    middle, height = (left + right) // 2, (top + bottom) // 2
    match finding:
        case "Atelectasis":
            draw.polygon([(left, bottom - 90), (right, bottom - 60), (right, bottom - 30)], fill=200)
        case "Effusion":
            draw.chord(lung, 20, 160, fill=225)
        case "Infiltration":
            for _ in range(70):
                x, y = chance.randint(left + 20, right - 20), chance.randint(top + 40, bottom - 40)
                draw.ellipse((x, y, x + 8, y + 8), fill=170)
        case "Mass":
            draw.ellipse((middle - 38, height - 38, middle + 38, height + 38), fill=235)
        case "Nodule":
            draw.ellipse((middle - 12, top + 50, middle + 12, top + 74), fill=250)
        case "Pneumonia":
            draw.ellipse((left + 10, height, right - 10, bottom - 20), fill=165)
        case "Pneumothorax":
            draw.chord(lung, 190, 350, fill=5)
        case "Consolidation":
            draw.rectangle((left + 20, top + 60, right - 20, height - 10), fill=230)
        case "Edema":
            for edge, (inner, start, outer, _) in zip((1, 0), lungs, strict=True):
                x = outer if edge else inner
                draw.ellipse((x - 70, start + 60, x + 70, start + 190), fill=190)
        case "Fibrosis":
            for step in range(left + 20, right - 20, 14):
                draw.line((step, height, step + 20, bottom - 30), fill=200, width=3)
                draw.line((step + 20, height, step, bottom - 30), fill=200, width=3)
        case "Pleural_Thickening":
            draw.arc(lung, 0, 360, fill=245, width=14)
        case "Hernia":
            draw.ellipse((165, 280, 225, 345), fill=15, outline=240, width=6)


def main() -> None:
    """Draws all phantoms and writes their table."""
    chance = random.Random(14)  # noqa: S311 - pictures, not secrets
    FOLDER.mkdir(exist_ok=True)
    rows = []
    for patient in range(1, PATIENTS + 1):
        inclined = chance.sample(FINDINGS, 4)
        for visit in range(chance.randint(2, 4)):
            findings = {each for each in inclined if chance.random() < 0.45}
            name = f"{patient:08}_{visit:03}"
            chest(findings, chance).save(FOLDER / f"{name}.jpg", quality=80)
            found = "|".join(each for each in FINDINGS if each in findings) or "No Finding"
            rows.append((f"{name}.png", found, visit, patient, 40 + patient % 40, "FM"[patient % 2]))
    with (FOLDER / "findings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
