"""The feature store: what the frozen beginning of a network gives for rows, in a folder, for runs to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from bigdl.dllib.version import __version__ as engine_version
from py4j.protocol import Py4JJavaError
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import StructType

from zoodsl.targets.bigdl.library.engine import hadoop, java
from zoodsl.targets.bigdl.library.errors import StoreError
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.paths import located

KEPT = "row string, output array<float>"
"""What is kept: the row's key, and what the network gave for it, which is of 32 bits."""


@dataclass(frozen=True)
class FeatureStore:
    """Keeps features in ``folder``: a path below the working directory, or an address such as ``hdfs://...``.

    Those of one network and preprocessing are in a folder of their own below it, and there each run's in one more,
    which counts once Spark has marked it as complete. Rows are told apart by their content: where they come from, their
    part and their label may be others in another run.
    """

    folder: str

    def __call__(
        self, rows: DataFrame, compute: Callable[[DataFrame], DataFrame], key: str, part: str, tell: Teller
    ) -> DataFrame:
        """``_features`` and ``_label`` of ``rows`` in their order, as features; they are kept in memory or on disk.

        Args:
            rows: with the columns ``_features`` and ``_label``.
            compute: gives rows the column ``_output``; it gets those alone that the folder does not have.
            key: a text that is another one wherever ``compute`` gives something else for a row.
            part: what the rows are called.
            tell: is told how many were there.

        Raises:
            StoreError: where the folder cannot be used.
        """
        shelf = f"{located('.', self.folder)}/{shelf_name(key)}"
        self._make(shelf)
        keyed = rows.withColumn("row", row_key(rows))
        places = keyed.select("row", "_label", F.monotonically_increasing_id().alias("_place"))
        places = places.persist(StorageLevel.MEMORY_AND_DISK)
        count = places.count()
        kept = self._kept(rows, shelf, tell)
        features, found = self._joined(places, kept, shelf)
        if found < count:
            features.unpersist()
            tell("phase", text=f"computing features of {count - found:,} {part} rows")
            missing = keyed.join(kept.select("row"), "row", "left_anti")
            output = F.col("_output").cast("array<float>").alias("output")
            # The same image twice is computed and kept twice, which is cheaper than to move images about.
            compute(missing).select("row", output).write.parquet(f"{shelf}/{uuid4().hex}")
            features, total = self._joined(places, self._kept(rows, shelf, None), shelf)
            if total < count:
                raise StoreError(
                    f"{count - total:,} of the {part} rows changed while their features were computed"
                )
        places.unpersist()
        tell(
            "phase",
            text=f"features of {count:,} {part} rows: {found:,} from {self.folder}, {count - found:,} computed",
        )
        return features

    def _make(self, shelf: str) -> None:
        path = java().org.apache.hadoop.fs.Path(shelf)
        try:
            made = path.getFileSystem(hadoop()).mkdirs(path)
        except Py4JJavaError as problem:
            reason = problem.java_exception.getMessage()
            raise StoreError(f"no features can be kept in `{self.folder}`: {reason}") from problem
        if not made:
            raise StoreError(f"no features can be kept in `{self.folder}`: the folder cannot be made")

    def _kept(self, rows: DataFrame, shelf: str, tell: Teller | None) -> DataFrame:
        """All that is complete of what is kept; what is not is told."""
        files = java().org.apache.hadoop.fs
        path = files.Path(shelf)
        system = path.getFileSystem(hadoop())
        entries = [str(status.getPath().getName()) for status in system.listStatus(path)]
        whole = [name for name in entries if system.exists(files.Path(f"{shelf}/{name}/_SUCCESS"))]
        if tell is not None and len(whole) < len(entries):
            left_out = ", ".join(sorted(set(entries).difference(whole)))
            tell("phase", text=f"left out, since no run has completed it: {left_out} in {shelf}")
        spark = rows.sparkSession
        if not whole:
            return spark.createDataFrame([], KEPT)
        return spark.read.schema(KEPT).parquet(*(f"{shelf}/{name}" for name in whole))

    def _joined(self, places: DataFrame, kept: DataFrame, shelf: str) -> tuple[DataFrame, int]:
        """The features of those rows that are ``kept``, in the rows' order, and how many there are."""
        # Vectors of doubles are what BigDL's own stage gives.
        vector = F.col("output").cast("array<double>").alias("_features")
        joined = places.join(kept, "row").dropDuplicates(["_place"]).orderBy("_place")
        features = joined.select(vector, "_label").persist(StorageLevel.MEMORY_AND_DISK)
        try:
            return features, features.count()
        except Py4JJavaError as problem:
            raise StoreError(
                f"the features in `{shelf}` are damaged; without this folder they are computed anew"
            ) from problem


def feature_store(folder: str | None) -> FeatureStore | None:
    """The store in ``folder``; None without one."""
    return None if folder is None else FeatureStore(folder)


def shelf_name(key: str) -> str:
    """The folder of what this engine computes where ``key`` says what is computed."""
    return sha256(f"{key} BigDL {engine_version} float32".encode()).hexdigest()[:16]


def row_key(rows: DataFrame) -> Column:
    """The sha256 of a row's ``_features``: of an image its size and pixels, else the numbers."""
    value = F.col("_features")
    if isinstance(rows.schema["_features"].dataType, StructType):
        size = F.concat_ws("x", value["height"], value["width"], value["nChannels"], value["mode"])
        return F.sha2(F.concat(F.encode(size, "utf-8"), F.lit(" ").cast("binary"), value["data"]), 256)
    return F.sha2(value.cast("string"), 256)
