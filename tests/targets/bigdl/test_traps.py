"""Traps of BigDL that emitted programs do not fall into. Each is shown first where that is cheap, then avoided.

The traps that no spec can express are tested with semantics; docs/traps.md lists all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.bigdl.engine import build, evaluate, forward, namespace, set_weights
from zoodsl import testing
from zoodsl.catalog.values import Kind
from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Operation
from zoodsl.targets.bigdl.bindings.losses import LOSSES
from zoodsl.targets.bigdl.bindings.optimizers import OPTIMIZERS
from zoodsl.targets.bigdl.bindings.pooling import ROUNDED_UP
from zoodsl.targets.bigdl.data import preprocessing_function
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.numpy import forward as reference
from zoodsl.targets.numpy import losses
from zoodsl.targets.numpy.transforms import to_tensor, transform
from zoodsl.targets.pyast import Function, Page

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

PICTURES = """zoo 1
data {{
  photos = Images("photos/*.png", channels = {channels})
  feature photos.image
  label   photos.folder -> ClassIndex(["photos", "others"])
}}
preprocess {{
{steps}
}}
network {{
  input {shape}
  Flatten()
  Dense(2, activation = softmax)
}}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}}
train {{ batch 2 }}
"""


def written(function: Function) -> Any:
    """The function as the program has it."""
    page = Page()
    page.function(function)
    names = namespace(*page.symbols)
    exec(page.text, names)
    return names[function.name]


def one_layer(name: str, shape: tuple[int, ...], **given: Any) -> Any:
    """The network of one layer."""
    return testing.network_of(testing.call(name, **given), (shape,))


def predictor(spark: Any, folder: Path, pixels: np.ndarray, steps: str, shape: str) -> tuple[Any, Any, Any]:
    """What predicts with the spec's preprocessing and a network that passes its input on; a frame of the picture.

    Gives them and the spec; ``pixels`` are height x width x channels, RGB.
    """
    from bigdl.dllib.keras.layers import Flatten, Input
    from bigdl.dllib.keras.models import Model
    from PIL import Image

    from zoodsl.targets.bigdl.library.engine import quiet
    from zoodsl.targets.bigdl.library.features import ImageColumn
    from zoodsl.targets.bigdl.library.image_files import read_images
    from zoodsl.targets.bigdl.library.predictor import Predictor

    channels = pixels.shape[2]
    (folder / "photos").mkdir()
    for number in range(2):
        Image.fromarray(pixels[..., 0] if channels == 1 else pixels).save(folder / "photos" / f"{number}.png")
    text = PICTURES.format(channels=channels, steps=steps, shape=shape)
    compilation = Compilation(str(folder / "spec.zoo"), text=text)
    spec = compilation.spec
    assert spec is not None, compilation.diagnostics
    size = spec.network.inputs[0].shape
    with quiet():
        given = Input(shape=size[1:] if channels == 1 else size)
        model = Model(given, Flatten()(given))
        chain = written(preprocessing_function(spec.preprocess, spec.network.inputs))(training=False)
        made = Predictor(model, ImageColumn("image"), 2, chain)
    return made, read_images(spark, str(folder), "photos/*.png", channels=channels), spec


def predicted(made: Any, frame: Any) -> np.ndarray:
    return np.array([row["prediction"] for row in made.transform(frame).collect()])


RAMP = np.arange(6 * 9 * 3, dtype=np.uint8).reshape(6, 9, 3)


@pytest.mark.parametrize(
    ("pixels", "steps", "shape"),
    [
        (RAMP, "CenterCrop(4x7)", "3x4x7"),
        (RAMP, "Resize(3x5)", "3x3x5"),
        (RAMP, "ChannelNormalize(mean = [10, 20, 30], std = [1, 2, 4])", "3x6x9"),
        (RAMP[..., :1], "Resize(3x5)\n  ChannelNormalize(mean = [10], std = [2])", "1x3x5"),
        (np.full((6, 9, 1), 64, np.uint8), "Resize(12x18)", "1x12x18"),
    ],
    ids=[
        "width comes first in crops",
        "resize",
        "blue comes first in colours",
        "grey",
        "a grey area stays so",
    ],
)
def test_image_steps_on_grey_and_coloured_pictures(
    spark: Any, tmp_path: Path, pixels: np.ndarray, steps: str, shape: str
) -> None:
    """Crops take width before height, colours stand as BGR, a resize by the reader turns a grey 64 into 137."""
    made, frame, spec = predictor(spark, tmp_path, pixels, f"  {steps}", shape)
    wanted = pixels
    for step in spec.preprocess.steps:
        wanted = transform(step.operation, wanted, np.random.default_rng(0))
    for row in predicted(made, frame):
        # OpenCV rounds halves to even, the reference up.
        assert row == pytest.approx(to_tensor(wanted).ravel(), abs=0.51)


def test_random_steps_in_prediction(spark: Any, tmp_path: Path) -> None:
    """NNModel.transform goes on using the training chain: one image was predicted 77 and 177 from call to call."""
    steps = "  training {\n    Brightness(-64..64)\n  }"
    made, frame, _ = predictor(spark, tmp_path, RAMP, steps, "3x6x9")
    assert np.ptp([predicted(made, frame) for _ in range(3)], axis=0).max() == 0


def test_forward_in_training_mode(spark: Any) -> None:
    """A network that was just built is in training mode, in which Dropout drops; predictions are not."""
    from bigdl.dllib.feature.common import SeqToTensor

    from zoodsl.targets.bigdl.library.features import NumberColumns
    from zoodsl.targets.bigdl.library.predictor import Predictor

    network = one_layer("Dropout", (64,), rate=0.5)
    model = build(network)
    ones = np.ones((1, 64), np.float32)
    assert {0.0} < set(np.unique(model.forward(ones)))
    names = [f"x{number}" for number in range(64)]
    frame = spark.createDataFrame([[1.0] * 64, [1.0] * 64], names)
    made = Predictor(build(network), NumberColumns(tuple(names)), 2, SeqToTensor([64]))
    assert predicted(made, frame) == pytest.approx(np.ones((2, 64)))


def test_inverted_momentum_of_batch_normalization(spark: Any) -> None:
    """BigDL's momentum is the batch's share: Keras' 0.9 taken as it is would keep a tenth of the past."""
    from bigdl.dllib.utils.common import callBigDlFunc

    network = one_layer("BatchNormalization", (3,), momentum=0.9)
    model = build(network)
    model.training(is_training=True)
    model.forward(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]], np.float32))
    (layer,) = [layer for layer in model.layers if layer.name() == "layer"]
    mean = callBigDlFunc("float", "getRunningMean", layer.value.labor()).to_ndarray()
    assert mean == pytest.approx([0.2, 0.3, 0.4])


def test_slope_of_hard_sigmoid(spark: Any) -> None:
    """BigDL's hard_sigmoid is 0.2 x + 0.5, Keras 3's x / 6 + 0.5."""
    network = one_layer("Activation", (4,), activation="hard_sigmoid")
    values = np.array([[-4.0, -1.0, 2.0, 4.0]], np.float32)
    assert forward(build(network), network, [values])[0] == pytest.approx([0, 1 / 3, 5 / 6, 1], abs=1e-6)


def test_spatial_dropout_at_inference(spark: Any) -> None:
    """BigDL scales by what it keeps at inference; Keras scales in training, so that inference changes nothing."""
    network = one_layer("SpatialDropout1D", (4, 3), rate=0.5)
    values = np.arange(12, dtype=np.float32).reshape(1, 4, 3)
    assert forward(build(network), network, [values]) == pytest.approx(values)


def test_rounding_up_is_forgotten(spark: Any) -> None:
    """A pooling with ceil mode, whose width needs no rounding, rounds the height up for the first batch alone."""
    from bigdl.dllib.nn.layer import SpatialMaxPooling

    values = np.zeros((1, 2, 8, 9), np.float32)
    bare = SpatialMaxPooling(3, 3, 2, 2, to_ceil=True)
    assert [bare.forward(values).shape for _ in range(2)] == [(1, 2, 4, 4), (1, 2, 3, 4)]
    height = one_layer("MaxPooling2D", (2, 8, 9), pool_size=(3, 3), strides=(2, 2), ceil_mode=True)
    assert [problem.reason for _, problem in unsupported(height)] == [ROUNDED_UP.reason]
    both = one_layer("MaxPooling2D", (2, 8, 8), pool_size=(3, 3), strides=(2, 2), ceil_mode=True)
    model = build(both)
    assert {forward(model, both, [values[..., :8]]).shape for _ in range(2)} == {(1, 2, 4, 4)}


def test_counting_the_border_is_ignored(spark: Any) -> None:
    """BigDL's Keras-style AveragePooling2D takes count_include_pad and never counts what pads."""
    network = one_layer("AveragePooling2D", (2, 2, 2), padding=(1, 1), count_include_pad=True)
    values = np.ones((1, 2, 2, 2), np.float32)
    assert forward(build(network), network, [values]) == pytest.approx(np.full((1, 2, 2, 2), 0.25))


def test_axis_of_a_single_channel(spark: Any) -> None:
    """ImageMatToTensor gives a grey image as height x width, which a convolution of one channel refuses."""
    network = one_layer("Conv2D", (1, 5, 4), filters=2, kernel_size=(3, 3))
    model = build(network)
    model.set_evaluate_status()
    assert model.forward(np.zeros((2, 5, 4), np.float32)).shape == (2, 2, 3, 2)


def test_l2_factor(spark: Any, bound: Any) -> None:
    """BigDL's L2Regularizer(r) adds r w to the gradient, Keras' L2(r) is r w^2, whose gradient is 2 r w."""
    penalty: Operation[Any] = bound(Kind.REGULARIZER, "L2", l2=0.1)
    network = one_layer("Dense", (2,), units=1, kernel_regularizer=penalty, kernel_initializer="ones")
    estimator, frame = regression(spark, lambda: build(network), [(0.0, 0.0, 0.0)] * 2)
    # The inputs are 0, so that the penalty alone moves the weights: by 0.5 * 2 * 0.1 of themselves in each epoch.
    kernel, _bias = estimator.fit(frame).model.get_weights()
    assert kernel.ravel() == pytest.approx([0.81, 0.81], rel=5e-3)


def test_moments_lost_between_epochs(spark: Any, bound: Any) -> None:
    """Each NNEstimator.fit begins with new moments; and BigDL damps momentum by itself unless told not to."""
    from tests.targets.bigdl.library.programs import climber
    from zoodsl.targets.bigdl.library.schedules import Schedule

    arguments = bound(Kind.OPTIMIZER, "SGD", learning_rate=0.1, momentum=0.5).arguments
    heights = climber(spark, lambda: evaluate(OPTIMIZERS["SGD"](arguments)), Schedule(0.1), 3)
    speeds = [0.1 * sum(0.5**power for power in range(step)) for step in range(1, 7)]
    assert heights == pytest.approx(np.cumsum(speeds)[1::2], rel=2e-3)


def test_one_weight_alone(spark: Any) -> None:
    """BigDL does not add up gradients of several cores for one weight alone: half of two cores' is left."""
    network = one_layer("Dense", (1,), units=1, use_bias=False, kernel_initializer="zeros")
    estimator, frame = regression(spark, lambda: build(network), [(1.0, 1e6)] * 2)
    (kernel,) = estimator.fit(frame).model.get_weights()
    assert kernel.ravel() == pytest.approx([0.5], rel=5e-3)


def test_second_fit_with_the_same_optimizer(spark: Any) -> None:
    """The epoch counter lives in the optimizer, so that a second fit of BigDL's trains nothing, without a word."""
    network = one_layer("Dense", (2,), units=1, use_bias=False, kernel_initializer="zeros")
    estimator, frame = regression(spark, lambda: build(network), [(1.0, 1.0, 1e6)] * 2)
    for _ in range(2):
        (kernel,) = estimator.fit(frame).model.get_weights()
        assert kernel.ravel() == pytest.approx([1.0, 1.0], rel=5e-3)


def regression(spark: Any, network: Any, rows: list[tuple[float, ...]]) -> tuple[Any, Any]:
    """An estimator of each row's last number from the others, for two epochs of one batch at a rate of 0.5."""
    from bigdl.dllib.feature.common import SeqToTensor
    from bigdl.dllib.keras.objectives import MeanAbsoluteError
    from bigdl.dllib.optim.optimizer import SGD

    from zoodsl.targets.bigdl.library.engine import start_engine
    from zoodsl.targets.bigdl.library.features import NumberColumns
    from zoodsl.targets.bigdl.library.labels import Number
    from zoodsl.targets.bigdl.library.losses import mean_absolute_error
    from zoodsl.targets.bigdl.library.schedules import Schedule
    from zoodsl.targets.bigdl.library.settings import Training
    from zoodsl.targets.bigdl.library.training import NetworkEstimator

    start_engine(spark)
    *names, label = (f"x{place}" for place in range(len(rows[0])))
    estimator = NetworkEstimator(
        features=NumberColumns(tuple(names)),
        label=Number(label),
        preprocessing=lambda _training: SeqToTensor([len(names)]),
        network=network,
        criterion=MeanAbsoluteError,
        optimizer=lambda: SGD(learningrate=0.5),
        schedule=lambda: Schedule(0.5),
        training=Training(loss=mean_absolute_error, batch=2, epochs=2),
    )
    return estimator, spark.createDataFrame(rows, [*names, label])


def test_cosine_proximity_is_divided_by_the_outputs(spark: Any, bound: Any) -> None:
    """BigDL's criterion gives -1/4 for four outputs that point where they should."""
    from bigdl.dllib.keras.objectives import CosineProximity

    rows = np.array([[1.0, 2.0, 3.0, 4.0]], np.float32)
    operation = bound(Kind.LOSS, "CosineSimilarity")
    assert CosineProximity().forward(rows, rows) == pytest.approx(-0.25)
    assert evaluate(LOSSES["CosineSimilarity"](operation.arguments, 4)).forward(rows, rows) == pytest.approx(
        -1
    )


@pytest.mark.parametrize("from_logits", [False, True])
def test_categorical_cross_entropy_takes_the_largest_entry(spark: Any, bound: Any, from_logits: bool) -> None:
    """BigDL's criterion counts one class a row, the first of the largest, whatever else the row says."""
    from bigdl.dllib.keras.objectives import CategoricalCrossEntropy

    wanted = np.array([[1, 1, 0], [0, 0, 1]], np.float32)
    scores = np.array([[0.5, 0.2, 0.3], [0.1, 0.1, 0.8]], np.float32)
    operation = bound(Kind.LOSS, "CategoricalCrossentropy", from_logits=from_logits)
    expected = losses.loss(operation, wanted, scores)
    criterion = evaluate(LOSSES["CategoricalCrossentropy"](operation.arguments, 3))
    assert CategoricalCrossEntropy().forward(scores, wanted) == pytest.approx(
        -np.log([0.5, 0.8]).mean(), rel=1e-4
    )
    assert criterion.forward(scores, wanted) == pytest.approx(expected, rel=1e-4)


def test_classes_counted_from_one(spark: Any, bound: Any) -> None:
    """BigDL's ClassNLLCriterion counts classes from 1; the emitted criterion takes class 0 for the first."""
    operation = bound(Kind.LOSS, "SparseCategoricalCrossentropy")
    criterion = evaluate(LOSSES["SparseCategoricalCrossentropy"](operation.arguments, 2))
    shares = np.array([[0.25, 0.75]], np.float32)
    assert criterion.forward(shares, np.array([0.0])) == pytest.approx(-np.log(0.25), rel=1e-4)


def test_recurrent_gates(spark: Any) -> None:
    """BigDL's default gate is its own hard_sigmoid; LSTM() means Keras' sigmoid."""
    network = one_layer("LSTM", (3, 2), units=2)
    weights, inputs = testing.random_weights(network, 1), testing.batch(network, 2, 1)
    model = build(network)
    set_weights(model, network, weights)
    assert forward(model, network, inputs) == pytest.approx(reference(network, weights, inputs), abs=1e-5)


def test_log_level(spark: Any) -> None:
    """BigDL's init_nncontext sets the level to WARN, and its jar carries settings that log all: ours is ERROR."""
    manager = spark.sparkContext._jvm.org.apache.logging.log4j.LogManager
    assert str(manager.getRootLogger().getLevel()) == "ERROR"
