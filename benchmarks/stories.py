"""The eight stories of `examples/`, one after the other: on the data that come with them, or on real data.

    python benchmarks/stories.py                       runs all eight as they are
    python benchmarks/stories.py --data FOLDER         with MNIST, MovieLens, NAB, NIH and photos below FOLDER
    python benchmarks/stories.py mnist anomaly         runs these alone

A table is printed at the end: the story, a metric, the workshop's figure where it is comparable, ours, and the time that the
command took. Run folders stay in `--out`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Figure:
    """A number that a run leaves in ``metrics.json``: its name for people, and where it stands there.

    ``workshop`` is what ODSC East 2019 had for it on its own data, empty where that cannot be compared.
    """

    name: str
    place: tuple[str, ...]
    workshop: str = ""


@dataclass(frozen=True)
class Story:
    """An example: its figures, and what is given to run it on the real data, where ``{data}`` is their folder.

    ``spec`` is the file, where it is not called as its folder. A story without ``settings`` has no real data here, and one that
    is ``real`` runs on them alone.
    """

    name: str
    figures: tuple[Figure, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    values: str | None = None
    spec: str | None = None
    real: bool = False

    def command(self, data: Path | None, out: Path) -> list[str]:
        """The command line that runs it."""
        folder = EXAMPLES / self.name
        spec = folder / f"{self.spec or self.name}.zoo"
        words = [sys.executable, "-m", "zoodsl", "run", str(spec), "--out", str(out)]
        if data is None:
            return words
        if self.values is not None:
            words += ["--values", str(folder / self.values)]
        for name, value in self.settings.items():
            words += ["--set", f"{name}={value.format(data=data)}"]
        return words


def tested(metric: str) -> tuple[str, ...]:
    """Where a metric over the test rows stands."""
    return "evaluation", "test", metric


def beside(baseline: str, metric: str) -> tuple[str, ...]:
    """Where a baseline's metric over the test rows stands."""
    return "baselines", "test", baseline, metric


SCALED = "MeanSquaredError(scaled = true)"

STORIES = (
    Story(
        "mnist",
        (Figure("accuracy", tested("Accuracy")),),
        {
            "source": 'IDX("{data}/mnist/train-images-idx3-ubyte.gz", "{data}/mnist/train-labels-idx1-ubyte.gz")',
            "batch_size": "512",
            "max_epochs": "8",
        },
    ),
    Story(
        "mnist",
        (Figure("accuracy, first 100", ("results", "predict", "Accuracy"), "1.0"),),
        {"folder": "{data}/mnist"},
        spec="perceptron",
        real=True,
    ),
    Story("transfer_learning", (Figure("accuracy", tested("Accuracy"), "0.977 on cats and dogs"),)),
    Story(
        "recommendation",
        (
            Figure("absolute error", tested("MeanAbsoluteError"), "0.692 on MovieLens 1M"),
            Figure("absolute error of ALS", beside("ALS", "MeanAbsoluteError")),
            Figure("hit ratio of 10", ("results", "recommend", "HitRatio(k = 10, least = 4)")),
            Figure("NDCG of 10", ("results", "recommend", "NDCG(k = 10, least = 4)")),
        ),
        {"source": 'CSV("{data}/movielens/ratings.csv")'},
        values="movielens.yaml",
    ),
    Story(
        "anomaly",
        (
            Figure("squared error, scaled", tested(SCALED)),
            Figure("of the last value", beside("Persistence", SCALED)),
            Figure("known windows hit", ("results", "anomalies", "windows_hit")),
        ),
        {"series": "{data}/nab/nyc_taxi.csv", "windows": "{data}/nab/combined_windows.json"},
        values="nyc_taxi.yaml",
    ),
    Story(
        "object_detection",
        (Figure("mAP at 0.5", ("results", "detect", "mAP@0.5")),),
        {
            "weights": "{data}/models/FastestDet_coco_352.onnx",
            "pictures": 'Images("{data}/natural/*.*g")',
        },
        values="coco.yaml",
    ),
    Story("image_similarity", (Figure("precision at 3", ("results", "index", "PrecisionAt(3)"), "0.93"),)),
    Story(
        "image_augmentation",
        (),
        {"photo": "{data}/natural/cat_720p.jpg"},
    ),
    Story(
        "chest_xray",
        (Figure("area under the curve, mean", tested("RocAuc"), "0.809, patients on both sides"),),
        {
            "images": "{data}/chest_nih14/images_256/*.jpg",
            "table": "{data}/chest_nih14/Data_Entry_2017_v2020.csv.gz",
            "example": "{data}/chest_nih14/images_256/00000075_000.jpg",
        },
        values="nih.yaml",
    ),
)


def told(summary: Any, place: tuple[str, ...]) -> str:
    """The number at ``place``, in four decimals; `-` where there is none."""
    for key in place:
        summary = summary.get(key) if isinstance(summary, dict) else None
    return f"{summary:.4f}" if isinstance(summary, int | float) else "-"


def rows(story: Story, data: Path | None, out: Path) -> Iterator[tuple[str, ...]]:
    """Runs a story; a row of the table for each of its figures."""
    began = time.monotonic()
    finished = subprocess.run(story.command(data, out), check=False)
    seconds = f"{time.monotonic() - began:.0f} s"
    written = out / "metrics.json"
    if finished.returncode or not written.is_file():
        yield story.name, "failed", "", f"exit status {finished.returncode}", seconds
        return
    if not story.figures:
        yield story.name, "pictures", "", "drawn", seconds
    summary = json.loads(written.read_text(encoding="utf-8"))
    for place, figure in enumerate(story.figures):
        ours = told(summary, figure.place)
        yield story.name, figure.name, figure.workshop if data else "", ours, "" if place else seconds


def table(lines: list[tuple[str, ...]]) -> str:
    """The lines in columns."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in shown)


def main() -> None:
    """Runs the stories and prints the table; exits with 1 where one failed."""
    names = list(dict.fromkeys(story.name for story in STORIES))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stories", nargs="*", choices=[[], *names], metavar="STORY", help=", ".join(names))
    parser.add_argument("--data", type=Path, help="the folder of the real data")
    parser.add_argument("--out", type=Path, help="where run folders go; else a temporary folder")
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="stories-"))
    data = given.data.absolute() if given.data else None
    began = time.monotonic()
    lines: list[tuple[str, ...]] = [("story", "metric", "workshop", "ours", "time")]
    for story in STORIES:
        if (not given.stories or story.name in given.stories) and (data or not story.real):
            lines += rows(story, data, out / (story.spec or story.name))
    print(table(lines))
    print(f"\n{time.monotonic() - began:.0f} s in all; run folders are in {out}")
    sys.exit(any(line[1] == "failed" for line in lines))


if __name__ == "__main__":
    main()
