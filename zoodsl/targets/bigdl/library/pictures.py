"""Small pictures of rows' images, to look at in reports and plots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.features import Features, ImageColumn
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.runs import Replacing, Run

SIDE = 160
"""The longer side of a small picture, in pixels."""


def small_pictures(
    run: Run, frame: DataFrame, features: Features, keys: Iterable[Any], folder: str
) -> dict[Any, str]:
    """The images of the rows with these keys, as PNG in ``folder`` of the run: the path of each by its key.

    None where the network is not fed images. Small images are enlarged by whole pixels.
    """
    if not isinstance(features, ImageColumn):
        return {}
    from PIL import Image

    wanted = list(dict.fromkeys(keys))
    paths: dict[Any, str] = {}
    rows = frame.where(F.col(KEY).isin(wanted)).select(KEY, features.expression().alias("image")).collect()
    found = {row[KEY]: row["image"] for row in rows}
    with Replacing(run.out / folder) as part:
        for number, key in enumerate(wanted, 1):
            image = found[key]
            size = image["width"], image["height"]
            if image["nChannels"] == 1:
                picture = Image.frombytes("L", size, bytes(image["data"]))
            else:
                picture = Image.frombytes("RGB", size, bytes(image["data"]), "raw", "BGR")
            times = SIDE // max(size)
            if times > 1:
                picture = picture.resize((times * size[0], times * size[1]), Image.Resampling.NEAREST)
            picture.thumbnail((SIDE, SIDE))
            picture.save(part / f"{number:03}.png")
            paths[key] = f"{folder}/{number:03}.png"
    return paths
