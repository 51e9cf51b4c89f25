"""Draws the short reviews beside this file: `python draw.py` writes them again, byte for byte."""

from __future__ import annotations

import csv
import random
from pathlib import Path

SUBJECTS = ["film", "meal", "room", "book", "concert", "garden", "journey", "play"]
GOOD = ["wonderful", "warm", "lovely", "bright", "delightful", "clever", "charming", "splendid"]
BAD = ["dreadful", "cold", "dull", "shabby", "tiresome", "clumsy", "bitter", "gloomy"]
OPENINGS = ["To be honest,", "We thought", "My friends say", "All in all", "On Sunday", "I must say"]
ENDINGS = ["We stayed until 10 o'clock.", "It was raining, too.", "So much for that.", "Ask the neighbours!"]
ROWS = 480


def review(draw: random.Random) -> tuple[str, str]:
    """A text, and whether it praises or blames; "not" turns what follows into its opposite."""
    praises = draw.random() < 0.5
    turned = draw.random() < 0.4
    word = draw.choice(GOOD if praises is not turned else BAD)
    said = f"the {draw.choice(SUBJECTS)} was {'not ' * turned}{word}"
    parts = [draw.choice(OPENINGS), f"{said}.", draw.choice(ENDINGS)]
    return " ".join(parts), "good" if praises else "bad"


def main() -> None:
    """Writes `reviews.csv`."""
    draw = random.Random(11)  # noqa: S311 - no secret is drawn
    with Path(__file__).with_name("reviews.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["text", "verdict"])
        rows.writerows(review(draw) for _ in range(ROWS))


if __name__ == "__main__":
    main()
