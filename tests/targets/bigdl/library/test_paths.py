from __future__ import annotations

from pathlib import Path

from zoodsl.targets.bigdl.library.paths import located


def test_an_address_stays_and_a_path_is_below_the_root() -> None:
    assert located("/data", "hdfs://host/a/../b") == "hdfs://host/a/../b"
    assert located("/data", "a/*.png") == "file:///data/a/*.png"
    assert located("/data", "/b.csv") == "file:///b.csv"
    assert located(".", "a.csv") == f"file://{Path.cwd()}/a.csv"


def test_ways_up_are_taken_as_spark_takes_them() -> None:
    assert located("/data/specs", "../pictures") == "file:///data/pictures"
