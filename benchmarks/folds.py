"""Five folds of chest X-rays by patient: the head that the example trains against logistic regression on the same features.

    python benchmarks/folds.py FOLDER_OF_IMAGES TABLE [--out FOLDER]

Both see the same three fifths of the patients for each fold, and are judged on the same fifth: the mean over folds of the
mean over findings of the area under the ROC curve. The runs are `zoodsl run examples/chest_xray/chest_xray.zoo`; the
features are those that they keep.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

import zoodsl

EXAMPLE = Path(__file__).parent.parent / "examples" / "chest_xray"
FOLDS = 5


def run(overrides: dict[str, str], out: Path, features: Path) -> dict[str, float]:
    """The metrics of one run on its test part."""
    settings = [part for name, value in overrides.items() for part in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "zoodsl", "run", str(EXAMPLE / "chest_xray.zoo")]
    command += ["--values", str(EXAMPLE / "nih.yaml"), *settings]
    subprocess.run([*command, "--out", str(out), "--features", str(features)], check=True)
    found: dict[str, float] = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["evaluation"][
        "test"
    ]
    return found


def parts(overrides: dict[str, str], fold: int, features: Path, spark: Any) -> dict[str, tuple[Any, Any]]:
    """Features and labels of the train and test rows of a fold; all must have been kept."""
    from zoodsl.targets.bigdl.library.feature_store import FeatureStore

    spec = zoodsl.load(
        EXAMPLE / "chest_xray.zoo", **overrides, fold=fold, side=224, altered="0%", batch_size=64
    )
    program = spec._module()  # noqa: SLF001 - its key of the features, and its form of labels
    key = program.PHASES[0].boundary.key
    store = FeatureStore(str(features))
    found = {}
    for part, frame in spec.read(spark).items():
        rows = frame.select(
            program.FEATURES.expression().alias("_features"), program.LABEL.expression().alias("_label")
        )
        kept = store(rows, _never, key, part, lambda *_, **__: None).collect()
        found[part] = np.array([row[0] for row in kept]), np.array([row[1] for row in kept])
    return found


def _never(rows: Any) -> Any:
    raise SystemExit(f"{rows.count()} rows have no features: run all folds first")


def regression(train: tuple[Any, Any], test: tuple[Any, Any]) -> float:
    """The mean area over labels of one logistic regression a label (C = 0.001)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    (x, y), (unseen, wanted) = train, test
    areas = []
    for label in range(y.shape[1]):
        if 0 < wanted[:, label].sum() < len(wanted):
            fitted = LogisticRegression(C=1e-3, max_iter=2000).fit(x, y[:, label])
            areas.append(roc_auc_score(wanted[:, label], fitted.decision_function(unseen)))
    return float(mean(areas))


def main() -> None:
    """Prints a line a fold, and the means."""
    from zoodsl.targets.bigdl.library.session import start_session

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("table", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/folds"))
    given = parser.parse_args()
    images = sorted(given.images.resolve().glob("*"))
    overrides = {
        "images": f"{given.images.resolve()}/*",
        "table": str(given.table.resolve()),
        "example": str(images[0]),
    }
    features = given.out / "features"
    heads = []
    for fold in range(FOLDS):
        out = given.out / f"fold{fold}"
        heads.append(run(overrides | {"fold": str(fold)}, out, features)["RocAuc(average = macro)"])
    warnings.simplefilter("ignore")
    spark = start_session("folds", 64, "local[2]")
    lines = []
    for fold in range(FOLDS):
        found = parts(overrides, fold, features, spark)
        lines.append(regression(found["train"], found["test"]))
    spark.stop()
    for fold, (head, line) in enumerate(zip(heads, lines, strict=True)):
        print(f"fold {fold}: head {head:.4f}, logistic regression {line:.4f}")
    print(f"mean: head {mean(heads):.4f}, logistic regression {mean(lines):.4f}")


if __name__ == "__main__":
    main()
