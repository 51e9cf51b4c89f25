"""The geometry of windows that slide over a series or an image.

``valid`` and ``same`` are as TensorFlow defines them, a border of chosen width and rounding up as Caffe and PyTorch do.

One definition for shape inference and for every target that must add the padding itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog.operator import Arguments, Mismatch
from zoodsl.types import Shape, show


@dataclass(frozen=True, slots=True)
class Window:
    """A window along one axis: ``size`` places, ``dilation`` apart, moved by ``stride``.

    It may begin up to ``border`` places before the first number and end as many after the last one, or, if ``same``,
    where that makes as many places as the input's length divided by ``stride``. If ``ceil``, a last window may
    reach farther.
    """

    size: int
    stride: int
    dilation: int
    same: bool
    border: int = 0
    ceil: bool = False

    @property
    def reach(self) -> int:
        """From its first to its last place, both counted."""
        return (self.size - 1) * self.dilation + 1

    def positions(self, length: int) -> int:
        """Where the window can stand on ``length`` numbers; 0 or less if it does not fit.

        Source: TensorFlow, ``tf.nn.convolution``, "padding"; PyTorch, ``torch.nn.MaxPool2d``, "ceil_mode".
        """
        if self.same:
            return -(-length // self.stride)
        free = length + 2 * self.border - self.reach
        if not self.ceil or free < 0:
            return free // self.stride + 1
        last = -(-free // self.stride)
        # A window that would begin past the last number is left out.
        return last + (last * self.stride < length + self.border)

    def margins(self, length: int) -> tuple[int, int]:
        """What is added before and after ``length`` numbers; where ``same`` adds an odd number, one more after."""
        spanned = (self.positions(length) - 1) * self.stride + self.reach
        if not self.same:
            return self.border, max(self.border, spanned - self.border - length)
        missing = max(spanned - length, 0)
        return missing // 2, missing - missing // 2


@dataclass(frozen=True, slots=True)
class Spread:
    """A window that each number along an axis is spread over, one ``stride`` apart: a transposed convolution's.

    Where windows overlap, they add up. Of all their places together, some are cut off at the ends: ``border`` of them,
    or if ``same``, as many as leave the length times ``stride``. ``extra`` is how many are kept, or added, at the end.
    """

    size: int
    stride: int
    same: bool
    border: int = 0
    extra: int | None = None

    def places(self, length: int) -> int:
        """How many numbers come out of ``length``; 0 or less if nothing is left.

        Source: Keras 3, ``keras.layers.Conv2DTranspose``, "output_padding"; PyTorch, ``torch.nn.ConvTranspose2d``.
        """
        if self.same:
            whole = length * self.stride
            return whole if self.extra is None else whole - self.stride + self.size % 2 + self.extra
        added = max(self.stride - self.size, 0) if self.extra is None and not self.border else self.extra or 0
        return self._all(length) - 2 * self.border + added

    def cuts(self, length: int) -> tuple[int, int]:
        """How many places are cut off before and after; below 0 if some are added after."""
        cut = self._all(length) - self.places(length)
        before = max(cut, 0) // 2 if self.same else self.border
        return before, cut - before

    def _all(self, length: int) -> int:
        return (length - 1) * self.stride + self.size


def per_axis(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """A size along each axis: layers on series have a plain number, those on images a pair."""
    return (value,) if isinstance(value, int) else value


def kernel_windows(arguments: Arguments) -> tuple[Window, ...]:
    """The windows of a convolution, one an axis."""
    sizes = per_axis(arguments["kernel_size"])
    dilations = per_axis(arguments.get("dilation_rate", (1,) * len(sizes)))
    return _windows(sizes, per_axis(arguments["strides"]), dilations, arguments)


def spreads(arguments: Arguments) -> tuple[Spread, ...]:
    """The windows of a transposed convolution, one an axis."""
    sizes, strides = per_axis(arguments["kernel_size"]), per_axis(arguments["strides"])
    nowhere = (0,) * len(sizes)
    added = arguments["output_padding"]
    return tuple(
        Spread(size, stride, arguments["padding"] == "same", border, extra)
        for size, stride, border, extra in zip(
            sizes,
            strides,
            borders(arguments) or nowhere,
            (None,) * len(sizes) if added is None else per_axis(added),
            strict=True,
        )
    )


def pool_windows(arguments: Arguments) -> tuple[Window, ...]:
    """The windows of a pooling, one an axis; without ``strides`` they stand side by side."""
    sizes = per_axis(arguments["pool_size"])
    steps = sizes if arguments["strides"] is None else per_axis(arguments["strides"])
    return _windows(sizes, steps, (1,) * len(sizes), arguments)


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


def borders(arguments: Arguments) -> tuple[int, ...] | None:
    """The ``padding`` along each axis where it is given as a size, None where it is ``valid`` or ``same``."""
    padding: str | tuple[int, ...] = arguments["padding"]
    return None if isinstance(padding, str) else padding


def _windows(
    sizes: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...], arguments: Arguments
) -> tuple[Window, ...]:
    same, ceil = arguments["padding"] == "same", arguments.get("ceil_mode", False)
    around = borders(arguments) or (0,) * len(sizes)
    return tuple(
        Window(size, stride, dilation, same, border, ceil)
        for size, stride, dilation, border in zip(sizes, strides, dilations, around, strict=True)
    )
