"""Whole programs on tables of all kinds, and what of a secret is left behind: nothing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyspark.cloudpickle import register_pickle_by_value

from zoodsl.compiler import Compilation

SPECS = Path(__file__).parents[3] / "specs" / "data"
SECRET = "swordfish-4711"  # noqa: S105 - there is none

pytestmark = pytest.mark.spark


def compiled(spec: Path, target: Path) -> ModuleType:
    """The program of a spec, written to ``target`` and imported from there."""
    made = Compilation(str(spec)).program("bigdl")
    assert made is not None
    target.write_text(made.text, encoding="utf-8")
    module = ModuleType(target.stem)
    sys.modules[target.stem] = module  # as the module of which saved models and Spark's workers are told
    exec(made.text, vars(module))
    register_pickle_by_value(module)
    return module


def run(module: ModuleType, spark: Any, out: Path) -> dict[str, int]:
    """Runs a program on the data of ``specs/data``; the rows of its parts."""
    told: dict[str, dict[str, Any]] = {}
    module.main(
        spark, hooks=lambda event, **fields: told.setdefault(event, fields), root=str(SPECS), out=str(out)
    )
    assert told["evaluated"]["metrics"]["MeanAbsoluteError"] > 0
    return dict(told["started"]["rows"])


@pytest.mark.parametrize(
    ("spec", "rows"),
    [("delimited", None), ("json", {"train": 128, "test": 32}), ("parquet", {"train": 128, "test": 32})],
)
def test_tables_of_files_train(spark: Any, tmp_path: Path, spec: str, rows: dict[str, int] | None) -> None:
    plan = Compilation(str(SPECS / f"{spec}.zoo")).plan
    planned = {part.value: count.count for part, count in plan.spec.data.parts.items()}
    assert (
        run(compiled(SPECS / f"{spec}.zoo", tmp_path / f"{spec}_program.py"), spark, tmp_path / "run")
        == planned
    )
    assert rows in (None, planned)


@pytest.fixture
def database(spark: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database of ``database.zoo``, which lets in who knows the password alone."""
    settings = {
        "derby.connection.requireAuthentication": "true",
        "derby.user.taxi": SECRET,
        "derby.stream.error.field": "java.lang.System.err",
    }
    system = spark.sparkContext._jvm.java.lang.System
    for name, value in settings.items():
        system.setProperty(name, value)
    monkeypatch.setenv("TAXI_USER", "taxi")
    options = {"dbtable": "trips", "user": "taxi", "password": SECRET}
    trips = spark.read.parquet(str(SPECS / "trips")).drop("via")
    trips.write.format("jdbc").options(url="jdbc:derby:memory:taxi;create=true", **options).mode(
        "overwrite"
    ).save()
    yield
    for name in settings:
        system.clearProperty(name)


def test_a_secret_is_left_nowhere(
    spark: Any,
    tmp_path: Path,
    database: None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    module = compiled(SPECS / "database.zoo", tmp_path / "database_program.py")
    monkeypatch.setenv("TAXI_PASSWORD", "marlin-0815")
    with pytest.raises(ValueError, match="Invalid authentication") as raised:
        run(module, spark, tmp_path / "refused")
    assert "marlin" not in str(raised.value)
    monkeypatch.setenv("TAXI_PASSWORD", SECRET)
    rows = run(module, spark, tmp_path / "run")
    assert sum(rows.values()) == 160
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) > 5
    said = "".join(capfd.readouterr()).encode()
    for content in (*written, said):
        assert SECRET.encode() not in content
        assert b"marlin" not in content


HIVE_SITE = """<configuration>
  <property><name>javax.jdo.option.ConnectionURL</name><value>jdbc:derby:;databaseName={folder}/meta;create=true</value></property>
</configuration>
"""

HIVE = """
import os, sys
import table_program as program
spark = program.start_session("hive", 16, "local[2]", program.use_hive)
spark.sql("CREATE DATABASE taxi LOCATION '{folder}/taxi'")
spark.sql("CREATE TABLE taxi.trips AS SELECT id AS trip, id / 3.0D AS km, INT(id % 4) AS people, "
          "2.5D + id * 0.6D AS fare, id % 7 != 0 AS card FROM range(160)")
program.main(spark, hooks=lambda event, **fields: print(fields["rows"]) if event == "started" else None, out="run")
sys.stdout.flush()
os._exit(0)
"""


def test_tables_of_hive_are_found_where_its_settings_say(tmp_path: Path) -> None:
    """BigDL's jar has an older Log4j than Hive's store needs."""
    (tmp_path / "hive-site.xml").write_text(HIVE_SITE.format(folder=tmp_path))
    made = Compilation(str(SPECS / "table.zoo")).program("bigdl")
    (tmp_path / "table_program.py").write_text(made.text, encoding="utf-8")
    # What this process's own Spark was started with is nothing to another's.
    fresh = {name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK_", "BIGDL_"))}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HIVE.format(folder=tmp_path))],
        cwd=tmp_path,
        env=fresh | {"SPARK_CONF_DIR": str(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    rows = ast.literal_eval(ended.stdout.strip().splitlines()[-1])
    assert sum(rows.values()) == 137  # one in seven has no card
    assert (tmp_path / "meta").is_dir()
