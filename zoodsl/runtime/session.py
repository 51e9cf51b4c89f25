"""The Spark session of a run: quiet, local, and leaving nothing behind outside its folders."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


def start(name: str, master: str, heap: int, folder: Path, program: ModuleType) -> SparkSession:
    """A session on the local ``master`` whose Java heap is ``heap`` bytes; must be the first of the process.

    Java ends at once when it runs out of memory, since BigDL's threads else wait for one that died of it; a crash leaves
    its account in ``folder``. Functions of ``program`` go to Spark's Python workers whole, as those of a script do: the
    workers cannot import it.
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
        "spark.driver.extraJavaOptions": " ".join(f'"{option}"' for option in java),
        "spark.local.dir": scratch,
        "spark.sql.shuffle.partitions": "8",  # 200, the default, is for clusters
        "spark.sql.warehouse.dir": os.path.join(scratch, "warehouse"),  # noqa: PTH118
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    conf = init_spark_conf().setMaster(master).setAppName(name)
    for key, value in settings.items():
        conf.set(key, value)
    context = init_nncontext(conf, spark_log_level="ERROR", redirect_spark_log=False)
    return SparkSession(context)


def stop(spark: SparkSession) -> None:
    """Ends Spark and waits until Java is gone, so that all it writes is written; not for ever, the launcher kills it."""
    gateway: Any = spark.sparkContext._gateway  # noqa: SLF001 - the only way to the process
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        gateway.proc.wait(30)
