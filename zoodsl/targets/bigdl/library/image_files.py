"""Image files by a glob."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import IMAGE, KEY, ImageRow, image_row
from zoodsl.targets.bigdl.library.paths import located


def read_images(spark: SparkSession, root: str, pattern: str, channels: int) -> DataFrame:
    """The files that match a glob: ``image``, ``origin`` (path below the glob's fixed part) and ``folder``.

    ``**`` stands for any number of folders; hidden files are left alone. Images become ``channels`` of 8 bits: 3 (BGR)
    or 1 (grey, by ITU-R 601-2). Where a file is no image that can be read, ``image`` is null.
    """
    fixed, rest = glob_parts(pattern)
    folder = located(root, fixed or ".").rstrip("/")
    files = (
        spark.read.format("binaryFile")
        .options(recursiveFileLookup=True, pathGlobFilter=PurePosixPath(rest).name)
        .load(folder)
    )
    prefix = F.length(F.lit(folder.removeprefix("file://")))
    below = F.regexp_replace(F.col("path"), r"^file:/*", "/") if folder.startswith("file:") else F.col("path")
    last = PurePosixPath(folder).name
    parent = F.element_at(F.split("origin", "/"), -2)

    @F.udf(IMAGE)
    def decoded(origin: str, data: bytes) -> ImageRow | None:
        return decode_image(origin, data, channels)

    found = files.select(below.substr(prefix + 2, F.lit(1 << 30)).alias("origin"), "content").where(
        F.col("origin").rlike(glob_regex(rest))
    )
    if found.isEmpty():
        raise DataError(f"no file matches {pattern}")
    return found.select(
        F.col("origin").alias(KEY),
        decoded("origin", "content").alias("image"),
        "origin",
        F.when(F.col("origin").contains("/"), parent).otherwise(F.lit(last)).alias("folder"),
    )


def glob_parts(pattern: str) -> tuple[str, str]:
    """The folders before the first wildcard, and the rest.

    >>> glob_parts("data/**/*.png"), glob_parts("a.png"), glob_parts("hdfs://host/x/*.png")
    (('data', '**/*.png'), ('', 'a.png'), ('hdfs://host/x', '*.png'))
    """
    *folders, _ = pattern.split("/")
    wild = next((place for place, name in enumerate(folders) if set(name) & set("*?[")), len(folders))
    fixed = "/".join(folders[:wild]) or ("/" if pattern.startswith("/") else "")
    return fixed, pattern.removeprefix(fixed).lstrip("/")


def glob_regex(pattern: str) -> str:
    """The regular expression of the paths that a glob matches, as Python's glob has it: no hidden names.

    >>> import re
    >>> [bool(re.match(glob_regex("**/*.png"), path)) for path in ("a.png", "x/y/a.png", ".x/a.png", "a.jpg")]
    [True, True, False, False]
    """
    *folders, name = pattern.split("/")
    parts = [r"(?:[^/.][^/]*/)*" if folder == "**" else _glob_name(folder) + "/" for folder in folders]
    return "^" + "".join(parts) + _glob_name(name) + "$"


def _glob_name(name: str) -> str:
    text = ""
    hidden = "" if name.startswith(".") else r"(?!\.)"
    for piece in re.findall(r"\[!?\]?[^\]]*\]|.", name):
        if piece == "*":
            text += "[^/]*"
        elif piece == "?":
            text += "[^/]"
        elif len(piece) > 1:
            text += "[^" + piece[2:] if piece.startswith("[!") else piece
        else:
            text += re.escape(piece)
    return hidden + text


def decode_image(origin: str, data: bytes, channels: int) -> ImageRow | None:
    """The image in a file's bytes (PNG, JPEG, BMP, ...), None if they are none; 16 bits become the upper 8."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            deep = image.mode.startswith("I")
            bytewise = image.point(lambda value: value / 256).convert("L") if deep else image
            pixels = bytewise.convert("L" if channels == 1 else "RGB")
            raw = pixels.tobytes() if channels == 1 else pixels.tobytes("raw", "BGR")
            return image_row(origin, pixels.height, pixels.width, raw)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
