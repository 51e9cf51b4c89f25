import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from zoodsl.testing import images


@pytest.mark.law("images are of bytes, and have the channels and sizes that are asked for")
@given(st.data(), st.sampled_from([1, 3, 4]), st.integers(1, 9), st.integers(0, 5))
def test_images_are_as_asked(data, channels, least, more):
    image = data.draw(images(channels=channels, height=(least, least + more), width=(least, least)))
    assert image.dtype == np.uint8
    assert least <= image.shape[0] <= least + more
    assert image.shape[1:] == (least, channels)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_bright_pixel_shrinks_to_an_image_of_one(channels):
    smallest = find(images(channels=channels), lambda image: image.max() > 254)
    assert smallest.tolist() == [[[255] * channels]]


def test_pixels_that_differ_shrink_to_two():
    smallest = find(images(channels=1), lambda image: image.min() != image.max())
    assert smallest.size == 2
    assert smallest.min() == 0


@pytest.mark.parametrize(
    "wanted",
    [
        lambda image: np.unique(image).size > 100,
        lambda image: image.min() == image.max() == 7,
        lambda image: (
            np.unique(image[:, :, 0], return_counts=True)[1].tolist()[-1:] == [1] and image.size > 30
        ),
        lambda image: image.shape[0] == 64,
    ],
    ids=["noise", "one colour", "but for a pixel", "the largest"],
)
def test_images_of_each_kind_occur(wanted):
    assert find(images(), wanted, settings=settings(max_examples=2000, phases=[Phase.generate])).size


@pytest.mark.parametrize("bounds", [{"height": (0, 3)}, {"width": (4, 3)}, {"channels": 0}])
def test_what_cannot_be_is_refused(bounds):
    with pytest.raises(ValueError, match=r"bounds|channels"):
        find(images(**bounds), lambda _image: True)
