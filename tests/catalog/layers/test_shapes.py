"""Output shapes as Keras 3 has them, and what is said where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.layers.reshaping import sides
from zoodsl.catalog.layers.windows import Window
from zoodsl.catalog.operator import Mismatch
from zoodsl.testing import call
from zoodsl.types import Shape


def shape_of(name: str, *inputs: Shape, **arguments) -> Shape | Mismatch:
    operation = call(name, **arguments)
    return operation.operator.shape(operation.arguments, inputs)


@pytest.mark.parametrize(
    ("name", "given", "arguments", "expected"),
    [
        ("Dense", (8,), {"units": 3}, (3,)),
        ("Dense", (5, 8), {"units": 3}, (5, 3)),
        ("Embedding", (4,), {"input_dim": 10, "output_dim": 3}, (4, 3)),
        ("Conv1D", (10, 3), {"filters": 6, "kernel_size": 3}, (8, 6)),
        ("Conv1D", (10, 3), {"filters": 6, "kernel_size": 3, "dilation_rate": 4}, (2, 6)),
        ("Conv2D", (1, 28, 28), {"filters": 6, "kernel_size": (5, 5)}, (6, 24, 24)),
        (
            "Conv2D",
            (3, 224, 224),
            {"filters": 64, "kernel_size": (7, 7), "strides": (2, 2), "padding": "same"},
            (64, 112, 112),
        ),
        ("Conv2D", (1, 9, 7), {"filters": 2, "kernel_size": (1, 3), "strides": (2, 3)}, (2, 5, 2)),
        (
            "DepthwiseConv2D",
            (4, 9, 9),
            {"kernel_size": (3, 3), "padding": "same", "depth_multiplier": 2},
            (8, 9, 9),
        ),
        ("SeparableConv2D", (4, 9, 9), {"filters": 5, "kernel_size": (3, 3)}, (5, 7, 7)),
        ("MaxPooling1D", (9, 2), {}, (4, 2)),
        ("MaxPooling2D", (3, 8, 9), {}, (3, 4, 4)),
        # Inception-v1's pooling, which Caffe rounds up.
        (
            "MaxPooling2D",
            (64, 112, 112),
            {"pool_size": (3, 3), "strides": (2, 2), "padding": "same"},
            (64, 56, 56),
        ),
        ("AveragePooling2D", (8, 7, 7), {"pool_size": (7, 7), "strides": (1, 1)}, (8, 1, 1)),
        # The first layers of ResNet.
        (
            "Conv2D",
            (3, 224, 224),
            {"filters": 64, "kernel_size": (7, 7), "strides": (2, 2), "padding": (3, 3)},
            (64, 112, 112),
        ),
        (
            "MaxPooling2D",
            (64, 112, 112),
            {"pool_size": (3, 3), "strides": (2, 2), "padding": (1, 1)},
            (64, 56, 56),
        ),
        ("Conv2D", (4, 9, 9), {"filters": 6, "kernel_size": (1, 1), "padding": (0, 2)}, (6, 9, 13)),
        ("Conv2D", (4, 9, 9), {"filters": 6, "kernel_size": (3, 3), "groups": 2}, (6, 7, 7)),
        ("DepthwiseConv2D", (4, 9, 9), {"kernel_size": (3, 3), "padding": (1, 0)}, (4, 9, 7)),
        # As PyTorch's documentation of MaxPool2d has it: a window may not begin in the border after the image.
        ("MaxPooling2D", (1, 8, 7), {"pool_size": (3, 3), "strides": (2, 2), "ceil_mode": True}, (1, 4, 3)),
        ("MaxPooling2D", (1, 8, 7), {"pool_size": (1, 1), "strides": (3, 3), "ceil_mode": True}, (1, 3, 3)),
        (
            "AveragePooling2D",
            (1, 5, 6),
            {"pool_size": (2, 2), "strides": (2, 2), "padding": (1, 1), "ceil_mode": True},
            (1, 3, 4),
        ),
        ("GlobalAveragePooling1D", (9, 2), {}, (2,)),
        ("GlobalMaxPooling2D", (3, 8, 9), {}, (3,)),
        ("LSTM", (9, 2), {"units": 4}, (4,)),
        ("LSTM", (9, 2), {"units": 4, "return_sequences": True}, (9, 4)),
        ("Bidirectional", (9, 2), {"layer": call("GRU", units=4)}, (8,)),
        ("Bidirectional", (9, 2), {"layer": call("GRU", units=4), "merge_mode": "ave"}, (4,)),
        ("TimeDistributed", (9, 3, 8, 8), {"layer": call("MaxPooling2D")}, (9, 3, 4, 4)),
        ("Flatten", (3, 8, 9), {}, (216,)),
        ("Reshape", (6, 4), {"target_shape": (2, 3, 4)}, (2, 3, 4)),
        ("Permute", (3, 8, 9), {"dims": (2, 3, 1)}, (8, 9, 3)),
        ("RepeatVector", (5,), {"n": 7}, (7, 5)),
        ("ZeroPadding2D", (3, 8, 9), {}, (3, 10, 11)),
        ("ZeroPadding2D", (3, 8, 9), {"padding": ((0, 1), (2, 3))}, (3, 9, 14)),
        ("Cropping2D", (3, 8, 9), {"cropping": ((1, 2),)}, (3, 6, 5)),
        ("UpSampling2D", (3, 8, 9), {"size": (2, 3)}, (3, 16, 27)),
        (
            "Conv3D",
            (1, 8, 9, 9),
            {"filters": 4, "kernel_size": (3, 2, 2), "strides": (2, 1, 1)},
            (4, 3, 8, 8),
        ),
        ("Conv2DTranspose", (4, 7, 7), {"filters": 2, "kernel_size": (3, 3), "strides": (2, 2)}, (2, 15, 15)),
        (
            "Conv2DTranspose",
            (4, 7, 7),
            {"filters": 2, "kernel_size": (4, 4), "strides": (2, 2), "padding": "same"},
            (2, 14, 14),
        ),
        # The layers of DCGAN's generator in PyTorch.
        (
            "Conv2DTranspose",
            (4, 7, 7),
            {"filters": 2, "kernel_size": (4, 4), "strides": (2, 2), "padding": (1, 1)},
            (2, 14, 14),
        ),
        (
            "Conv1DTranspose",
            (7, 4),
            {"filters": 2, "kernel_size": 3, "strides": 3, "padding": "same", "output_padding": 1},
            (20, 2),
        ),
        ("SeparableConv1D", (9, 4), {"filters": 5, "kernel_size": 3}, (7, 5)),
        ("DepthwiseConv1D", (9, 4), {"kernel_size": 3, "depth_multiplier": 2}, (7, 8)),
        ("AveragePooling3D", (3, 8, 9, 7), {}, (3, 4, 4, 3)),
        ("GlobalMaxPooling3D", (3, 8, 9, 7), {"keepdims": True}, (3, 1, 1, 1)),
        ("ZeroPadding1D", (8, 3), {"padding": (0, 2)}, (10, 3)),
        ("Cropping1D", (8, 3), {}, (6, 3)),
        ("UpSampling1D", (8, 3), {}, (16, 3)),
        ("ZeroPadding3D", (3, 8, 9, 7), {}, (3, 10, 11, 9)),
        ("Cropping3D", (3, 8, 9, 7), {"cropping": ((1, 0), (2, 1), (0, 3))}, (3, 7, 6, 4)),
        ("UpSampling3D", (3, 8, 9, 7), {"size": (1, 2, 3)}, (3, 8, 18, 21)),
    ],
)
def test_output_shape(name, given, arguments, expected):
    assert shape_of(name, given, **arguments) == expected


@pytest.mark.parametrize(
    ("name", "inputs", "arguments", "expected"),
    [
        ("Add", ((3, 4, 4),) * 3, {}, (3, 4, 4)),
        ("Concatenate", ((3, 4, 4), (5, 4, 4)), {}, (8, 4, 4)),
        ("Concatenate", ((9, 4), (9, 2)), {}, (9, 6)),
        ("Concatenate", ((9, 4), (2, 4)), {"axis": 1}, (11, 4)),
        ("Concatenate", ((4,), (2,), (1,)), {}, (7,)),
        ("Dot", ((4,), (4,)), {}, (1,)),
    ],
)
def test_shape_of_merges(name, inputs, arguments, expected):
    assert shape_of(name, *inputs, **arguments) == expected


@pytest.mark.parametrize(
    ("name", "inputs", "arguments", "message", "advice"),
    [
        (
            "Dense",
            ((3, 7, 7),),
            {"units": 10},
            (
                "`Dense` takes a vector or a series (steps x features), but its input is 3x7x7, "
                "an image (channels x height x width)"
            ),
            "put `Flatten()` or `GlobalAveragePooling2D()` before it",
        ),
        (
            "Conv2D",
            ((784,),),
            {"filters": 6, "kernel_size": (5, 5)},
            "`Conv2D` takes an image (channels x height x width), but its input is 784, a vector",
            "put `Reshape(channels x height x width)` before it",
        ),
        (
            "LSTM",
            ((2, 3, 4, 5),),
            {"units": 1},
            (
                "`LSTM` takes a series (steps x features), but its input is 2x3x4x5, "
                "a volume (channels x depth x height x width)"
            ),
            "put `Reshape(steps x features)` before it",
        ),
        (
            "LSTM",
            ((2, 3, 4, 5, 6),),
            {"units": 1},
            "`LSTM` takes a series (steps x features), but its input is 2x3x4x5x6, a tensor of 5 dimensions",
            "put `Reshape(...)` to a series (steps x features) before it",
        ),
        (
            "Conv3D",
            ((3, 8, 8),),
            {"filters": 6, "kernel_size": (3, 3, 3)},
            (
                "`Conv3D` takes a volume (channels x depth x height x width), but its input is 3x8x8, "
                "an image (channels x height x width)"
            ),
            "put `Reshape(channels x depth x height x width)` before it, or use the layer's 2D form",
        ),
        (
            "Conv2DTranspose",
            ((3, 8, 8),),
            {"filters": 6, "kernel_size": (3, 3), "output_padding": (1, 0)},
            "`Conv2DTranspose` has an `output_padding` of 1x0, which its `strides` of 1x1 do not exceed",
            "write an `output_padding` below `strides`, or leave it out",
        ),
        (
            "Conv2DTranspose",
            ((3, 1, 1),),
            {"filters": 6, "kernel_size": (2, 2), "padding": (1, 1)},
            "`Conv2DTranspose` cuts off all that it makes of its input of 1x1",
            "write a smaller `padding`",
        ),
        (
            "PReLU",
            ((3, 8),),
            {"shared_axes": (2, 3)},
            "`PReLU` shares its slopes along axis 3, but its input 3x8 has 2 besides the batch",
            "write axes from 1 to 2; `[2, 3]` is one slope for each channel of an image",
        ),
        (
            "Cropping1D",
            ((2, 8),),
            {},
            "`Cropping1D` cuts 2 steps from its input of 2, so that nothing is left",
            "cut fewer",
        ),
        (
            "Cropping3D",
            ((2, 8, 3, 3),),
            {"cropping": (1, 1, 2)},
            "`Cropping3D` cuts 2x2x4 from its input of 8x3x3, so that nothing is left",
            "cut fewer",
        ),
        (
            "ZeroPadding3D",
            ((2, 8, 3, 3),),
            {"padding": ((1, 1),) * 4},
            "`ZeroPadding3D` takes one size or three as `padding`, not 4",
            None,
        ),
        (
            "Conv2D",
            ((6, 4, 12),),
            {"filters": 6, "kernel_size": (5, 5)},
            "`Conv2D` has a window of 5x5 that does not fit into its input of 4x12",
            "make `kernel_size` smaller, write `padding = same`, or shrink the input less before it",
        ),
        (
            "Conv2D",
            ((6, 4, 4),),
            {"filters": 8, "kernel_size": (3, 3), "groups": 4},
            "`Conv2D` divides the 6 channels of its input into 4 groups, which leaves 2 over",
            "write a number of `groups` that divides the input's channels and `filters`",
        ),
        (
            "Conv2D",
            ((6, 4, 4),),
            {"filters": 8, "kernel_size": (3, 3), "groups": 3},
            "`Conv2D` divides its 8 `filters` into 3 groups, which leaves 2 over",
            "write a number of `groups` that divides the input's channels and `filters`",
        ),
        (
            "MaxPooling2D",
            ((6, 8, 8),),
            {"pool_size": (3, 3), "padding": (1, 2)},
            "`MaxPooling2D` has a padding of 1x2, more than half its window of 3x3",
            "write a smaller `padding`: a window would else see hardly anything but what is added",
        ),
        (
            "AveragePooling2D",
            ((6, 8, 8),),
            {"padding": "same", "ceil_mode": True},
            "`AveragePooling2D` has both `padding = same` and `ceil_mode`, but `same` rounds up by itself",
            "leave `ceil_mode` out, or write the `padding` as a size such as `1`",
        ),
        (
            "Conv1D",
            ((6, 4),),
            {"filters": 6, "kernel_size": 3, "dilation_rate": 3},
            "`Conv1D` has a window of 3, dilated to 7, that does not fit into its input of 6",
            "make `kernel_size` smaller, write `padding = same`, or shrink the input less before it",
        ),
        (
            "MaxPooling2D",
            ((6, 1, 1),),
            {},
            "`MaxPooling2D` has a window of 2x2 that does not fit into its input of 1x1",
            "make `pool_size` smaller, write `padding = same`, or shrink the input less before it",
        ),
        (
            "Conv2D",
            ((6, 9, 9),),
            {"filters": 6, "kernel_size": (3, 3), "strides": (2, 2), "dilation_rate": (1, 2)},
            "`Conv2D` has both `strides` of 2x2 and a `dilation_rate` of 1x2",
            "leave one of them at 1: a dilated window cannot also skip places",
        ),
        (
            "Conv2D",
            ((6, 9, 9),),
            {"filters": 10, "kernel_size": (9, 9), "activation": "softmax"},
            "`Conv2D` has a softmax over the image 10x1x1, but softmax is for vectors and series",
            "make it a vector with `Flatten()` or `GlobalAveragePooling2D()` first, then put `Softmax()`",
        ),
        (
            "Reshape",
            ((6, 9),),
            {"target_shape": (5, 10)},
            "`Reshape` cannot make 5x10 (50 numbers) of its input 6x9 (54 numbers)",
            "the two must hold equally many numbers",
        ),
        (
            "Permute",
            ((6, 9),),
            {"dims": (1, 3)},
            "`Permute` orders its dimensions [1, 3], but its input 6x9 has the dimensions [1, 2]",
            "name each dimension once, counted from 1",
        ),
        (
            "Cropping2D",
            ((6, 9, 4),),
            {"cropping": ((1, 2),)},
            "`Cropping2D` cuts 2 rows and 4 columns from its input of 9x4, so that nothing is left",
            "cut fewer",
        ),
        (
            "ZeroPadding2D",
            ((6, 9, 4),),
            {"padding": ((1, 1), (1, 1), (1, 1))},
            "`ZeroPadding2D` takes one or two sizes as `padding`, not 3",
            "write `padding = 1x2` (height x width) or `padding = [0x1, 0x1]` (top x bottom, left x right)",
        ),
        (
            "LRN",
            ((6, 9, 4),),
            {"size": 4},
            "`LRN` has a `size` of 4, which has no channel in its middle",
            "write an odd number, such as 5",
        ),
        (
            "Bidirectional",
            ((6, 9),),
            {"layer": call("Dense", units=3)},
            "`Bidirectional` wraps `Dense`, which does not read a series step by step",
            "wrap `LSTM(...)`, `GRU(...)` or `SimpleRNN(...)`",
        ),
        (
            "Bidirectional",
            ((6, 9),),
            {"layer": call("LSTM", units=3, go_backwards=True)},
            "`Bidirectional` wraps `LSTM` with `go_backwards`, but reads both ways by itself",
            "leave `go_backwards` out",
        ),
        (
            "TimeDistributed",
            ((6, 9),),
            {"layer": call("MaxPooling2D")},
            (
                "`TimeDistributed` wraps a layer that does not fit: `MaxPooling2D` takes an image "
                "(channels x height x width), but its input is 9, a vector"
            ),
            "put `Reshape(channels x height x width)` before it",
        ),
        (
            "TimeDistributed",
            ((9,),),
            {"layer": call("Dense", units=3)},
            "`TimeDistributed` takes a series of vectors or images, but its input is 9, a vector",
            "write the layer that it wraps by itself",
        ),
        (
            "TimeDistributed",
            ((6, 9),),
            {"layer": call("Add")},
            "`TimeDistributed` wraps `Add`, which joins several inputs",
            "wrap a layer that takes one measured input",
        ),
        (
            "TimeDistributed",
            ((6, 9),),
            {"layer": call("Embedding", input_dim=5, output_dim=2)},
            "`TimeDistributed` wraps `Embedding`, which looks up indices",
            "wrap a layer that takes one measured input",
        ),
        (
            "Dot",
            ((4,), (5,)),
            {},
            "`Dot` takes two vectors of equal length, but is given 4 and 5",
            "put `Flatten()` after what is no vector, and `Dense(units)` after one of another length",
        ),
        (
            "Concatenate",
            ((3, 4, 4), (3, 8, 8), (3, 4, 4)),
            {},
            (
                "`Concatenate` joins along channels, so its inputs may differ there alone, "
                "but it is given 3x4x4, 3x8x8 and 3x4x4"
            ),
            None,
        ),
        (
            "Concatenate",
            ((4,), (5, 4)),
            {},
            "`Concatenate` takes inputs of equally many dimensions, but is given 4 and 5x4",
            "put `Flatten()` or `Reshape(...)` after those that differ",
        ),
        (
            "Concatenate",
            ((4,), (5,)),
            {"axis": 2},
            "`Concatenate` joins along axis 2, but its inputs 4 and 5 have 1 besides the batch",
            "write an `axis` from 1 to 1, or leave it out",
        ),
        (
            "Add",
            ((256, 56, 56), (64, 56, 56)),
            {},
            "`Add` takes inputs of equal shapes, but is given 256x56x56 and 64x56x56",
            None,
        ),
    ],
)
def test_what_is_said_where_a_layer_does_not_fit(name, inputs, arguments, message, advice):
    result = shape_of(name, *inputs, **arguments)
    assert isinstance(result, Mismatch)
    assert result.message == message
    if advice is not None:
        assert result.help == advice


def test_the_argument_at_fault_is_named():
    result = shape_of("Conv2D", (6, 4, 4), filters=6, kernel_size=(5, 5))
    assert isinstance(result, Mismatch)
    assert result.parameter == "kernel_size"


@pytest.mark.law("same padding lets a window stand at ceil(length / stride) places")
@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3))
def test_same_padding_lets_the_window_stand_where_the_formula_says(length, size, stride, dilation):
    window = Window(size, stride, dilation, same=True)
    before, after = window.margins(length)
    padded = Window(size, stride, dilation, same=False)
    assert padded.positions(length + before + after) == window.positions(length)
    assert 0 <= after - before <= 1


@pytest.mark.parametrize("length", [112, 56, 28, 14])
def test_same_pooling_is_caffes_rounding_up_where_inception_has_it(length):
    window = Window(3, 2, 1, same=True)
    assert window.positions(length) == -(-(length - 3) // 2) + 1
    assert window.margins(length) == (0, 1)


def test_sides_of_one_and_of_two_sizes():
    assert sides({"padding": ((1, 2),)}, "padding") == (1, 1, 2, 2)
    assert sides({"padding": ((1, 2), (3, 4))}, "padding") == (1, 2, 3, 4)
