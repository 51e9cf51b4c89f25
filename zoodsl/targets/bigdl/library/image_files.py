"""Image files by a glob."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_decoding import BadImage, decode_image, resized
from zoodsl.targets.bigdl.library.image_rows import IMAGE, KEY, ImageRow, image_row
from zoodsl.targets.bigdl.library.paths import located
from zoodsl.targets.bigdl.library.reading import Reading


def read_images(
    spark: SparkSession, root: str, pattern: str, channels: int, *, resize: tuple[int, int] | None = None
) -> DataFrame:
    """The files that match a glob, as ``list_images`` gives them, decoded; where one is no image, there is none."""
    return decode_images(list_images(spark, root, pattern), "image", channels, resize=resize)


def list_images(spark: SparkSession, root: str, pattern: str) -> DataFrame:
    """The files that match a glob: ``image`` (not decoded), ``origin`` (path below the glob's fixed part) and ``folder``.

    ``**`` stands for any number of folders; hidden files are left alone.
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
    found = files.select(below.substr(prefix + 2, F.lit(1 << 30)).alias("origin"), "content").where(
        F.col("origin").rlike(glob_regex(rest))
    )
    empty = empty_files(folder, rest)
    if empty:
        # Spark passes over them in silence.
        found = found.union(spark.createDataFrame([(origin, b"") for origin in empty], found.schema))
    if found.select("origin").isEmpty():
        raise DataError(f"no file matches {pattern}")
    return found.select(
        F.col("origin").alias(KEY),
        F.struct("origin", "content").alias("image"),
        "origin",
        F.when(F.col("origin").contains("/"), parent).otherwise(F.lit(last)).alias("folder"),
    )


def decode_images(
    frame: DataFrame,
    column: str,
    channels: int,
    *,
    resize: tuple[int, int] | None = None,
    reading: Reading | None = None,
    on_error: str = "skip",
) -> DataFrame:
    """``frame`` with the files of ``column`` as images of ``channels`` of 8 bits: 3 (BGR) or 1 (grey).

    Args:
        frame: rows with files as ``list_images`` gives them.
        column: the column of files.
        channels: 3 or 1.
        resize: height and width of all images; as they are without it.
        reading: notes files that are no image, which are left out then. Without it their rows stay, with none.
        on_error: ``skip`` or ``fail``, which ends the run when all rows have been read.
    """
    noted = None if reading is None else reading.fatal if on_error == "fail" else reading.skipped

    @F.udf(IMAGE)
    def decoded(origin: str, content: bytes) -> ImageRow | None:
        try:
            pixels = decode_image(content, channels)
        except BadImage as bad:
            if noted is not None:
                noted.add(frozenset({(origin, str(bad))}))
            return None
        shown = pixels if resize is None else resized(pixels, *resize)
        return image_row(origin, shown.shape[0], shown.shape[1], shown.tobytes())

    file = F.col(f"`{column}`")
    # Not deterministic, in Spark's words, is what it does not compute twice.
    image = decoded.asNondeterministic()(file["origin"], file["content"])
    images = frame.withColumn(column, image)
    return images if reading is None else images.where(file.isNotNull())


def empty_files(folder: str, pattern: str) -> list[str]:
    """The files without content that match a glob below a folder of this machine."""
    if not folder.startswith("file://"):
        return []
    top = Path(folder.removeprefix("file://"))
    empty = (file for file in top.rglob("*") if file.is_file() and not file.stat().st_size)
    origins = (file.relative_to(top).as_posix() for file in empty)
    return sorted(origin for origin in origins if re.match(glob_regex(pattern), origin))


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
