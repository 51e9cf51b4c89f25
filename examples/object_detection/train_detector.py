"""Trains the small detector `shapes.onnx` on scenes that `draw.py` draws, none of which is in the clip.

    python train_detector.py

It has FastestDet's form: of each cell of a grid, whether a thing's middle is nearest to the cell's corner, the box, and
the classes; and it sees blue, green and red. It is trained with TensorFlow on 12,000 scenes for 16 epochs, which takes
some minutes, and written as ONNX. Equal seeds give like networks, not equal ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import tensorflow as tf
from draw import (  # type: ignore[import-not-found]  # it lies beside this script
    CLASSES,
    HEIGHT,
    WIDTH,
    ground,
    scene,
    some_thing,
)
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

FOLDER = Path(__file__).parent
INPUT = (96, 128)
"""Height and width of what the network sees."""

STRIDE = 8
GRID = (INPUT[0] // STRIDE, INPUT[1] // STRIDE)
SCENES, EPOCHS, BATCH = 12_000, 16, 32
WIDTHS = ((16, 2), (24, 2), (32, 2), (48, 1), (48, 1), (40, 1))
"""The channels and the stride of each convolution of 3x3."""


def drawn(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Scenes as 8-bit BGR pictures, and what the network is to say of each cell: there, x, y, width, height, class."""
    chance = np.random.default_rng(seed)
    images = np.zeros((count, *INPUT, 3), np.uint8)
    wanted = np.zeros((count, *GRID, 6), np.float32)
    size = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    for number in range(count):
        things = [some_thing(chance) for _ in range(chance.integers(1, 6))]
        image, seen = scene(ground(chance), things)
        images[number] = np.asarray(image.resize(INPUT[::-1], Image.Resampling.BILINEAR))[..., ::-1]
        for thing in seen:
            left, top, right, bottom = np.array(thing.box) / size
            x, y = (left + right) / 2 * GRID[1], (top + bottom) / 2 * GRID[0]
            column, row = min(round(x), GRID[1] - 1), min(round(y), GRID[0] - 1)
            box = (x - column, y - row, right - left, bottom - top)
            wanted[number, row, column] = (1, *box, CLASSES.index(thing.name))
    return images, wanted


def detector() -> tf.keras.Model:
    """The network, channels last: what it gives of each cell comes before the last activations."""
    given = value = tf.keras.Input((*INPUT, 3))
    for channels, stride in WIDTHS:
        value = tf.keras.layers.ZeroPadding2D(1)(value)
        value = tf.keras.layers.Conv2D(channels, 3, strides=stride, activation="relu")(value)
    return tf.keras.Model(given, tf.keras.layers.Conv2D(5 + len(CLASSES), 1)(value))


def loss(wanted: tf.Tensor, given: tf.Tensor) -> tf.Tensor:
    """Of all cells whether there is a thing; of those that have one, its box and its class."""
    there = wanted[..., 0]
    near = tf.nn.max_pool2d(there[..., None], 3, 1, "SAME")[..., 0] - there
    objects = tf.nn.sigmoid_cross_entropy_with_logits(there, given[..., 0]) * (1 - 0.8 * near)
    middle = tf.abs(tf.tanh(given[..., 1:3]) - wanted[..., 1:3])
    side = tf.abs(tf.sigmoid(given[..., 3:5]) - wanted[..., 3:5]) * GRID[1]
    boxes = tf.reduce_sum(tf.concat([middle, side], -1), -1)
    classes = tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.cast(wanted[..., 5], tf.int32), given[..., 5:]
    )
    found = tf.reduce_sum(there) + 1
    return (tf.reduce_sum(objects) * 4 + tf.reduce_sum(there * (boxes + classes))) / found


def onnx_model(network: tf.keras.Model) -> onnx.ModelProto:
    """The trained network in ONNX: 3x96x128 BGR, divided by 255, to 8x12x16."""
    weights = [layer.get_weights() for layer in network.layers if layer.get_weights()]
    constants, nodes, last = [], [], "image"

    def convolution(
        name: str, kernel: NDArray[np.float32], bias: NDArray[np.float32], given: str, stride: int = 1
    ) -> str:
        for role, value in (("kernel", kernel.transpose(3, 2, 0, 1)), ("bias", bias)):
            constants.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}_{role}"))
        side = kernel.shape[0]
        nodes.append(
            helper.make_node(
                "Conv",
                [given, f"{name}_kernel", f"{name}_bias"],
                [name],
                name=name,
                kernel_shape=[side, side],
                strides=[stride, stride],
                pads=[side // 2] * 4,
            )
        )
        return name

    for number, ((kernel, bias), (_, stride)) in enumerate(zip(weights[:-1], WIDTHS, strict=True), 1):
        name = convolution(f"conv{number}", kernel, bias, last, stride)
        last = f"relu{number}"
        nodes.append(helper.make_node("Relu", [name], [last], name=last))
    kernel, bias = weights[-1]
    for name, part in (("thing", slice(0, 1)), ("box", slice(1, 5)), ("class", slice(5, None))):
        convolution(name, kernel[..., part], bias[part], last)
    nodes += [
        helper.make_node("Sigmoid", ["thing"], ["certainty"], name="certainty"),
        helper.make_node("Softmax", ["class"], ["classes"], name="classes", axis=1),
        helper.make_node("Concat", ["certainty", "box", "classes"], ["cells"], name="cells", axis=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, *INPUT])
    cells = helper.make_tensor_value_info("cells", TensorProto.FLOAT, [1, 5 + len(CLASSES), *GRID])
    graph = helper.make_graph(nodes, "shapes", [image], [cells], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main() -> None:
    """Draws the scenes, trains, and writes the network."""
    tf.keras.utils.set_random_seed(5)
    images, wanted = drawn(SCENES, seed=1)
    fresh, fresh_wanted = drawn(400, seed=2)
    steps = EPOCHS * SCENES // BATCH
    network = detector()
    network.compile(
        optimizer=tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(2e-3, steps)), loss=loss
    )
    network.fit(
        images.astype(np.float32) / 255,
        wanted,
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=(fresh.astype(np.float32) / 255, fresh_wanted),
        verbose=2,
    )
    model = onnx_model(network)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / "shapes.onnx")


if __name__ == "__main__":
    main()
