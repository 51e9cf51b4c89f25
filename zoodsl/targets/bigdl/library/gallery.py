"""Judged rows to look at: the first ones in a line, and some of each predicted class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.features import Features
from zoodsl.targets.bigdl.library.labels import ClassIndex, class_names
from zoodsl.targets.bigdl.library.pictures import small_pictures
from zoodsl.targets.bigdl.library.predictions import Decoding, answer
from zoodsl.targets.bigdl.library.runs import Run

STRIP = 12
"""How many rows a strip has."""

OF_CLASS = 6
"""How many rows of each predicted class a gallery shows: as many wrong ones as fit into half of it, then right ones."""

GALLERY_CLASSES = 12
"""A gallery shows no more predicted classes: those with the most mistakes."""


def show_rows(  # noqa: PLR0913 - what is judged, and where its pictures come from
    run: Run,
    part: str,
    keys: Sequence[Any],
    labels: Array,
    outputs: Array,
    *,
    frame: DataFrame,
    features: Features,
    label: ClassIndex,
    plots: Sequence[str],
) -> dict[str, Any]:
    """What the plots ``strip`` and ``gallery`` are drawn from, with small pictures in the folder ``judged``.

    Args:
        run: what keeps the pictures.
        part: the judged part.
        keys: of its rows.
        labels: their classes.
        outputs: what the network tells of them.
        frame: the rows with these keys, and their images.
        features: which column has the images.
        label: what the classes are called.
        plots: which of the two are wanted.
    """
    names = class_names(label)
    decoding = Decoding(label, 1, run.thresholds)
    told = [answer(each, decoding)[0] for each in outputs]
    order = sorted(range(len(keys)), key=lambda place: keys[place])
    rows = [
        {
            "row": str(keys[place]),
            "label": names[int(labels[place])],
            "predicted": told[place]["label"],
            "score": told[place]["score"],
        }
        for place in order
    ]
    chosen = {"strip": rows[:STRIP]} if "strip" in plots else {}
    classes = gallery(rows) if "gallery" in plots else []
    shown = [*chosen.get("strip", []), *(row for each in classes for row in each["shown"])]
    by_text = {str(key): key for key in keys}
    pictures = small_pictures(run, frame, features, [by_text[row["row"]] for row in shown], f"judged/{part}")
    for row in shown:
        row["picture"] = pictures[by_text[row["row"]]]
    return {name: {"rows": found} for name, found in chosen.items()} | (
        {"gallery": {"classes": classes}} if classes else {}
    )


def gallery(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each predicted class how many rows it has, how many of them are ``right``, and those that are ``shown``.

    Mistakes come first, the surest one before the others, then right ones in their order.
    """
    found = []
    for name in dict.fromkeys(sorted(row["predicted"] for row in rows)):
        own = [row for row in rows if row["predicted"] == name]
        wrong = sorted((row for row in own if row["label"] != name), key=lambda row: -row["score"])
        right = [row for row in own if row["label"] == name]
        mistakes = max(OF_CLASS // 2, OF_CLASS - len(right))
        shown = [*wrong[:mistakes], *right]
        found.append({"predicted": name, "rows": len(own), "right": len(right), "shown": shown[:OF_CLASS]})
    most = sorted(found, key=lambda each: each["right"] - each["rows"])[:GALLERY_CLASSES]
    return [each for each in found if each in most]
