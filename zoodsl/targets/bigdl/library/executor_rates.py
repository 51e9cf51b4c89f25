"""Learning rates on a cluster, where optimizers step in executors that nothing of the driver's can reach."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from pyspark import SparkContext

from zoodsl.targets.bigdl.library.engine import java

RATES = """
import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractModule;
import com.intel.analytics.bigdl.dllib.optim.DistriOptimizer;
import com.intel.analytics.bigdl.dllib.optim.Metrics;
import com.intel.analytics.bigdl.dllib.optim.parameters.AllReduceParameter;
import com.intel.analytics.bigdl.dllib.optim.parameters.ParameterProcessor;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric;
import com.intel.analytics.bigdl.dllib.utils.Table;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;

public class ExecutorRates implements ParameterProcessor {
    private final HashMap rates = new HashMap();

    public void set(String optimizer, double rate) {
        rates.put(optimizer, Double.valueOf(rate));
    }

    public void processParameters(AllReduceParameter p, DistriOptimizer.Cache cache, Table state, TensorNumeric n) {
        Map optimizers = JavaConverters.mapAsJavaMap(cache.optimMethods());
        for (Object name : rates.keySet()) {
            Object optimizer = optimizers.get(name);
            try {
                optimizer.getClass().getMethod("learningRate_$eq", double.class).invoke(optimizer, rates.get(name));
            } catch (Exception problem) {
                throw new RuntimeException(problem);
            }
        }
    }

    public void processParameters(AbstractModule model, Table state, TensorNumeric n) {}

    public void collectGlobalData(RDD models, AllReduceParameter p, Metrics metrics, Table state, TensorNumeric n) {}
}
"""
"""A processor of gradients: BigDL sends it to the executors in every iteration, and calls it before the step."""


class ExecutorRates:
    """Sets the learning rates of a cluster's optimizers from the next step on. ``value`` is BigDL's processor."""

    def __init__(self) -> None:
        self.value: Any = rates_class(
            java().org.apache.spark.SparkContext.getOrCreate().applicationId()
        ).newInstance()

    def set(self, optimizer: str, rate: float) -> None:
        """Sets the rate of the optimizer that BigDL knows by this name."""
        self.value.set(optimizer, float(rate))


@cache
def rates_class(_application: str) -> Any:
    """``ExecutorRates`` in Java: compiled by Janino, which Spark carries with it, and sent to the executors as a jar."""
    machine = java()
    loader = machine.Thread.currentThread().getContextClassLoader()
    compiler = machine.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(loader)
    compiler.cook(RATES)
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    jar = Path(folder, "rates.jar")
    with zipfile.ZipFile(jar, "w") as file:
        for name, code in dict(compiler.getBytecodes()).items():
            file.writestr(f"{name}.class", bytes(code))
    loader.addURL(machine.java.net.URL(jar.as_uri()))
    context: Any = SparkContext._active_spark_context  # noqa: SLF001 - pyspark asks itself so
    context._jsc.addJar(str(jar))  # noqa: SLF001 - pyspark has no public way to Java
    return loader.loadClass("ExecutorRates")
