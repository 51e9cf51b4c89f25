"""The trained network as a stage of a PipelineModel, which can be saved and loaded in a fresh process."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bigdl.dllib.feature.common import (
    ChainedPreprocessing,
    FeatureLabelPreprocessing,
    Preprocessing,
    ScalarToTensor,
    SeqToMultipleTensors,
    SeqToTensor,
    ToTuple,
)
from bigdl.dllib.keras.models import KerasNet
from bigdl.dllib.net import Net
from bigdl.dllib.nnframes import NNModel
from bigdl.dllib.utils.file_utils import callZooFunc
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.pipeline import PipelineSharedReadWrite
from pyspark.ml.util import DefaultParamsReader, MLReadable, MLReader, MLWritable, MLWriter
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.engine import cores, load_java, quiet, save_java
from zoodsl.targets.bigdl.library.features import KINDS, Features


class Predictor(Transformer, MLWritable, MLReadable["Predictor"]):
    """Adds the column ``prediction``, an array of the network's outputs, to frames that have the feature columns.

    Args:
        model: the trained network.
        features: the columns that it is fed from.
        batch: rows that are predicted at once.
        preprocessing: of the features, without random steps.
        stage: BigDL's own stage, where it is there already.
        scale: the mean and the standard deviation of what the network gives standardised; None: it gives it as it is.

    ``history`` is what training told of each epoch; it is not saved.
    """

    def __init__(
        self,
        model: KerasNet,
        features: Features,
        batch: int,
        preprocessing: Preprocessing | None = None,
        stage: NNModel | None = None,
        scale: tuple[float, float] | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        self.features = features
        self.batch = batch
        self.scale = scale
        self.history: list[dict[str, Any]] = []
        with quiet():
            self.stage = stage or predicting_stage(model, preprocessing)
            self.stage.setFeaturesCol("_features").setPredictionCol("prediction").setBatchSize(batch)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        prepared = self.features.prepared(dataset)
        added = [name for name in prepared.columns if name not in dataset.columns]
        fed = prepared.withColumn("_features", self.features.expression()).where(
            F.col("_features").isNotNull()
        )
        # BigDL keeps a copy of the network, with the outputs of all its layers, for every partition.
        predicted: DataFrame = self.stage.transform(fed.coalesce(cores()))
        if self.scale is not None:
            mean, std = self.scale
            outputs = F.transform("prediction", lambda output: (output * std + mean).cast("double"))
            predicted = predicted.withColumn("prediction", outputs)
        return predicted.drop("_features", *added)

    def write(self) -> MLWriter:
        """Writes the network, its preprocessing in Java's form, and what else is needed."""
        return PredictorWriter(self)

    @classmethod
    def read(cls) -> MLReader[Predictor]:
        """Reads what ``write`` wrote."""
        return PredictorReader()


def predicting_stage(model: KerasNet, preprocessing: Preprocessing | None) -> NNModel:
    """BigDL's stage for the network; of several inputs it makes samples as training does, with a label of nothing."""
    if not isinstance(preprocessing, SeqToMultipleTensors):
        return NNModel(model, preprocessing)
    stage = NNModel(model, SeqToTensor([1]))
    sample = FeatureLabelPreprocessing(preprocessing, ScalarToTensor())
    return stage.setSamplePreprocessing(ChainedPreprocessing([ToTuple(), sample]))


ROWS_AT_ONCE = 4
"""Rows that a core puts at once through a network that nothing trains: their layers' outputs are kept for each core."""


def applied(model: KerasNet, features: Features, preprocessing: Preprocessing) -> PipelineModel:
    """The pipeline of a network that nothing trains."""
    return PipelineModel([Predictor(model, features, ROWS_AT_ONCE * cores(), preprocessing)])


class PredictorWriter(MLWriter):
    """Writes a Predictor to a folder. BigDL's own writer fails on Spark 3.2 and later."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__()
        self.predictor = predictor

    def saveImpl(self, path: str) -> None:  # noqa: N802 - pyspark's name
        """Writes to ``path``."""
        predictor = self.predictor
        context = self.sparkSession.sparkContext
        metadata = {
            "class": f"{program_module()}.Predictor",
            "timestamp": 0,
            "sparkVersion": context.version,
            "uid": predictor.uid,
            "paramMap": {},
            "defaultParamMap": {},
            "features": {"kind": type(predictor.features).__name__, **vars(predictor.features)},
            "batch": predictor.batch,
            "scale": predictor.scale,
        }
        context.parallelize([json.dumps(metadata)], 1).saveAsTextFile(f"{path}/metadata")
        with quiet():
            predictor.model.saveModel(f"{path}/model.bigdl", over_write=True)
            save_java(predictor.stage.getSamplePreprocessing().value, f"{path}/preprocessing.obj")


class PredictorReader(MLReader[Predictor]):
    """Reads a Predictor from a folder."""

    def load(self, path: str) -> Predictor:
        """The Predictor at ``path``."""
        context: Any = self.sparkSession.sparkContext
        metadata = DefaultParamsReader.loadMetadata(path, context)
        described = metadata["features"]
        kind = described.pop("kind")
        lists = {key: tuple(value) if isinstance(value, list) else value for key, value in described.items()}
        scale = metadata.get("scale")
        with quiet():
            model = Net.load(f"{path}/model.bigdl")
            stage = NNModel(
                model=model,
                jvalue=callZooFunc("float", "createNNModel", model, load_java(f"{path}/preprocessing.obj")),
            )
        predictor = Predictor(
            model,
            KINDS[kind](**lists),
            metadata["batch"],
            stage=stage,
            scale=None if scale is None else tuple(scale),
        )
        predictor._resetUid(metadata["uid"])  # noqa: SLF001 - as pyspark's own readers do
        return predictor


def program_module() -> str:
    """The name by which this program can be imported: its file's, when it runs as a script."""
    if __name__ != "__main__":
        return __name__
    return Path(sys.modules["__main__"].__file__ or "program").stem


def load_pipeline(folder: str) -> PipelineModel:
    """The PipelineModel of one Predictor in ``folder``, whatever the program was called that saved it."""
    reader = PredictorReader()
    context: Any = reader.sparkSession.sparkContext
    [uid] = DefaultParamsReader.loadMetadata(folder, context)["paramMap"]["stageUids"]
    return PipelineModel([reader.load(PipelineSharedReadWrite.getStagePath(uid, 0, 1, f"{folder}/stages"))])
