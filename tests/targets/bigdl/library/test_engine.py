from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from zoodsl.targets.bigdl.library.engine import java, start_engine
from zoodsl.targets.bigdl.library.errors import EngineError

pytestmark = pytest.mark.spark


def test_an_engine_that_loses_what_it_learns_is_refused(spark: SparkSession) -> None:
    """With mkldnn the loss falls, and the network that comes back has its initial weights."""
    start_engine(spark)
    java().java.lang.System.setProperty("bigdl.engineType", "mkldnn")
    try:
        with pytest.raises(EngineError, match="mkldnn"):
            start_engine(spark)
    finally:
        java().java.lang.System.clearProperty("bigdl.engineType")
