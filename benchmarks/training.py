"""Training: the generated program against the same training written by hand with NNEstimator, in turns, in one session.

Both train LeNet on scikit-learn's digits with the same batch and number of epochs, from Spark DataFrames to trained
weights; starting Java and reading the data are left out. The program also validates and sees every row in every epoch,
which NNEstimator does not.
"""

from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path
from statistics import median
from typing import Any

import zoodsl
from zoodsl.targets.bigdl.library.session import start_session

EXAMPLE = Path(__file__).parent.parent / "examples" / "mnist" / "mnist.zoo"
EPOCHS = 5
BATCH = 64
RUNS = 3


def by_hand(program: Any, frame: Any) -> None:
    """One NNEstimator fit of all epochs, as its documentation shows it."""
    from bigdl.dllib.feature.common import SeqToTensor
    from bigdl.dllib.nnframes import NNEstimator

    with contextlib.redirect_stdout(io.StringIO()):
        estimator = NNEstimator(
            program.network(), program.criterion(), program.preprocessing(training=True), SeqToTensor([1])
        )
        estimator.setFeaturesCol("image").setLabelCol("label").setBatchSize(BATCH).setMaxEpoch(EPOCHS)
        estimator.setOptimMethod(program.optimizer())
        estimator.fit(frame)


def measure() -> tuple[float, float]:
    """Medians of the program's fit and of the fit by hand, in seconds."""
    spark = start_session("benchmark", BATCH, "local[2]")
    spec = zoodsl.load(EXAMPLE, batch_size=BATCH, max_epochs=EPOCHS)
    program = spec._module()  # noqa: SLF001 - the parts that the other program is written with
    parts = {name: part.cache() for name, part in spec.read(spark).items()}
    train = parts["train"].withColumn("label", parts["train"]["label"].cast("double")).cache()
    for part in (*parts.values(), train):
        part.count()
    pairs = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        spec.pipeline(spark, validation=parts["validation"]).fit(parts["train"])
        between = time.perf_counter()
        by_hand(program, train)
        pairs.append((between - begun, time.perf_counter() - between))
    spark.stop()
    return median(pair[0] for pair in pairs[1:]), median(pair[1] for pair in pairs[1:])


if __name__ == "__main__":
    generated, written = measure()
    print(f"generated program, {EPOCHS} epochs:     {generated:5.1f} s")
    print(f"NNEstimator by hand, {EPOCHS} epochs:   {written:5.1f} s")
    print(f"ratio:                            {generated / written:5.2f}")
