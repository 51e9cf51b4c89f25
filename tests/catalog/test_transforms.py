"""Preprocessing steps know what they give, and what they cannot take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoodsl.catalog.operator import Mismatch
from zoodsl.catalog.values import Kind
from zoodsl.types import DType, ImageType, Quantity, TensorType, Unit

GREY = ImageType(height=28, width=32, channels=1)
COLOUR = ImageType(height=256, width=200, channels=3)
UNSIZED = ImageType(height=None, width=None, channels=3)
NORMALISED = replace(COLOUR, dtype=DType.FLOAT32, low=-1.0, high=1.0)


def percent(low, high):
    """A range of shares."""
    return Quantity(low, Unit.PERCENT), Quantity(high, Unit.PERCENT)


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
    assert result(crop, COLOUR, size=(255, 199)) == replace(COLOUR, height=255, width=199)
    assert result(crop, UNSIZED, size=(224, 224)) == replace(UNSIZED, height=224, width=224)


def test_a_random_crop_is_smaller_than_its_image_on_both_sides(result):
    # BigDL begins with the second row or column at the earliest, and gives 199 columns of 200 for 200.
    mismatch = result("RandomCrop", COLOUR, size=(200, 200))
    assert isinstance(mismatch, Mismatch)
    assert "crop at most 255x199" in mismatch.help
    assert result("CenterCrop", COLOUR, size=(200, 200)) == replace(COLOUR, height=200, width=200)


@pytest.mark.parametrize(
    ("crop", "arguments"),
    [
        ("CenterCrop", {"size": (100, 90)}),
        ("RandomCrop", {"size": (90, 80)}),
        ("FixedCrop", {"x": (0.0, 90.0), "y": (0.0, 10.0)}),
    ],
)
def test_a_crop_of_files_that_differ_goes_by_those_that_were_looked_at(result, crop, arguments):
    differing = replace(UNSIZED, sizes=((90, 120), (120, 80)))
    mismatch = result(crop, differing, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert "every image" in mismatch.message
    assert isinstance(result("CenterCrop", differing, size=(90, 80)), ImageType)


def test_an_aspect_scale_goes_by_the_shorter_side(result):
    assert result("AspectScale", COLOUR, min_size=100) == replace(COLOUR, height=128, width=100)
    assert result("AspectScale", COLOUR, min_size=100, max_size=64) == replace(COLOUR, height=64, width=50)
    assert result("AspectScale", COLOUR, min_size=100, multiple_of=32) == replace(
        COLOUR, height=128, width=96
    )
    differing = replace(UNSIZED, sizes=((100, 200), (400, 100)))
    assert result("AspectScale", differing, min_size=50).sizes == ((50, 100), (200, 50))
    assert result("AspectScale", replace(UNSIZED, sizes=((100, 200), (50, 100))), min_size=50) == replace(
        UNSIZED, height=50, width=100
    )


def test_scaling_to_nothing_is_a_mismatch(result):
    mismatch = result("AspectScale", COLOUR, min_size=100, multiple_of=128)
    assert isinstance(mismatch, Mismatch)
    assert "128x0" in mismatch.message


def test_a_size_that_is_drawn_is_not_known(result):
    drawn = result("RandomAspectScale", COLOUR, min_sizes=(50, 100))
    assert (drawn.height, drawn.width, drawn.sizes) == (None, None, ((64, 50),))
    assert result("RandomAspectScale", COLOUR, min_sizes=(100,)) == replace(COLOUR, height=128, width=100)
    larger = result("Expand", COLOUR, ratio=(1.5, 2.0))
    assert (larger.height, larger.width, larger.sizes) == (None, None, ((384, 300),))
    assert result("Expand", COLOUR, ratio=(2.0, 2.0)) == replace(COLOUR, height=512, width=400)


def test_a_fixed_crop_takes_pixels_or_percent(result):
    assert result("FixedCrop", COLOUR, x=(10.0, 60.0), y=(0.0, 20.0)) == replace(COLOUR, height=20, width=50)
    assert result("FixedCrop", COLOUR, x=percent(25, 75), y=percent(0, 50)) == replace(
        COLOUR, height=128, width=100
    )
    assert result("FixedCrop", UNSIZED, x=percent(25, 75), y=percent(0, 50)).height is None
    assert result("FixedCrop", UNSIZED, x=(0.0, 8.0), y=(0.0, 9.0)) == replace(UNSIZED, height=9, width=8)


@pytest.mark.parametrize(
    ("x", "y", "parameter", "words"),
    [
        ((0.0, 201.0), (0.0, 10.0), "x", "rows 0..10 out of an image of 256x200"),
        ((0.0, 10.0), (0.0, 300.0), "y", "end at 200 across and 256 down"),
        ((5.0, 5.0), (0.0, 10.0), "x", "leaves nothing"),
        ((0.0, 5.5), (0.0, 10.0), "x", "whole pixels"),
        (percent(0, 50), (0.0, 10.0), "y", "one of `x` and `y` is in pixels"),
        (percent(10, 10), percent(0, 50), "x", "leaves nothing"),
        (percent(10, 10.1), percent(0, 50), None, "less than a pixel"),
    ],
)
def test_what_a_fixed_crop_cannot_take(result, x, y, parameter, words):
    mismatch = result("FixedCrop", COLOUR, x=x, y=y)
    assert isinstance(mismatch, Mismatch)
    assert words in f"{mismatch.message}; {mismatch.help}"
    assert mismatch.parameter == parameter


def test_what_is_painted_widens_the_range(result):
    dark = replace(COLOUR, low=20.0, high=100.0)
    assert result("Filler", dark, x=percent(0, 50), y=percent(0, 50)) == replace(dark, high=255.0)
    painted = result("Expand", dark, ratio=(2.0, 2.0), mean=(10, 50, 120))
    assert (painted.low, painted.high) == (10.0, 120.0)
    assert isinstance(result("Filler", dark, x=percent(50, 50), y=percent(0, 50)), Mismatch)
    assert result("Expand", dark, mean=(1, 2)).parameter == "mean"


def test_contrast_keeps_pixels_within_their_range(result):
    dark = replace(GREY, low=10.0, high=200.0)
    assert result("Contrast", dark, factor=(0.5, 1.5)) == replace(dark, low=5.0, high=255.0)


def test_a_mean_of_pixels(result):
    assert result("PixelNormalize", COLOUR, mean=(2.0,)) == replace(
        COLOUR, dtype=DType.FLOAT32, low=-2.0, high=253.0
    )
    assert result("PixelNormalize", COLOUR, mean="mean.npy") == replace(
        COLOUR, dtype=DType.FLOAT32, low=-255.0
    )
    assert result("PixelNormalize", COLOUR, mean=(1.0, 2.0)).parameter == "mean"
    assert "one size" in result("PixelNormalize", UNSIZED, mean="mean.npy").message
    assert "grey" in result("PixelNormalize", GREY, mean="mean.npy").message


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
        ("Contrast", {"factor": (0.5, 1.5)}),
        ("ColorJitter", {}),
        ("Expand", {}),
        ("Filler", {"x": percent(0, 50), "y": percent(0, 50)}),
    ],
)
def test_pixel_steps_come_before_normalisation(result, name, arguments):
    assert isinstance(result(name, COLOUR, **arguments), ImageType)
    mismatch = result(name, NORMALISED, **arguments)
    assert isinstance(mismatch, Mismatch)
    assert "-1..1" in mismatch.message
    assert "before `ChannelNormalize`" in mismatch.help


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Hue", {"delta": (-18.0, 18.0)}),
        ("Saturation", {"factor": (0.5, 1.5)}),
        ("ColorJitter", {}),
        ("ChannelOrder", {}),
        ("Expand", {}),
    ],
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
        ("PixelNormalize", {"mean": (0.0,)}),
        ("AspectScale", {"min_size": 8}),
        ("RandomAspectScale", {"min_sizes": (8,)}),
        ("RandomCrop", {"size": (8, 8)}),
        ("FixedCrop", {"x": (0.0, 8.0), "y": (0.0, 8.0)}),
        ("ChannelOrder", {}),
        ("Contrast", {"factor": (1.0, 1.0)}),
        ("Filler", {"x": percent(0, 50), "y": percent(0, 50)}),
        ("Expand", {}),
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
