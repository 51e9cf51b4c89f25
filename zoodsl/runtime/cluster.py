"""Clusters: executors as processes of their own, on this machine or where a Spark master is.

A cluster on this machine is Spark's standalone master and its workers inside the driver's Java, and each executor a child
of it. Spark's ``local-cluster[...]`` is the same, but BigDL reads the number of nodes from the master's address and knows
none but ``spark://`` there; and it works in Spark's own installation, where a run may not write.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.clusters import CLUSTER_NOT_THERE

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
"""The address that all of a cluster on this machine binds to."""

MB = 2**20

PATIENCE = 60
"""Seconds within which the executors come that were asked for, and 5 within which a master answers."""

NEEDED = ("numpy", "bigdl.dllib")
"""What the Python of an executor must be able to import."""

_of_session: list[Any] = []
"""The Java objects that the master and the workers of this process's session live in."""


class ClusterError(RuntimeError):
    """A cluster that cannot run the program: executors that do not come, or lack something."""


@dataclass(frozen=True, slots=True)
class Executors:
    """The processes that train: their ``count``, the ``cores`` of each, and the Java ``heap`` of each in bytes."""

    count: int
    cores: int
    heap: int


def is_local(master: str) -> bool:
    """Whether a master is this very process, or a cluster on this machine that it makes.

    >>> is_local("local[2]"), is_local("local-cluster[2,1,1024]"), is_local("spark://host:7077")
    (True, True, False)
    """
    return master.startswith("local")


def answers(master: str, diagnostics: Diagnostics) -> bool:
    """Whether anything listens where the master is; reported if not."""
    if is_local(master):
        return True
    host, _, port = master.removeprefix("spark://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, OverflowError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        diagnostics.report(
            CLUSTER_NOT_THERE,
            None,
            f"no cluster answers at `{master}`: {reason}",
            help="the first line of the master's web page says its address, `spark://host:port`",
        )
        return False
    return True


def settings(executors: Executors, java: str, *, local: bool) -> Mapping[str, str]:
    """What Spark and BigDL must know of executors; ``java`` are the options of their Java on this machine.

    BigDL computes the number of nodes as ``spark.cores.max`` by ``spark.executor.cores``. Both of its jars go to every
    executor: on this machine by their paths, to others by shipping.
    """
    from bigdl.dllib.utils.engine import get_bigdl_classpath

    jars = get_bigdl_classpath()
    given = {
        "spark.executor.cores": str(executors.cores),
        "spark.cores.max": str(executors.count * executors.cores),
        "spark.executor.memory": f"{executors.heap // MB}m",
        "spark.dynamicAllocation.enabled": "false",
        # BigDL waits for all executors, by its own settings an hour long.
        "spark.scheduler.maxRegisteredResourcesWaitingTime": f"{PATIENCE}s",
    }
    if not local:
        return given | {"spark.jars": jars.replace(os.pathsep, ",")}
    return given | {
        "spark.executor.extraClassPath": jars,
        "spark.executor.extraJavaOptions": java,
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.master.rest.enabled": "false",
        "spark.shuffle.service.enabled": "false",
    }


def start(conf: SparkConf, executors: Executors, scratch: str) -> str:
    """Starts Java, and in it a master with a worker for each executor, whose files go to ``scratch``; the master's address.

    All of it ends with Java, executors too.
    """
    from pyspark import SparkContext

    SparkContext._ensure_initialized(conf=conf)  # noqa: SLF001 - starts Java alone
    gateway: Any = SparkContext._gateway  # noqa: SLF001 - the only way to it
    machine = gateway.jvm
    java_conf = machine.org.apache.spark.SparkConf()
    for key, value in conf.getAll():
        java_conf.set(key, value)
    deploy, option = machine.org.apache.spark.deploy, machine.scala.Option
    master = deploy.master.Master.startRpcEnvAndEndpoint(LOOPBACK, 0, 0, java_conf)._1()  # noqa: SLF001 - Scala's
    masters = gateway.new_array(machine.java.lang.String, 1)
    masters[0] = f"spark://{master.address().hostPort()}"
    _of_session.append(master)
    for number in range(1, executors.count + 1):
        folder = os.path.join(scratch, f"worker-{number}")  # noqa: PTH118 - a text for Java
        size = executors.cores, executors.heap // MB
        named = masters, folder, option.apply(number), java_conf, option.empty()
        _of_session.append(deploy.worker.Worker.startRpcEnvAndEndpoint(LOOPBACK, 0, 0, *size, *named))
    return str(masters[0])


def stop() -> None:
    """Ends the master and the workers of this process, if there are any, and the executors with them."""
    while _of_session:
        environment = _of_session.pop()
        environment.shutdown()
        environment.awaitTermination()


def check(spark: SparkSession, executors: Executors, root: str) -> None:
    """Asks every executor whether it can run the program; a ClusterError if they do not come, or one cannot.

    ``root`` is the folder at which the spec's relative paths start.
    """
    deadline = time.monotonic() + PATIENCE
    while (there := _executors(spark)) < executors.count:
        if time.monotonic() > deadline:
            raise ClusterError(
                f"{there} of {executors.count} executors came within {PATIENCE} s: the cluster has not enough free cores, "
                f"or no machine with {executors.cores} of them and {executors.heap // MB} MB of memory"
            )
        time.sleep(0.2)
    asked = spark.sparkContext.parallelize(range(4 * executors.count), 4 * executors.count)
    lacking = asked.mapPartitions(lambda _: _lacking(root)).distinct().collect()
    if lacking:
        raise ClusterError(min(lacking))


def _executors(spark: SparkSession) -> int:
    """How many executors there are, the driver not counted."""
    context: Any = spark.sparkContext._jsc.sc()  # noqa: SLF001 - pyspark has no public way to Java
    return int(context.getExecutorMemoryStatus().size()) - 1


def _lacking(root: str) -> Iterator[str]:
    """What is not there where this is carried out, as sentences."""
    from importlib.util import find_spec

    host = socket.gethostname()
    for package in NEEDED:
        try:
            found = find_spec(package)
        except ModuleNotFoundError:
            found = None
        if found is None:
            yield f"the Python of the executors on {host} has no package {package}"
    if not os.path.isdir(root):  # noqa: PTH112 - as elsewhere here
        yield f"there is no folder {root} on {host}, where the spec's relative paths start"
