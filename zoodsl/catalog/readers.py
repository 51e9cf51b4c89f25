"""Readers: where rows come from. A look at the data (``zoodsl.sources``) finds what columns they give."""

from __future__ import annotations

from zoodsl.catalog.operator import Parameter, Reader
from zoodsl.catalog.values import Boolean, Choice, Duration, Integer, ListOf, Path, Real, Sizes, String
from zoodsl.types import Unit

ROW = "row"
"""The key of readers whose rows have no name of their own: the row's number from 0, in the file's order.

It is not among a frame's columns.
"""

CONTENT = "content"
"""The key of readers whose rows have no order: a digest of all that a row holds, unless ``key`` names a column.

It does not depend on how the rows are divided among files and tasks. Rows that hold the same have the same key, and so
go to the same part of a split. It is not among a frame's columns.
"""

_TYPED = ' A name may say what the column holds: `"user: int"`, `float` or `string`'

_HEADER = "whether the first line names the columns"

_KEY = Parameter(
    "key",
    String(),
    default=None,
    doc="a column of whole numbers or text that names each row, and by which `Tail` orders them; without one, a row goes "
    "to a part of a split by all that it holds, so that another column may move it",
)

_STATED = Parameter(
    "columns",
    ListOf(String(), least=1, distinct=True),
    default=None,
    doc='the columns to read and what each holds, `["user: int", "rating: float", "title: string"]`, so that they are '
    "known when the spec is checked; without it, all columns, known when the program runs",
)

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
        name="Video",
        doc="The frames of a clip, in order: columns `image` (RGB), `origin` (the file's name and the frame's number in the "
        "clip from 0, `clip.mp4/000012`) and `time` (in seconds). Any format that OpenCV's FFmpeg decodes; one that a camera "
        "has turned stands upright. Frames are as long as each other: of a clip whose rate varies, times are its mean's. "
        'OpenCV is installed by `pip install "zoodsl[video]"`, and reads from files that every machine sees.',
        source="OpenCV VideoCapture; MoviePy's iter_frames(fps) takes the same frames",
        parameters=(
            Parameter("path", Path(), doc="the file"),
            Parameter(
                "fps",
                Real(minimum=0, minimum_open=True),
                default=None,
                doc="how many frames of each second are taken; without it, all of them",
            ),
            Parameter(
                "start",
                Duration((Unit.SECOND, Unit.MINUTE)),
                default=None,
                doc="the time of the first frame, `10 s`; the clip's beginning without it",
            ),
            Parameter(
                "end",
                Duration((Unit.SECOND, Unit.MINUTE)),
                default=None,
                doc="the time that no frame reaches, `18 s`; the clip's end without it",
            ),
        ),
        old_names=("VideoFileClip", "VideoCapture"),
        key="origin",
    ),
    Reader(
        name="CSV",
        doc="A table of text, one row a line, in UTF-8, gzipped (`.gz`) or not. Columns are named by its "
        "first line, by `columns`, or `column_1`, `column_2`, ... where a name is missing; their types are found by a "
        "look at the first rows: whole numbers, numbers, or text. Spaces around names and values do not count; an "
        "empty value is missing.",
        source="RFC 4180; Spark SQL's csv source",
        parameters=(
            Parameter("path", Path(), doc="the file"),
            Parameter("header", Boolean(), default=True, doc=_HEADER),
            Parameter(
                "separator",
                String(),
                default=",",
                doc="the character between two values",
                old_names=("sep", "delimiter"),
            ),
            Parameter(
                "columns",
                ListOf(String(), least=1, distinct=True),
                default=None,
                doc="the names of all columns in order, where no first line names them." + _TYPED,
                old_names=("names",),
            ),
        ),
        old_names=("Csv", "csv"),
        key=ROW,
    ),
    Reader(
        name="Delimited",
        doc="A table of text, one row a line, cut at a separator of any length, as in MovieLens' `1::1193::5`: "
        '`Delimited("ratings.dat", separator = "::", columns = ["user", "movie", "rating", "time"])`. Quotes mean '
        "nothing: every separator cuts. Types, spaces and missing values are as in `CSV`; gzipped (`.gz`) or not.",
        source="MovieLens 1M, README; Spark SQL's csv source without quotes",
        parameters=(
            Parameter("path", Path(), doc="the file"),
            Parameter(
                "separator",
                String(),
                doc="what stands between two values",
                old_names=("sep", "delimiter"),
            ),
            Parameter("header", Boolean(), default=False, doc=_HEADER),
            Parameter(
                "columns",
                ListOf(String(), least=1, distinct=True),
                default=None,
                doc="the names of all columns in order; `column_1`, `column_2`, ... without." + _TYPED,
                old_names=("names",),
            ),
            Parameter(
                "encoding",
                Choice(("utf8", "latin1")),
                default="utf8",
                doc="how bytes spell letters: `latin1` for MovieLens' `movies.dat`, and many files older than UTF-8",
            ),
        ),
        key=ROW,
    ),
    Reader(
        name="JSON",
        doc="A file of JSON objects, one a line, gzipped (`.gz`) or not: a column for each name that an object has. Whole "
        "numbers, numbers and texts are columns; `true` and `false` are 1 and 0; what is `null`, not there, or an empty text is "
        "missing. Lists and objects within an object are left out.",
        source="jsonlines.org; Spark SQL's json source",
        parameters=(
            Parameter("path", Path(), doc="the file"),
            Parameter(
                "multiline",
                Boolean(),
                default=False,
                doc="whether the file is one list of objects, `[{...}, {...}]`, over any number of lines",
            ),
            Parameter(
                "columns",
                ListOf(String(), least=1, distinct=True),
                default=None,
                doc="the columns of a file at an address, which is not looked at, and what each holds: "
                '`["user: int", "title: string"]`',
            ),
        ),
        old_names=("Json", "JSONL", "JsonLines"),
        key=ROW,
    ),
    Reader(
        name="Parquet",
        doc="Parquet files by a path, a folder or a glob. Columns and their types, the number of rows, and gaps are read from "
        "the ends of the files. Truth values are 1 and 0; dates and times are texts such as `2017-05-31 13:45:00`, times in "
        "UTC; NaN and empty texts are missing. Lists, structures and bytes are left out. Rows have no order. "
        'pyarrow, which looks at them, is installed by `pip install "zoodsl[tables]"`.',
        source="github.com/apache/parquet-format, FileMetaData",
        parameters=(Parameter("path", Path(), doc="a file, a folder, or a glob"), _KEY),
        key=CONTENT,
    ),
    Reader(
        name="Table",
        doc='What Spark SQL gives: a table of its catalog, `Table("shop.ratings")`, such as one of Hive, or a query, '
        '`Table("SELECT user, rating FROM shop.ratings")`. Values are as in `Parquet`. It is asked when the program '
        "runs: until then its columns are what `columns` says, and its rows are unknown. Hive's own settings "
        "(`hive-site.xml`) are found in Spark's folder of settings.",
        source="spark.apache.org/docs/3.5.7, SQL reference and Hive tables",
        parameters=(
            Parameter(
                "query", String(), doc="a table's name, or a query that begins with `SELECT` or `WITH`"
            ),
            _STATED,
            _KEY,
        ),
        old_names=("Hive", "HiveTable", "SQL", "Sql"),
        key=CONTENT,
    ),
    Reader(
        name="JDBC",
        doc='A table of a database: `JDBC("jdbc:postgresql://host/shop", "ratings", user_env = "SHOP_USER", password_env = '
        '"SHOP_PASSWORD")`. Who asks, and with which password, stands in environment variables that the program reads when it '
        "runs, and nowhere else: not in the spec, the plan, the program or the run folder. Values are as in `Parquet`; rows "
        "and columns are known as of a `Table`. The database's driver is a jar of `spark.jars`.",
        source="spark.apache.org/docs/3.5.7, JDBC to other databases",
        parameters=(
            Parameter("url", String(), doc="the database's address, without a user or a password"),
            Parameter(
                "table", String(), doc="a table's name, or a query that begins with `SELECT` or `WITH`"
            ),
            Parameter(
                "user_env", String(), default=None, doc="the environment variable that holds the user's name"
            ),
            Parameter(
                "password_env", String(), default=None, doc="the environment variable that holds the password"
            ),
            _STATED,
            _KEY,
            Parameter(
                "driver",
                String(),
                default=None,
                doc="the driver's class, where it does not announce itself: `org.postgresql.Driver`",
            ),
        ),
        old_names=("Jdbc", "jdbc"),
        key=CONTENT,
    ),
)
"""Every reader of the language."""
