"""Preprocessing steps know what they give, and what they cannot take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoodsl.catalog.operator import Mismatch
from zoodsl.catalog.values import Kind
from zoodsl.types import DType, ImageType, TensorType

GREY = ImageType(height=28, width=32, channels=1)
COLOUR = ImageType(height=256, width=200, channels=3)
UNSIZED = ImageType(height=None, width=None, channels=3)
NORMALISED = replace(COLOUR, dtype=DType.FLOAT32, low=-1.0, high=1.0)
VECTOR = TensorType(shape=(3,), dtype=DType.FLOAT64)


@pytest.fixture
def result(bound):
    """``result(name, input, **arguments)``: the step's type, or why it has none."""

    def apply(name, given, **arguments):
        step = bound(Kind.TRANSFORM, name, **arguments)
        return step.operator.result(step.arguments, given)

    return apply


def test_resize_sizes_any_image(result):
    assert result("Resize", UNSIZED, size=(224, 200)) == replace(UNSIZED, height=224, width=200)
    assert result("Resize", GREY, size=(8, 9)) == replace(GREY, height=8, width=9)


@pytest.mark.parametrize("crop", ["CenterCrop", "RandomCrop"])
def test_crops_size_an_image_that_is_large_enough(result, crop):
    assert result(crop, COLOUR, size=(200, 200)) == replace(COLOUR, height=200, width=200)
    assert result(crop, UNSIZED, size=(224, 224)) == replace(UNSIZED, height=224, width=224)


@pytest.mark.parametrize("crop", ["CenterCrop", "RandomCrop"])
@pytest.mark.parametrize("size", [(224, 224), (257, 10)])
def test_a_crop_larger_than_its_image_names_both_sizes(result, crop, size):
    # BigDL clips such a crop silently to the image.
    mismatch = result(crop, COLOUR, size=size)
    assert isinstance(mismatch, Mismatch)
    assert f"{size[0]}x{size[1]}" in mismatch.message
    assert "256x200" in mismatch.message
    assert mismatch.parameter == "size"


def test_a_flip_changes_no_type(result):
    assert result("HFlip", NORMALISED) == NORMALISED


def test_brightness_keeps_pixels_within_their_range(result):
    dark = replace(GREY, low=0.0, high=100.0)
    assert result("Brightness", dark, delta=(-32.0, 32.0)) == replace(dark, low=0.0, high=132.0)
    assert result("Brightness", GREY, delta=(10.0, 20.0)) == replace(GREY, low=10.0)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Brightness", {"delta": (0.0, 32.0)}),
        ("Hue", {"delta": (-18.0, 18.0)}),
        ("Saturation", {"factor": (0.5, 1.5)}),
    ],
)
def test_pixel_steps_come_before_normalisation(result, name, arguments):
    assert isinstance(result(name, COLOUR, **arguments), ImageType)
    mismatch = result(name, NORMALISED, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert "-1..1" in mismatch.message
    assert "before `ChannelNormalize`" in mismatch.help


@pytest.mark.parametrize(
    ("name", "arguments"), [("Hue", {"delta": (-18.0, 18.0)}), ("Saturation", {"factor": (0.5, 1.5)})]
)
def test_a_grey_image_has_no_colours_to_change(result, name, arguments):
    # BigDL fails on it when the job has long started: "channel size(1) is not 3".
    mismatch = result(name, GREY, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert "grey" in mismatch.message


def test_channel_normalize_gives_floats_and_the_widest_range_of_its_channels(result):
    typed = result("ChannelNormalize", COLOUR, mean=(0.0, 100.0, 55.0), std=(255.0, 10.0, 1.0))
    assert typed == replace(COLOUR, dtype=DType.FLOAT32, low=-55.0, high=200.0)
    grey = result("ChannelNormalize", GREY, mean=(127.5,), std=(127.5,))
    assert (grey.low, grey.high) == (-1.0, 1.0)


@pytest.mark.parametrize("parameter", ["mean", "std"])
def test_channel_normalize_has_one_value_or_one_a_channel(result, parameter):
    arguments = {"mean": (0.0,), "std": (1.0,)} | {parameter: (1.0, 2.0, 3.0)}
    assert isinstance(result("ChannelNormalize", COLOUR, **arguments), ImageType)
    mismatch = result("ChannelNormalize", GREY, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert mismatch.parameter == parameter
    assert "3 values" in mismatch.message
    assert "1 channel" in mismatch.message


def test_normalize_scales_columns(result):
    typed = result("Normalize", replace(VECTOR, low=0.0, high=10.0), mean=(5.0,), std=(5.0, 1.0, 2.5))
    assert typed == TensorType(shape=(3,), dtype=DType.FLOAT32, low=-5.0, high=5.0)
    assert isinstance(result("Normalize", VECTOR, mean=(1.0, 2.0)), Mismatch)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Resize", {"size": (8, 8)}),
        ("CenterCrop", {"size": (8, 8)}),
        ("HFlip", {}),
        ("Brightness", {"delta": (0.0, 1.0)}),
        ("ChannelNormalize", {"mean": (0.0,)}),
    ],
)
def test_image_steps_take_no_columns(result, name, arguments):
    mismatch = result(name, VECTOR, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert f"`{name}` works on images" in mismatch.message


def test_normalize_takes_no_image(result):
    mismatch = result("Normalize", GREY, mean=(0.0,))
    assert isinstance(mismatch, Mismatch)
    assert "ChannelNormalize" in mismatch.help


def test_a_step_left_to_chance_keeps_the_type_and_widens_the_range(result, bound):
    dark = replace(GREY, low=20.0, high=100.0)
    step = bound(Kind.TRANSFORM, "Brightness", delta=(50.0, 60.0))
    assert result("RandomApply", dark, step=step) == replace(dark, low=20.0, high=160.0)


def test_a_step_that_changes_the_type_cannot_be_left_to_chance(result, bound):
    for step in (
        bound(Kind.TRANSFORM, "CenterCrop", size=(8, 8)),
        bound(Kind.TRANSFORM, "ChannelNormalize", mean=(0.0,)),
    ):
        mismatch = result("RandomApply", GREY, step=step)
        assert isinstance(mismatch, Mismatch)
        assert mismatch.parameter == "step"


def test_chance_does_not_hide_what_a_step_cannot_take(result, bound):
    step = bound(Kind.TRANSFORM, "Brightness", delta=(0.0, 1.0))
    mismatch = result("RandomApply", NORMALISED, step=step)
    assert isinstance(mismatch, Mismatch)
    assert "Brightness" in mismatch.message
