"""What ``expects`` says against what ``preprocess`` gives."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import Analysis
from tests.semantics.surgery_specs import NETWORK, base, operated
from zoodsl.diagnostics import Applicability

IMAGENET = "mean = [123.68, 116.779, 103.939], std = [58.4, 57.1, 57.4]"
LITE = "ChannelNormalize(mean = [127, 127, 127], std = [128, 128, 128])"
CUT = 'cut at "pool2"'


def fed(expects: str, preprocess: str = "") -> Analysis:
    return operated(base(f"expects {expects}", CUT), preprocess=preprocess)


@pytest.mark.parametrize(
    ("expects", "preprocess"),
    [
        (LITE, "ChannelNormalize(mean = [127], std = [128])"),
        (LITE, "ChannelNormalize(mean = [127.5], std = [127.5])"),
        ("-1..1", "ChannelNormalize(mean = [127.5], std = [127.5])"),
        ("0..255", ""),
        ("0..255", "training {\nRandomApply(Brightness(-32..32), 50%)\n}"),
        (f"ChannelNormalize({IMAGENET})", "ChannelNormalize(mean = [124, 116, 104], std = [58, 57, 57])"),
        (f"RGB, ChannelNormalize({IMAGENET}), 3x16x16", f"HFlip()\nChannelNormalize({IMAGENET})"),
        ("0..1", "ChannelNormalize(mean = [0], std = [127.5])\nChannelNormalize(mean = [0], std = [2])"),
        ("RGB", "ChannelNormalize(mean = [1], std = [2])"),
    ],
)
def test_values_that_agree(expects: str, preprocess: str) -> None:
    assert fed(expects, preprocess).messages == []


@pytest.mark.parametrize(
    ("expects", "preprocess", "message"),
    [
        (LITE, "", "the pixels reach `tiny` as 0..255, and it was trained on -0.992..1"),
        (LITE, "ChannelNormalize(mean = [0], std = [255])", "as 0..1, and it was trained on -0.992..1"),
        ("0..1", "ChannelNormalize(mean = [127.5], std = [127.5])", "as -1..1, and it was trained on 0..1"),
        (
            f"ChannelNormalize({IMAGENET})",
            "ChannelNormalize(mean = [116.779, 123.68, 103.939], std = [58.4, 57.1, 57.4])",
            "as -2..2.37, -2.17..2.3, -1.81..2.63, and it was trained on -2.12..2.25, -2.05..2.42, -1.81..2.63",
        ),
    ],
)
def test_values_that_do_not(expects: str, preprocess: str, message: str) -> None:
    item = fed(expects, preprocess).only
    assert item.code.name == "ZOO615"
    assert message in item.message


@pytest.mark.parametrize("expects", ["", "expects 3x16x16", "expects BGR"])
def test_pixels_as_they_are_are_doubtful_where_nothing_wants_them(expects: str) -> None:
    item = operated(base(expects, CUT), preprocess="HFlip()").only
    assert (item.code.name, item.severity.value) == ("ZOO623", "warning")
    assert item.message.startswith("the pixels reach `tiny` as they are, 0..255, and nothing says")
    assert item.span is not None
    assert item.span.text == "tiny()"
    assert "`expects 0..255`" in item.help


def test_a_base_that_normalises_takes_pixels_as_they_are() -> None:
    own = 'replace "conv1" with BatchNormalization()'
    network = NETWORK.replace("3x16x16", "4x16x16")
    found = operated(base('drop "drop"', own, 'cut at "conv1"'), network=network, preprocess="HFlip()")
    assert "ZOO623" not in found.codes


def test_both_places_and_the_step_to_write() -> None:
    """Pixels in another range than the base's are taken by every engine."""
    item = fed(LITE, "HFlip()").only
    assert item.span is not None
    assert item.span.text == "HFlip()"
    assert [label.span.text for label in item.labels] == [f"expects {LITE}", '"tiny.onnx"']
    assert item.help == f"end `preprocess` with `{LITE}`"
    assert item.fix is None


def test_without_a_step_the_call_is_the_place() -> None:
    item = fed(LITE, "training {\nRandomApply(HFlip(), 50%)\n}").only
    assert item.span is not None
    assert item.span.text == "tiny()"


def test_a_step_that_stands_in_the_place_of_the_right_one_may_be_replaced() -> None:
    item = fed(LITE, "ChannelNormalize(mean = [0], std = [255])").only
    assert item.fix is not None
    assert (item.fix.text, item.fix.applicability) == (LITE, Applicability.MAYBE)


def test_means_in_the_order_of_bgr_have_a_certain_fix() -> None:
    item = fed(
        f"BGR, ChannelNormalize({IMAGENET})",
        "ChannelNormalize(mean = [103.939, 116.779, 123.68], std = [57.4, 57.1, 58.4])",
    ).only
    assert item.code.name == "ZOO616"
    assert item.fix is not None
    assert item.fix.text == f"ChannelNormalize({IMAGENET})"
    assert item.fix.applicability is Applicability.SAFE


def test_a_base_behind_other_layers_is_not_compared() -> None:
    behind = NETWORK.replace("tiny()", "BatchNormalization()\ntiny()")
    assert operated(base(f"expects {LITE}", CUT), network=behind).messages == []


def test_values_are_compared_though_the_network_has_a_mistake() -> None:
    wrong = NETWORK.replace("Dense(2,", "Conv2D(2, 3x3,")
    assert "ZOO615" in operated(base(f"expects {LITE}", CUT), network=wrong, preprocess="").codes


def test_numbers_of_a_table_have_no_bounds_to_compare() -> None:
    from tests.semantics.analysis import analysis, with_parts

    text = with_parts(base("expects 0..1", 'cut at "pool2"'), network="network {\ninput 4\ntiny()\n}")
    assert "ZOO615" not in analysis(text).codes


@pytest.mark.parametrize(
    "expects", ['"RGB"', "RGB, BGR", "3x16x16, 3x32x32", "0..1, -1..1", "HFlip()", "RGB for 3"]
)
def test_what_does_not_say_what_is_expected(expects: str) -> None:
    assert fed(expects).codes == ["ZOO229"]


@pytest.mark.parametrize("means", ["[]", "[1, 2]", "[1, 2, 3, 4]"])
def test_means_are_one_for_all_or_one_a_channel(means: str) -> None:
    item = fed(f"ChannelNormalize(mean = {means})").only
    assert item.code.name == "ZOO414"
    assert item.span is not None
    assert item.span.text == f"mean = {means}"


def test_orders_of_colours_are_written_in_capitals() -> None:
    item = fed("bgr").only
    assert item.fix is not None
    assert item.fix.text == "BGR"
