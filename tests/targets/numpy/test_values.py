"""The interpreter's values against definitions written out in slow loops over single numbers."""

from __future__ import annotations

from itertools import product
from math import ceil, erfc, exp, log, sqrt, tanh

import numpy as np
import pytest

from zoodsl.catalog.layers.parameters import ACTIVATIONS as NAMES
from zoodsl.targets.numpy import forward
from zoodsl.targets.numpy.activation import ACTIVATIONS
from zoodsl.testing import call, network_of, random_weights

RECORDS = 2


def run(name, *shapes, training=False, **arguments):
    """Inputs, weights and output of one layer, in float64."""
    network = network_of(call(name, **arguments), shapes)
    generator = np.random.default_rng(7)
    inputs = [generator.standard_normal((RECORDS, *shape)) for shape in shapes]
    weights = tuple(each.astype(np.float64) for each in random_weights(network, 8).get("layer", ()))
    return inputs, weights, forward(network, {"layer": weights}, inputs, training=training)


def window_places(length, size, stride, dilation, padding, *, ceil_mode=False):
    """For each place of a window the indices that it sees; those outside of 0..length - 1 are padding."""
    reach = (size - 1) * dilation + 1
    if padding != "same":
        border = 0 if padding == "valid" else padding
        starts = list(range(-border, length + border - reach + 1, stride))
        following = starts[-1] + stride
        # Rounding up adds a window that begins on a number, or on the border before the first.
        if ceil_mode and following < length and following + reach - stride < length + border:
            starts.append(following)
    else:
        count = ceil(length / stride)
        before = max((count - 1) * stride + reach - length, 0) // 2
        starts = [place * stride - before for place in range(count)]
    return [[start + step * dilation for step in range(size)] for start in starts]


def pixel(image, channel, row, column):
    inside = 0 <= row < image.shape[1] and 0 <= column < image.shape[2]
    return image[channel, row, column] if inside else 0.0


def along(padding):
    """What pads the rows, and what the columns."""
    return (padding, padding) if isinstance(padding, str) else padding


@pytest.mark.parametrize("padding", ["valid", "same", (2, 1)])
@pytest.mark.parametrize(("strides", "dilation"), [((1, 1), (1, 1)), ((2, 3), (1, 1)), ((1, 1), (2, 1))])
@pytest.mark.parametrize("size", [(1, 1), (3, 2)])
def test_conv2d(padding, strides, dilation, size):
    (x,), (kernel, bias), output = run(
        "Conv2D",
        (2, 7, 6),
        filters=3,
        kernel_size=size,
        strides=strides,
        dilation_rate=dilation,
        padding=padding,
    )
    above, beside = along(padding)
    rows = window_places(7, size[0], strides[0], dilation[0], above)
    columns = window_places(6, size[1], strides[1], dilation[1], beside)
    assert output.shape == (RECORDS, 3, len(rows), len(columns))
    for n, o, (r, seen_rows), (c, seen_columns) in product(
        range(RECORDS), range(3), enumerate(rows), enumerate(columns)
    ):
        total = bias[o]
        for i, (y, row), (z, column) in product(range(2), enumerate(seen_rows), enumerate(seen_columns)):
            total += pixel(x[n], i, row, column) * kernel[y, z, i, o]
        assert output[n, o, r, c] == pytest.approx(total, rel=1e-9)


def test_each_group_sees_its_own_channels():
    (x,), (kernel, bias), output = run(
        "Conv2D", (4, 6, 5), filters=6, kernel_size=(3, 3), groups=2, padding=(1, 1)
    )
    assert kernel.shape == (3, 3, 2, 6)
    for group in range(2):
        inputs, filters = slice(2 * group, 2 * group + 2), slice(3 * group, 3 * group + 3)
        alone = forward(
            network_of(call("Conv2D", filters=3, kernel_size=(3, 3), padding=(1, 1)), ((2, 6, 5),)),
            {"layer": (kernel[..., filters], bias[filters])},
            [x[:, inputs]],
        )
        np.testing.assert_allclose(output[:, filters], alone, rtol=1e-9)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 3)])
def test_conv1d(padding, stride, dilation):
    (x,), (kernel, bias), output = run(
        "Conv1D", (9, 2), filters=3, kernel_size=3, strides=stride, dilation_rate=dilation, padding=padding
    )
    places = window_places(9, 3, stride, dilation, padding)
    assert output.shape == (RECORDS, len(places), 3)
    for n, o, (place, seen) in product(range(RECORDS), range(3), enumerate(places)):
        total = bias[o] + sum(
            x[n, step, i] * kernel[at, i, o]
            for (at, step), i in product(enumerate(seen), range(2))
            if 0 <= step < 9
        )
        assert output[n, place, o] == pytest.approx(total, rel=1e-9)


def test_depthwise_convolution_is_a_convolution_of_each_channel():
    (x,), (kernel, bias), output = run(
        "DepthwiseConv2D", (3, 6, 6), kernel_size=(3, 3), depth_multiplier=2, padding="same"
    )
    for channel, copy in product(range(3), range(2)):
        at = channel * 2 + copy
        alone = forward(
            network_of(call("Conv2D", filters=1, kernel_size=(3, 3), padding="same"), ((1, 6, 6),)),
            {"layer": (kernel[:, :, channel : channel + 1, copy : copy + 1], bias[at : at + 1])},
            [x[:, channel : channel + 1]],
        )
        np.testing.assert_allclose(output[:, at : at + 1], alone, rtol=1e-9)


def test_separable_convolution_is_depthwise_then_pointwise():
    (x,), (depthwise, pointwise, bias), output = run(
        "SeparableConv2D", (3, 6, 6), filters=4, kernel_size=(3, 3), depth_multiplier=2, activation="relu"
    )
    first = network_of(
        call("DepthwiseConv2D", kernel_size=(3, 3), depth_multiplier=2, use_bias=False), ((3, 6, 6),)
    )
    channels = forward(first, {"layer": (depthwise,)}, [x])
    expected = np.einsum("nchw,co->nohw", channels, pointwise[0, 0]) + bias[:, None, None]
    np.testing.assert_allclose(output, np.maximum(expected, 0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("padding", "ceil_mode"),
    [("valid", False), ("valid", True), ("same", False), ((1, 1), False), ((1, 0), True), ((0, 1), True)],
)
@pytest.mark.parametrize("strides", [None, (1, 1), (2, 3), (3, 4)])
@pytest.mark.parametrize(("name", "summary"), [("MaxPooling2D", max), ("AveragePooling2D", np.mean)])
def test_pooling_2d_leaves_padding_out(padding, ceil_mode, strides, name, summary):
    (x,), _, output = run(
        name, (2, 7, 6), pool_size=(3, 2), strides=strides, padding=padding, ceil_mode=ceil_mode
    )
    (down, across), (above, beside) = strides or (3, 2), along(padding)
    rows = window_places(7, 3, down, 1, above, ceil_mode=ceil_mode)
    columns = window_places(6, 2, across, 1, beside, ceil_mode=ceil_mode)
    assert output.shape == (RECORDS, 2, len(rows), len(columns))
    for n, i, (r, seen_rows), (c, seen_columns) in product(
        range(RECORDS), range(2), enumerate(rows), enumerate(columns)
    ):
        seen = [
            x[n, i, row, column]
            for row, column in product(seen_rows, seen_columns)
            if 0 <= row < 7 and 0 <= column < 6
        ]
        assert output[n, i, r, c] == pytest.approx(summary(seen), rel=1e-9)


@pytest.mark.parametrize("padding", ["valid", "same", (1, 0), (1, 1)])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_average_pooling_counts_the_border_if_told_to(padding, ceil_mode):
    ceil_mode = ceil_mode and padding != "same"
    (x,), _, output = run(
        "AveragePooling2D",
        (2, 8, 7),
        pool_size=(3, 2),
        strides=(2, 3),
        padding=padding,
        ceil_mode=ceil_mode,
        count_include_pad=True,
    )
    above, beside = along(padding)
    rows = window_places(8, 3, 2, 1, above, ceil_mode=ceil_mode)
    columns = window_places(7, 2, 3, 1, beside, ceil_mode=ceil_mode)
    # The border is as wide after the image as before it, one more for `same`; what rounding up reaches lies beyond.
    below, right = (9, 8) if padding == "same" else (8 - rows[0][0], 7 - columns[0][0])
    for n, i, (r, seen_rows), (c, seen_columns) in product(
        range(RECORDS), range(2), enumerate(rows), enumerate(columns)
    ):
        seen = [
            pixel(x[n], i, row, column)
            for row, column in product(seen_rows, seen_columns)
            if row < below and column < right
        ]
        assert output[n, i, r, c] == pytest.approx(np.mean(seen), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("name", "summary"), [("MaxPooling1D", max), ("AveragePooling1D", np.mean)])
def test_pooling_1d_leaves_padding_out(padding, name, summary):
    (x,), _, output = run(name, (8, 2), pool_size=3, strides=2, padding=padding)
    for n, i, (place, seen) in product(
        range(RECORDS), range(2), enumerate(window_places(8, 3, 2, 1, padding))
    ):
        assert output[n, place, i] == pytest.approx(
            summary([x[n, step, i] for step in seen if 0 <= step < 8])
        )


def test_global_pooling():
    (x,), _, output = run("GlobalAveragePooling2D", (2, 3, 4))
    assert output[1, 1] == pytest.approx(sum(x[1, 1].ravel()) / 12)
    (x,), _, output = run("GlobalMaxPooling2D", (2, 3, 4))
    assert output[1, 1] == max(x[1, 1].ravel())
    (x,), _, output = run("GlobalAveragePooling1D", (5, 3))
    assert output[1, 2] == pytest.approx(sum(x[1, :, 2]) / 5)
    (x,), _, output = run("GlobalMaxPooling1D", (5, 3))
    assert output[1, 2] == max(x[1, :, 2])


def test_dense_on_each_step():
    (x,), (kernel, bias), output = run("Dense", (4, 3), units=2, activation="tanh")
    for n, step, o in product(range(RECORDS), range(4), range(2)):
        total = bias[o] + sum(x[n, step, i] * kernel[i, o] for i in range(3))
        assert output[n, step, o] == pytest.approx(tanh(total), rel=1e-9)


def test_embedding_looks_up_from_zero_and_refuses_what_is_not_there():
    network = network_of(call("Embedding", input_dim=3, output_dim=2), ((2,),))
    vectors = np.arange(6.0).reshape(3, 2)
    output = forward(network, {"layer": (vectors,)}, [np.array([[0.0, 2.0]])])
    np.testing.assert_array_equal(output, [[[0.0, 1.0], [4.0, 5.0]]])
    for wrong in (-1.0, 3.0):
        with pytest.raises(IndexError):
            forward(network, {"layer": (vectors,)}, [np.array([[wrong, 0.0]])])


@pytest.mark.parametrize(("shape", "axis"), [((3,), 1), ((5, 3), 2), ((3, 4, 2), 1)])
def test_batch_normalization(shape, axis):
    (x,), (gamma, beta, mean, variance), output = run("BatchNormalization", shape, epsilon=0.01)
    _, _, trained = run("BatchNormalization", shape, epsilon=0.01, training=True)
    for feature in range(3):
        own = np.take(x, feature, axis)
        expected = gamma[feature] * (own - mean[feature]) / sqrt(variance[feature] + 0.01) + beta[feature]
        np.testing.assert_allclose(np.take(output, feature, axis), expected, rtol=1e-9)
        spread = sum((own - own.mean()).ravel() ** 2) / own.size
        expected = gamma[feature] * (own - own.mean()) / sqrt(spread + 0.01) + beta[feature]
        np.testing.assert_allclose(np.take(trained, feature, axis), expected, rtol=1e-9)


@pytest.mark.parametrize(("shape", "axis"), [((3,), 1), ((5, 3), 2), ((3, 4, 2), 1)])
def test_unit_normalization(shape, axis):
    (x,), _, output = run("UnitNormalization", shape)
    for place in np.ndindex(*np.delete(x.shape, axis)):
        features = np.moveaxis(x, axis, -1)[place]
        length = sqrt(sum(value**2 for value in features))
        np.testing.assert_allclose(np.moveaxis(output, axis, -1)[place], features / length, rtol=1e-9)


def test_zeros_have_no_direction_and_stay_zeros():
    network = network_of(call("UnitNormalization"), ((3,),))
    assert forward(network, {}, [np.zeros((1, 3))]).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("size", [1, 3, 5])
def test_lrn(size):
    (x,), _, output = run("LRN", (4, 2, 2), size=size, alpha=0.5, beta=0.75, bias=2.0)
    for n, c, row, column in product(range(RECORDS), range(4), range(2), range(2)):
        around = [x[n, i, row, column] ** 2 for i in range(4) if abs(i - c) <= size // 2]
        expected = x[n, c, row, column] / (2.0 + 0.5 / size * sum(around)) ** 0.75
        assert output[n, c, row, column] == pytest.approx(expected)


def sigmoid(x):
    return 1 / (1 + exp(-x))


def dots(vector, matrix, column):
    return sum(value * matrix[row, column] for row, value in enumerate(vector))


def lstm_step(x, state, cell, weights, units):
    kernel, recurrent, bias = weights
    gates = [dots(x, kernel, at) + dots(state, recurrent, at) + bias[at] for at in range(4 * units)]
    entry, forget, new, exit_ = (gates[at * units : (at + 1) * units] for at in range(4))
    cell = [
        sigmoid(f) * c + sigmoid(i) * tanh(g) for i, f, g, c in zip(entry, forget, new, cell, strict=True)
    ]
    return [sigmoid(o) * tanh(c) for o, c in zip(exit_, cell, strict=True)], cell


def gru_step(x, state, cell, weights, units):
    kernel, recurrent, bias = weights
    given = [dots(x, kernel, at) + bias[at] for at in range(3 * units)]
    update = [sigmoid(given[at] + dots(state, recurrent, at)) for at in range(units)]
    reset = [sigmoid(given[at] + dots(state, recurrent, at)) for at in range(units, 2 * units)]
    kept = [r * s for r, s in zip(reset, state, strict=True)]
    new = [tanh(given[at] + dots(kept, recurrent, at)) for at in range(2 * units, 3 * units)]
    return [z * s + (1 - z) * h for z, s, h in zip(update, state, new, strict=True)], cell


def simple_step(x, state, cell, weights, units):
    kernel, recurrent, bias = weights
    return [tanh(dots(x, kernel, at) + dots(state, recurrent, at) + bias[at]) for at in range(units)], cell


STEPS = {"LSTM": lstm_step, "GRU": gru_step, "SimpleRNN": simple_step}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("name", STEPS)
def test_recurrent_layers(name, backwards):
    units = 3
    (x,), weights, output = run(name, (4, 2), units=units, return_sequences=True, go_backwards=backwards)
    _, _, last = run(name, (4, 2), units=units, go_backwards=backwards)
    for n in range(RECORDS):
        state = cell = [0.0] * units
        for at, step in enumerate(x[n][::-1] if backwards else x[n]):
            state, cell = STEPS[name](step, state, cell, weights, units)
            np.testing.assert_allclose(output[n, at], state, rtol=1e-9)
        np.testing.assert_allclose(last[n], state, rtol=1e-9)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave"])
def test_bidirectional_joins_both_ways(mode, sequences):
    inner = call("LSTM", units=3, return_sequences=sequences)
    (x,), weights, output = run("Bidirectional", (4, 2), layer=inner, merge_mode=mode)
    there = forward(network_of(inner, ((4, 2),)), {"layer": weights[:3]}, [x])
    back = forward(network_of(inner, ((4, 2),)), {"layer": weights[3:]}, [x[:, ::-1]])
    back = back[:, ::-1] if sequences else back
    expected = {
        "concat": np.concatenate([there, back], axis=-1),
        "sum": there + back,
        "mul": there * back,
        "ave": (there + back) / 2,
    }[mode]
    np.testing.assert_allclose(output, expected, rtol=1e-12)


def test_time_distributed_is_the_layer_at_each_step():
    inner = call("Conv2D", filters=2, kernel_size=(2, 2))
    (x,), weights, output = run("TimeDistributed", (3, 1, 4, 4), layer=inner)
    for step in range(3):
        alone = forward(network_of(inner, ((1, 4, 4),)), {"layer": weights}, [x[:, step]])
        np.testing.assert_allclose(output[:, step], alone, rtol=1e-12)


SCALAR = {
    "linear": lambda x: x,
    "relu": lambda x: max(x, 0),
    "relu6": lambda x: min(max(x, 0), 6),
    "elu": lambda x: x if x > 0 else exp(x) - 1,
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (exp(x) - 1)),
    "tanh": tanh,
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: min(max(x / 6 + 0.5, 0), 1),
    "silu": lambda x: x / (1 + exp(-x)),
    "hard_silu": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "softplus": lambda x: log(1 + exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "leaky_relu": lambda x: x if x >= 0 else 0.2 * x,
    "celu": lambda x: x if x > 0 else exp(x) - 1,
    "gelu": lambda x: x * erfc(-x / sqrt(2)) / 2,
    "hard_tanh": lambda x: min(max(x, -1), 1),
    "tanh_shrink": lambda x: x - tanh(x),
    "sparse_sigmoid": lambda x: min(max((x + 1) / 2, 0), 1),
    "log_sigmoid": lambda x: -log(1 + exp(-x)),
    "mish": lambda x: x * tanh(log(1 + exp(x))),
    "squareplus": lambda x: (x + sqrt(x * x + 4)) / 2,
    "sparse_plus": lambda x: 0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4,
    "soft_shrink": lambda x: x - 0.5 if x > 0.5 else x + 0.5 if x < -0.5 else 0,
    "hard_shrink": lambda x: x if abs(x) > 0.5 else 0,
    "exponential": exp,
}


@pytest.mark.parametrize("name", SCALAR)
def test_activation_is_its_formula(name):
    points = np.linspace(-8, 8, 33)
    np.testing.assert_allclose(
        ACTIVATIONS[name](points), [SCALAR[name](x) for x in points], rtol=1e-9, atol=1e-15
    )


def test_activations_are_those_of_the_catalog():
    assert set(ACTIVATIONS) == set(NAMES) == {*SCALAR, "softmax", "log_softmax"}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"exponential"}))
def test_activation_is_stable_far_out(name):
    assert np.isfinite(ACTIVATIONS[name](np.array([[-1e4, 0.0, 1e4]]))).all()


def test_softmax_of_each_step():
    (x,), _, output = run("Softmax", (2, 3))
    for n, step, i in product(range(RECORDS), range(2), range(3)):
        assert output[n, step, i] == pytest.approx(exp(x[n, step, i]) / sum(map(exp, x[n, step])))


def test_log_softmax_of_each_step():
    (x,), _, output = run("Activation", (2, 3), activation="log_softmax")
    for n, step, i in product(range(RECORDS), range(2), range(3)):
        assert output[n, step, i] == pytest.approx(x[n, step, i] - log(sum(map(exp, x[n, step]))))


def test_activation_layers():
    (x,), _, output = run("ReLU", (50,), max_value=0.5)
    np.testing.assert_array_equal(output, [[min(max(each, 0), 0.5) for each in row] for row in x])
    (x,), _, output = run("LeakyReLU", (50,))
    np.testing.assert_array_equal(output, [[each if each >= 0 else 0.3 * each for each in row] for row in x])
    (x,), _, output = run("ELU", (50,), alpha=0.5)
    np.testing.assert_allclose(
        output, [[each if each > 0 else 0.5 * (exp(each) - 1) for each in row] for row in x]
    )
    (x,), _, output = run("Activation", (50,), activation="hard_sigmoid")
    np.testing.assert_allclose(output, [[SCALAR["hard_sigmoid"](each) for each in row] for row in x])


@pytest.mark.parametrize("name", ["Dropout", "SpatialDropout1D", "GaussianDropout"])
def test_dropout_does_nothing_at_inference_and_keeps_the_mean_in_training(name):
    network = network_of(call(name, rate=0.25), ((400, 200),))
    x = np.ones((1, 400, 200))
    np.testing.assert_array_equal(forward(network, {}, [x]), x)
    trained = forward(network, {}, [x], training=True)
    assert trained.mean() == pytest.approx(1.0, abs=0.15)
    if name == "GaussianDropout":
        assert trained.std() == pytest.approx(sqrt(0.25 / 0.75), rel=0.05)
    else:
        assert set(np.unique(trained)) == {0.0, 1 / 0.75}


def test_spatial_dropout_drops_whole_features_or_channels():
    ones = np.ones((3, 6, 20))
    series = forward(network_of(call("SpatialDropout1D", rate=0.5), ((6, 20),)), {}, [ones], training=True)
    assert (series == series[:, :1]).all()
    assert len(np.unique(series)) == 2
    channels = np.ones((3, 20, 4, 5))
    image = forward(
        network_of(call("SpatialDropout2D", rate=0.5), ((20, 4, 5),)), {}, [channels], training=True
    )
    assert (image == image[:, :, :1, :1]).all()
    assert len(np.unique(image)) == 2


def test_gaussian_noise():
    network = network_of(call("GaussianNoise", stddev=0.5), ((10_000,),))
    x = np.ones((1, 10_000))
    np.testing.assert_array_equal(forward(network, {}, [x]), x)
    trained = forward(network, {}, [x], training=True)
    assert (trained.mean(), trained.std()) == pytest.approx((1.0, 0.5), rel=0.05)


def test_reshaping_keeps_order():
    (x,), _, output = run("Flatten", (2, 3, 4))
    assert output[1, 1 * 12 + 2 * 4 + 3] == x[1, 1, 2, 3]
    (x,), _, output = run("Permute", (2, 3, 4), dims=(3, 1, 2))
    assert output[1, 3, 1, 2] == x[1, 1, 2, 3]
    (x,), _, output = run("RepeatVector", (4,), n=3)
    assert (output == x[:, None]).all()
    (x,), _, output = run("UpSampling2D", (2, 3, 4), size=(2, 3))
    assert output[1, 1, 5, 7] == x[1, 1, 2, 2]
    (x,), _, output = run("ZeroPadding2D", (2, 3, 4), padding=((1, 2), (3, 4)))
    assert output[1, 1, 1 + 2, 3 + 3] == x[1, 1, 2, 3]
    assert output.sum() == pytest.approx(x.sum())
    (x,), _, output = run("Cropping2D", (2, 6, 7), cropping=((1, 2), (3, 0)))
    np.testing.assert_array_equal(output, x[:, :, 1:4, 3:])


def test_merges():
    shapes = ((2, 3),) * 3
    inputs, _, total = run("Add", *shapes)
    np.testing.assert_allclose(total, inputs[0] + inputs[1] + inputs[2])
    np.testing.assert_allclose(run("Multiply", *shapes)[2], inputs[0] * inputs[1] * inputs[2])
    np.testing.assert_allclose(run("Average", *shapes)[2], total / 3)
    np.testing.assert_array_equal(run("Maximum", *shapes)[2], np.stack(inputs).max(axis=0))
    np.testing.assert_array_equal(run("Minimum", *shapes)[2], np.stack(inputs).min(axis=0))
    pair, _, difference = run("Subtract", (2,), (2,))
    np.testing.assert_array_equal(difference, pair[0] - pair[1])
    pair, _, joined = run("Concatenate", (3, 2, 2), (1, 2, 2))
    np.testing.assert_array_equal(joined[:, 3:], pair[1])


def test_dot_and_cosine():
    (a, b), _, output = run("Dot", (4,), (4,))
    assert output[1, 0] == pytest.approx(sum(a[1] * b[1]))
    (a, b), _, output = run("Dot", (4,), (4,), normalize=True)
    assert output[1, 0] == pytest.approx(sum(a[1] * b[1]) / sqrt(sum(a[1] ** 2) * sum(b[1] ** 2)))
