"""Chains of preprocessing, drawn by the typing rule: as OpenCV computes them, and of the inferred type at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.transforms import transform
from zoodsl.testing import images
from zoodsl.types import DType, ImageType

Bound = Callable[..., Operation[Any]]
Drawn = tuple[str, dict[str, Any]]

SIDES = st.integers(1, 24)
RESIZE = st.tuples(st.just("Resize"), st.fixed_dictionaries({"size": st.tuples(SIDES, SIDES)}))
NUMBERS = st.integers(-400, 400).map(lambda number: number / 4)
FACTORS = st.integers(0, 32).map(lambda number: number / 8)


def alike(number: float) -> tuple[float, float]:
    """A range of one number, so that nothing is drawn."""
    return number, number


def steps(kind: ImageType) -> st.SearchStrategy[Drawn]:
    """Steps that draw nothing, and that may follow an image of this type."""
    height, width = kind.height or 1, kind.width or 1
    sized: list[st.SearchStrategy[Drawn]] = [
        RESIZE,
        st.tuples(st.just("HFlip"), st.just({})),
        st.tuples(
            st.just("CenterCrop"),
            st.fixed_dictionaries({"size": st.tuples(st.integers(1, height), st.integers(1, width))}),
        ),
        st.tuples(
            st.sampled_from(["ChannelNormalize"]),
            st.fixed_dictionaries(
                {
                    "mean": NUMBERS.map(lambda mean: (mean,)),
                    "std": st.integers(1, 99).map(lambda std: (std / 4,)),
                }
            ),
        ),
        st.tuples(
            st.just("PixelNormalize"), st.fixed_dictionaries({"mean": NUMBERS.map(lambda mean: (mean,))})
        ),
    ]
    if kind.dtype is DType.UINT8:
        sized += [
            st.tuples(st.just("Brightness"), st.fixed_dictionaries({"delta": NUMBERS.map(alike)})),
            st.tuples(st.just("Contrast"), st.fixed_dictionaries({"factor": FACTORS.map(alike)})),
        ]
    if kind.dtype is DType.UINT8 and kind.channels == 3:
        sized += [
            st.tuples(st.just("Hue"), st.fixed_dictionaries({"delta": st.integers(-18, 18).map(alike)})),
            st.tuples(st.just("Saturation"), st.fixed_dictionaries({"factor": FACTORS.map(alike)})),
        ]
    return st.one_of(sized)


# --- the same by OpenCV


def _resize(image: Array, arguments: Mapping[str, Any]) -> Array:
    height, width = arguments["size"]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)


def _center_crop(image: Array, arguments: Mapping[str, Any]) -> Array:
    height, width = arguments["size"]
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    return image[top : top + height, left : left + width]


def _hsv(image: Array, change: Callable[[Array, Array], tuple[Array, Array]]) -> Array:
    hue, saturation, value = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HSV))
    hue, saturation = change(hue, saturation)
    return cv2.cvtColor(cv2.merge([hue, saturation, value]), cv2.COLOR_HSV2RGB)


def _added(image: Array, factor: float, number: float) -> Array:
    return cv2.addWeighted(image, factor, image, 0, number)


OPENCV: Mapping[str, Callable[[Array, Mapping[str, Any]], Array]] = {
    "Resize": _resize,
    "HFlip": lambda image, _: cv2.flip(image, 1),
    "CenterCrop": _center_crop,
    "Brightness": lambda image, given: _added(image, 1, given["delta"][0]),
    "Contrast": lambda image, given: _added(image, given["factor"][0], 0),
    "Hue": lambda image, given: _hsv(image, lambda hue, rest: (_added(hue, 1, given["delta"][0]), rest)),
    "Saturation": lambda image, given: _hsv(
        image, lambda hue, rest: (hue, _added(rest, given["factor"][0], 0))
    ),
    "ChannelNormalize": lambda image, given: (image.astype(np.float32) - given["mean"][0]) / given["std"][0],
    "PixelNormalize": lambda image, given: image.astype(np.float32) - given["mean"][0],
}
WITHIN = {"Hue": 2, "Saturation": 2}
"""Grey levels by which OpenCV's own colours differ from machine to machine; its other steps are exact on bytes."""


def by_opencv(name: str, image: Array, arguments: Mapping[str, Any]) -> Array:
    found = OPENCV[name](np.ascontiguousarray(image), arguments)
    return found.reshape(*found.shape[:2], image.shape[2])  # OpenCV drops a single channel


def assert_of_type(image: Array, kind: ImageType) -> None:
    assert image.shape == (kind.height, kind.width, kind.channels)
    assert image.dtype == (np.uint8 if kind.dtype is DType.UINT8 else np.float32)
    slack = 0 if kind.dtype is DType.UINT8 else 1e-5 * max(1, abs(kind.low), abs(kind.high))
    assert kind.low - slack <= image.min()
    assert image.max() <= kind.high + slack


@pytest.mark.law(
    "chains of preprocessing = OpenCV's: bytes exact (colours by HSV within 2), floats within 1e-4; types as inferred"
)
@given(
    picture=st.sampled_from([1, 3]).flatmap(
        lambda channels: images(channels=channels, height=(1, 24), width=(1, 24))
    ),
    data=st.data(),
)
def test_chains_are_those_of_opencv(bound: Bound, picture: Array, data: st.DataObject) -> None:
    value = picture
    height, width, channels = picture.shape
    kind = ImageType(height=height, width=width, channels=channels)
    for _ in range(data.draw(st.integers(1, 5))):
        name, arguments = data.draw(steps(kind))
        call = bound(Kind.TRANSFORM, name, **arguments)
        typed = call.operator.result(call.arguments, kind)
        assert isinstance(typed, ImageType)
        expected = by_opencv(name, value, arguments)
        value, kind = transform(call, value, np.random.default_rng(0)), typed
        assert_of_type(value, kind)
        if kind.dtype is DType.UINT8:
            differs = np.abs(value.astype(int) - expected.astype(int)).max()
            assert differs <= WITHIN.get(name, 0), name
        else:
            scale = max(1.0, float(np.abs(expected).max()))
            np.testing.assert_allclose(value, expected, rtol=0, atol=1e-4 * scale, err_msg=name)
