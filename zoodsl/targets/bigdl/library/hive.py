"""Hive's tables as those of Spark's catalog."""

from __future__ import annotations

import os
from pathlib import Path

from pyspark import SparkConf
from pyspark.find_spark_home import _find_spark_home

SUBMITTED = "PYSPARK_SUBMIT_ARGS"
"""The environment variable with the options that Java is started with; BigDL puts its jars there."""


def use_hive(conf: SparkConf) -> None:
    """Makes ``conf``, of a session that is yet to start, one of Hive's tables, where ``hive-site.xml`` says where they are.

    It is looked for in Spark's folder of settings (``SPARK_CONF_DIR``, or ``conf`` in Spark's own) and in Hadoop's
    (``HADOOP_CONF_DIR``). Without it, the catalog is Spark's own, which is empty.
    """
    home: str = _find_spark_home()  # type: ignore[no-untyped-call] # published without types
    places = [os.environ.get("SPARK_CONF_DIR", f"{home}/conf"), os.environ.get("HADOOP_CONF_DIR", "")]
    if not any(place and Path(place, "hive-site.xml").is_file() for place in places):
        return
    conf.set("spark.sql.catalogImplementation", "hive")
    # Hive's store logs through Log4j, of which BigDL's jar has an older one: Spark's own has to come before it.
    jars = os.pathsep.join(sorted(map(str, Path(home, "jars").glob("log4j-*.jar"))))
    option = "--driver-class-path "
    os.environ[SUBMITTED] = os.environ.get(SUBMITTED, "").replace(option, f"{option}{jars}{os.pathsep}", 1)
