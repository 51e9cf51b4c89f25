"""BigDL's engine behind Python: started once a session, quiet, its Java objects open to a look."""

from __future__ import annotations

import contextlib
import io
import pickle
from typing import Any

from bigdl.dllib.utils.common import get_node_and_core_number, init_engine
from pyspark import SparkContext
from pyspark.java_gateway import ensure_callback_server_started
from pyspark.sql import SparkSession

from zoodsl.targets.bigdl.library.errors import EngineError


def quiet() -> contextlib.redirect_stdout[io.StringIO]:
    """A context in which Python prints nothing: BigDL announces every object that it makes."""
    return contextlib.redirect_stdout(io.StringIO())


def start_engine(spark: SparkSession) -> None:
    """Readies ``spark`` for BigDL; an EngineError if it was not started for it."""
    context: Any = spark.sparkContext
    machine = context._jvm  # noqa: SLF001 - pyspark has no public way to Java
    package = machine.com.intel.analytics.bigdl.dllib.utils.Engine
    if type(package).__name__ == "JavaPackage":
        raise EngineError(
            "this Spark session has no BigDL; before it starts, set spark.driver.extraClassPath (on a cluster, "
            "spark.jars) to bigdl.dllib.utils.engine.get_bigdl_classpath()"
        )
    if machine.java.lang.System.getProperty("bigdl.engineType") == "mkldnn":
        raise EngineError(
            "this Spark session sets bigdl.engineType to mkldnn, with which trained weights never come back; leave it out"
        )
    with quiet():
        init_engine()
    # Java calls back into Python after each iteration.
    ensure_callback_server_started(context._gateway)  # type: ignore[no-untyped-call]  # noqa: SLF001


def java() -> Any:
    """The Java virtual machine of the active session."""
    return _context()._jvm  # noqa: SLF001 - pyspark has no public way to Java


def _context() -> Any:
    return SparkContext._active_spark_context  # noqa: SLF001 - pyspark asks itself so


def hadoop() -> Any:
    """The session's settings of Hadoop, by which it finds file systems."""
    return _context()._jsc.hadoopConfiguration()  # noqa: SLF001 - pyspark has no public way to Java


def is_local() -> bool:
    """Whether executors live in the driver's own process, where their objects can be reached."""
    return bool(_context()._jsc.isLocal())  # noqa: SLF001 - pyspark has no public way to Java


def cores() -> int:
    """On how many cores in all a batch is shared out."""
    nodes, cores_each = get_node_and_core_number()
    return int(nodes * cores_each)


def java_array(*values: Any) -> Any:
    """A Java array of objects."""
    array = _context()._gateway.new_array(java().java.lang.Object, len(values))  # noqa: SLF001 - pyspark has none
    for place, value in enumerate(values):
        array[place] = value
    return array


def java_object(value: Any) -> Any:
    """A Java object of a list of numbers or BigDL's arrays; it goes there in one piece, not number by number."""
    pickled = bytearray(pickle.dumps(value, protocol=2))
    return java().org.apache.spark.bigdl.api.python.BigDLSerDe.loads(pickled)


def java_field(instance: Any, name: str) -> Any:
    """The ``java.lang.reflect.Field`` of ``instance`` called ``name``, Scala's mangled names included."""
    kind = instance.getClass()
    while kind is not None:
        for declared in kind.getDeclaredFields():
            if declared.getName() == name or declared.getName().endswith("$$" + name):
                declared.setAccessible(True)
                return declared
        kind = kind.getSuperclass()
    raise AttributeError(f"{instance.getClass().getName()} has no field {name}")


def java_value(instance: Any, name: str) -> Any:
    """The value of the field ``name`` of ``instance``, private or not."""
    return java_field(instance, name).get(instance)


def save_java(instance: Any, path: str) -> None:
    """Writes a Java object to the file ``path``, over what is there."""
    java().com.intel.analytics.bigdl.dllib.utils.File.save(instance, path, True)  # noqa: FBT003 - Java knows no names


def load_java(path: str) -> Any:
    """The Java object in the file ``path``."""
    machine = java()
    return machine.com.intel.analytics.bigdl.dllib.utils.File.load(
        path, machine.scala.reflect.ClassTag.AnyRef()
    )
