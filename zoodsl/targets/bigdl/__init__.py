"""BigDL DLlib 2.4 on Spark 3.5: NNEstimator pipelines around Keras-style graphs."""

from zoodsl.targets.bigdl.emitter import emit

__all__ = ["emit"]
