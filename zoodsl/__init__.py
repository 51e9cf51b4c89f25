"""zoodsl: a declarative language for deep learning on Apache Spark.

``zoodsl.load("x.zoo")`` checks a spec without starting Java; its ``pipeline(spark)`` is an ordinary
``pyspark.ml.Pipeline``. ``zoodsl.Run("x")`` is the newest run of it, which predicts and is judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoodsl.version import VERSION

if TYPE_CHECKING:
    from zoodsl.api import Run, RunError, Spec, SpecError, load

__version__ = VERSION

__all__ = ["Run", "RunError", "Spec", "SpecError", "__version__", "load"]


def __getattr__(name: str) -> Any:
    # The command line imports this package too, and starts faster without the Python face.
    if name in __all__:
        from zoodsl import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
