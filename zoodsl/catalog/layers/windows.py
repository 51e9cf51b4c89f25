"""The geometry of windows that slide over a series or an image, as TensorFlow defines ``valid`` and ``same``.

One definition for shape inference and for every target that must add the padding itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog.operator import Arguments, Mismatch
from zoodsl.types import Shape, show


@dataclass(frozen=True, slots=True)
class Window:
    """A window along one axis: ``size`` places, ``dilation`` apart, moved by ``stride``."""

    size: int
    stride: int
    dilation: int
    same: bool

    @property
    def reach(self) -> int:
        """From its first to its last place, both counted."""
        return (self.size - 1) * self.dilation + 1

    def positions(self, length: int) -> int:
        """Where the window can stand on ``length`` numbers; 0 or less if it does not fit.

        Source: TensorFlow, ``tf.nn.convolution``, "padding".
        """
        return -(-length // self.stride) if self.same else (length - self.reach) // self.stride + 1

    def margins(self, length: int) -> tuple[int, int]:
        """What ``same`` adds before and after ``length`` numbers; where it is odd, one more after."""
        if not self.same:
            return 0, 0
        missing = max((self.positions(length) - 1) * self.stride + self.reach - length, 0)
        return missing // 2, missing - missing // 2


def per_axis(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """A size along each axis: layers on series have a plain number, those on images a pair."""
    return (value,) if isinstance(value, int) else value


def kernel_windows(arguments: Arguments) -> tuple[Window, ...]:
    """The windows of a convolution, one an axis."""
    sizes = per_axis(arguments["kernel_size"])
    dilations = per_axis(arguments.get("dilation_rate", (1,) * len(sizes)))
    return _windows(sizes, per_axis(arguments["strides"]), dilations, arguments["padding"])


def pool_windows(arguments: Arguments) -> tuple[Window, ...]:
    """The windows of a pooling, one an axis; without ``strides`` they stand side by side."""
    sizes = per_axis(arguments["pool_size"])
    steps = sizes if arguments["strides"] is None else per_axis(arguments["strides"])
    return _windows(sizes, steps, (1,) * len(sizes), arguments["padding"])


def slide(windows: tuple[Window, ...], lengths: Shape, parameter: str) -> Shape | Mismatch:
    """How many places the windows find along each axis; ``parameter`` is what sets their size."""
    places = tuple(window.positions(length) for window, length in zip(windows, lengths, strict=True))
    if min(places) >= 1:
        return places
    size, reach = (
        show(tuple(window.size for window in windows)),
        show(tuple(window.reach for window in windows)),
    )
    spans = size if size == reach else f"{size}, dilated to {reach},"
    return Mismatch(
        f"has a window of {spans} that does not fit into its input of {show(lengths)}",
        f"make `{parameter}` smaller, write `padding = same`, or shrink the input less before it",
        parameter,
    )


def _windows(
    sizes: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...], padding: str
) -> tuple[Window, ...]:
    return tuple(
        Window(size, stride, dilation, padding == "same")
        for size, stride, dilation in zip(sizes, strides, dilations, strict=True)
    )
