"""Readers: where rows come from. A look at the data (``zoodsl.sources``) finds what columns they give."""

from __future__ import annotations

from zoodsl.catalog.operator import Parameter, Reader
from zoodsl.catalog.values import Boolean, Choice, Integer, Path, Sizes, String

ROW = "row"
"""The key of readers whose rows have no name of their own: the row's number from 0, in the file's order.

It is not among a frame's columns.
"""

OPERATORS = (
    Reader(
        name="Sample",
        doc='A small data set that comes with scikit-learn: `Sample("digits")`, 1,797 handwritten digits of '
        "8x8 grey pixels scaled to 0..255 (`image`, `label`), or the tables iris, wine, breast_cancer and "
        "diabetes (their features' names, and `target`).",
        source="scikit-learn datasets.load_digits, load_iris, load_wine, load_breast_cancer, load_diabetes",
        parameters=(Parameter("name", String(), doc="the data set"),),
        key=ROW,
    ),
    Reader(
        name="IDX",
        doc="Grey images and their labels in MNIST's format, gzipped (`.gz`) or not: columns `image` and "
        "`label`.",
        source="yann.lecun.com/exdb/mnist, the IDX file format",
        parameters=(
            Parameter("images", Path(), doc="the file of images, magic number 2051"),
            Parameter("labels", Path(), doc="the file of labels, magic number 2049"),
        ),
        old_names=("MNIST", "Mnist"),
        key=ROW,
    ),
    Reader(
        name="Images",
        doc="Image files by a glob, in the order of their paths: columns `image`, `origin` (the file's path "
        "below the folders that the glob names without a wildcard, so that it is the same wherever the data "
        "are kept) and `folder` (the name of the folder that holds the file). `**` stands for any number of "
        "folders. PNG, JPEG, BMP, GIF, TIFF and WebP, whatever their names end in: of 16 bits the upper 8 count, "
        "transparency is dropped, of several pictures in a file the first is taken, and one that a camera has "
        "turned stands upright.",
        source="OpenCV imread, IMREAD_COLOR and IMREAD_GRAYSCALE",
        parameters=(
            Parameter("path", Path(), doc='a glob: "data/**/*.png"', old_names=("glob",)),
            Parameter(
                "channels",
                Integer(minimum=1, maximum=3),
                default=3,
                doc="3 for RGB or 1 for grey; files of the other kind are converted",
            ),
            Parameter(
                "resize",
                Sizes(2),
                default=None,
                doc="height x width of every image, resized as it is read, as the step `Resize` does; files may "
                "then differ in size, and only the resized images take memory",
            ),
            Parameter(
                "on_error",
                Choice(("skip", "fail")),
                default="skip",
                doc="whether files that are no whole image are left out and listed in the run folder's "
                "`bad_files.csv`, or end the run",
            ),
        ),
        old_names=("NNImageReader", "ImageSet"),
        key="origin",
    ),
    Reader(
        name="CSV",
        doc="A table of text, one row a line, in UTF-8, gzipped (`.gz`) or not. Columns are named by its "
        "first line, or `column_1`, `column_2`, ... where a name is missing; their types are found by a look "
        "at the first rows: whole numbers, numbers, or text. Spaces around names and values do not count; an "
        "empty value is missing.",
        source="RFC 4180; Spark SQL's csv source",
        parameters=(
            Parameter("path", Path(), doc="the file"),
            Parameter("header", Boolean(), default=True, doc="whether the first line names the columns"),
            Parameter(
                "separator",
                String(),
                default=",",
                doc="the character between two values",
                old_names=("sep", "delimiter"),
            ),
        ),
        old_names=("Csv", "csv"),
        key=ROW,
    ),
)
"""Every reader of the language."""
