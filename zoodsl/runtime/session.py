"""The Spark session of a run: quiet, and leaving nothing behind outside its folders."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from zoodsl.runtime import cluster

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from zoodsl.runtime.cluster import Executors

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
JAVA_OPTIONS = "spark.driver.extraJavaOptions"


def start(  # noqa: PLR0913, PLR0917 - each says something else
    name: str,
    master: str,
    heap: int,
    folder: Path,
    program: ModuleType,
    executors: Executors | None = None,
    root: str = ".",
) -> SparkSession:
    """A session on ``master`` whose Java heap is ``heap`` bytes; must be the first of the process.

    With ``executors``, these train: on this machine, as a cluster that is made here, where the master is local, else where
    it is; then each is asked whether it can, and has the folder ``root``.

    Java ends at once when it runs out of memory, since BigDL's threads else wait for one that died of it; a crash leaves
    its account in ``folder``. Functions of ``program`` go to Spark's Python workers whole, as those of a script do: the
    workers cannot import it. Where its data are Hive's, it says so in ``use_hive``.
    """
    from bigdl.dllib.nncontext import init_nncontext, init_spark_conf
    from pyspark import cloudpickle
    from pyspark.sql import SparkSession

    cloudpickle.register_pickle_by_value(program)  # type: ignore[no-untyped-call] # published without types
    scratch = tempfile.gettempdir()
    java = [
        # BigDL's jar carries a configuration that logs everything to the console; only this one wins over it.
        f"-Dlog4j2.configurationFile={LOG_SETTINGS.as_uri()}",
        f"-Djava.io.tmpdir={scratch}",
        "-XX:+UseParallelGC",  # about 15 % faster than the default on small machines
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={folder / 'java-crash.txt'}",
    ]
    settings = {
        "spark.driver.memory": f"{heap // 2**20}m",
        JAVA_OPTIONS: " ".join(f'"{option}"' for option in java),
        "spark.local.dir": scratch,
        "spark.sql.session.timeZone": "UTC",  # the text of a time is the same everywhere
        "spark.sql.shuffle.partitions": "8",  # 200, the default, is for clusters
        "spark.sql.warehouse.dir": os.path.join(scratch, "warehouse"),  # noqa: PTH118
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    local = cluster.is_local(master)
    if executors is not None:
        settings |= cluster.settings(executors, settings[JAVA_OPTIONS], local=local)
    conf = init_spark_conf().setAppName(name)
    for key, value in settings.items():
        conf.set(key, value)
    if hasattr(program, "use_hive"):
        program.use_hive(conf)
    if executors is not None and local:
        master = cluster.start(conf, executors, scratch)
    conf.setMaster(master)
    context = init_nncontext(conf, spark_log_level="ERROR", redirect_spark_log=False)
    spark = SparkSession(context)
    if executors is not None and not local:
        cluster.check(spark, executors, root)
    return spark


def stop(spark: SparkSession) -> None:
    """Ends Spark and waits until Java is gone, so that all it writes is written; not for ever, the launcher kills it."""
    gateway: Any = spark.sparkContext._gateway  # noqa: SLF001 - the only way to the process
    spark.stop()
    cluster.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        gateway.proc.wait(30)
