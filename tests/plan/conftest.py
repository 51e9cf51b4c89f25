"""Specs built by hand, so that plans are tested without the language's front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.operator import ColumnType
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import (
    Certainty,
    Column,
    Data,
    Evaluate,
    Feature,
    Frame,
    InputNode,
    Keep,
    Label,
    LayerNode,
    Log,
    Network,
    Operation,
    Optimize,
    Part,
    Preprocess,
    PreprocessStep,
    RowCount,
    Segment,
    Train,
    Validate,
)
from zoodsl.model.spec import Spec
from zoodsl.source import SourceFile, Span
from zoodsl.types import DType, ImageType, Quantity, Shape, TensorType, Unit

SPAN = Span(SourceFile("mnist.zoo", "zoo 1\n"), 0, 5)

Operate = Callable[..., Operation[Any]]


def operate(kind: Kind, name: str, /, **given: Any) -> Operation[Any]:
    operator = registry.find(kind, name)
    assert operator is not None
    assert given.keys() <= {parameter.name for parameter in operator.parameters}
    arguments = {parameter.name: parameter.default for parameter in operator.parameters} | given
    return Operation(span=SPAN, operator=operator, arguments=arguments, places=dict.fromkeys(given, SPAN))


class Builder:
    """Grows a network layer by layer; ``add`` gives the new layer's name."""

    def __init__(self, shape: Shape) -> None:
        self.shapes = {"input": shape}
        self.layers: list[LayerNode] = []

    def add(self, name: str, layer: str, *inputs: str, **given: Any) -> str:
        operation = operate(Kind.LAYER, layer, **given)
        shapes = tuple(self.shapes[node] for node in inputs)
        shape = operation.operator.shape(operation.arguments, shapes)
        assert isinstance(shape, tuple), shape
        self.shapes[name] = shape
        self.layers.append(
            LayerNode(
                span=SPAN, name=name, operation=operation, inputs=inputs, input_shapes=shapes, shape=shape
            )
        )
        return name

    def network(self) -> Network:
        start = InputNode(span=SPAN, name="input", shape=self.shapes["input"])
        return Network(span=SPAN, inputs=(start,), layers=tuple(self.layers), output=self.layers[-1].name)


def lenet_network() -> Network:
    build = Builder((1, 28, 28))
    build.add("conv1", "Conv2D", "input", filters=6, kernel_size=(5, 5), activation="tanh")
    build.add("pool1", "MaxPooling2D", "conv1", pool_size=(2, 2))
    build.add("conv2", "Conv2D", "pool1", filters=12, kernel_size=(5, 5), activation="tanh")
    build.add("pool2", "MaxPooling2D", "conv2", pool_size=(2, 2))
    build.add("flatten", "Flatten", "pool2")
    build.add("fc1", "Dense", "flatten", units=100, activation="tanh")
    build.add("fc2", "Dense", "fc1", units=10, activation="softmax")
    return build.network()


def resnet50_network() -> Network:
    """He et al. 2015, with biases in the convolutions as in Keras."""
    build = Builder((3, 224, 224))

    def conv(name: str, source: str, filters: int, size: int, stride: int = 1) -> str:
        x = build.add(
            name,
            "Conv2D",
            source,
            filters=filters,
            kernel_size=(size, size),
            strides=(stride, stride),
            padding="same",
        )
        return build.add(f"{name}_bn", "BatchNormalization", x)

    x = build.add("conv1_relu", "ReLU", conv("conv1", "input", 64, 7, 2))
    x = build.add("pool1", "MaxPooling2D", x, pool_size=(3, 3), strides=(2, 2), padding="same")
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 2):
        for block in range(blocks):
            name, stride = f"res{stage}{'abcdef'[block]}", 2 if block == 0 and stage > 2 else 1
            long = build.add(f"{name}_1_relu", "ReLU", conv(f"{name}_1", x, width, 1, stride))
            long = build.add(f"{name}_2_relu", "ReLU", conv(f"{name}_2", long, width, 3))
            long = conv(f"{name}_3", long, 4 * width, 1)
            short = conv(f"{name}_0", x, 4 * width, 1, stride) if block == 0 else x
            x = build.add(f"{name}_relu", "ReLU", build.add(name, "Add", long, short))
    x = build.add("pool5", "GlobalAveragePooling2D", x)
    build.add("fc1000", "Dense", x, units=1000, activation="softmax")
    return build.network()


def lenet_spec(**changes: Any) -> Spec:
    """The spec of examples/mnist, with ``changes`` to its sections."""
    image = ImageType(height=8, width=8, channels=1)
    resized = ImageType(height=28, width=28, channels=1)
    scaled = ImageType(height=28, width=28, channels=1, dtype=DType.FLOAT32, low=-0.75, high=1.75)
    image_column, label_column = (
        Column(span=SPAN, frame="digits", name=name, type=ColumnType(name, kind))
        for name, kind in (("image", image), ("label", DType.INT64))
    )
    steps = (
        (operate(Kind.TRANSFORM, "Resize", size=(28, 28)), image, resized),
        (operate(Kind.TRANSFORM, "ChannelNormalize", mean=(77.9,), std=(95.9,)), resized, scaled),
    )
    sections: dict[str, Any] = {
        "span": SPAN,
        "name": "mnist",
        "path": "/home/someone/mnist.zoo",
        "doc": "LeNet on handwritten digits.",
        "settings": (),
        "data": Data(
            span=SPAN,
            frames=(
                Frame(
                    span=SPAN,
                    name="digits",
                    reader=operate(Kind.READER, "Sample", name="digits"),
                    columns=(),
                    rows=RowCount(count=1797, certainty=Certainty.EXACT),
                ),
            ),
            feature=Feature(span=SPAN, columns=(image_column,)),
            label=Label(span=SPAN, column=label_column, codec=operate(Kind.LABEL, "ClassIndex", classes=10)),
            split=operate(Kind.SPLIT, "Stratified", column=label_column, train=0.7, validation=0.1, test=0.2),
            parts={
                part: RowCount(count=count, certainty=Certainty.EXACT)
                for part, count in zip(Part, (1258, 180, 359), strict=True)
            },
        ),
        "preprocess": Preprocess(
            span=SPAN,
            steps=tuple(
                PreprocessStep(
                    span=SPAN,
                    operation=step,
                    training_only=False,
                    probability=1.0,
                    input=before,
                    output=after,
                )
                for step, before, after in steps
            ),
            input=image,
            output=TensorType(shape=(1, 28, 28), low=-0.75, high=1.75),
        ),
        "network": lenet_network(),
        "optimize": Optimize(
            span=SPAN,
            loss=operate(Kind.LOSS, "SparseCategoricalCrossentropy"),
            optimizer=operate(Kind.OPTIMIZER, "Adam", learning_rate=0.001),
            schedule=(
                Segment(
                    span=SPAN,
                    schedule=operate(Kind.SCHEDULE, "Warmup", to=0.004),
                    length=Quantity(2, Unit.EPOCH),
                ),
                Segment(
                    span=SPAN,
                    schedule=operate(Kind.SCHEDULE, "Poly", power=1.0),
                    length=Quantity(18, Unit.EPOCH),
                ),
            ),
        ),
        "train": Train(
            span=SPAN,
            seed=42,
            batch=64,
            epochs=20,
            validate=Validate(span=SPAN, every=1, metrics=(operate(Kind.METRIC, "Accuracy"),)),
            stop=operate(Kind.STOP, "EarlyStopping", monitor="Accuracy", patience=8),
            checkpoint_every=1,
            keep=Keep(span=SPAN, metric="Accuracy", better="max"),
            log=Log(span=SPAN, values=("loss", "learning_rate"), every=10),
        ),
        "evaluate": Evaluate(
            span=SPAN, metrics=(operate(Kind.METRIC, "Accuracy"),), plots=("curves", "confusion")
        ),
    }
    return Spec(**(sections | changes))


@pytest.fixture
def operation() -> Operate:
    """``operation(kind, name, **arguments)``, bound with the catalog's defaults."""
    return operate


@pytest.fixture
def lenet() -> Callable[..., Spec]:
    """``lenet(**sections)``: the spec of examples/mnist, changed."""
    return lenet_spec


@pytest.fixture
def resnet50() -> Network:
    return resnet50_network()
