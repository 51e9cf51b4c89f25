"""Films out of pictures that come one after the other: an mp4 of all of them, and a small gif of the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np

from zoodsl.targets.bigdl.library.drawing import BRIGHT

GIF_WIDE = 360
"""A gif's pictures are at most this many pixels wide."""

GIF_FRAMES = 100
"""A gif has no more pictures: unlike an mp4's, all of them are in memory at once."""

GIF_COLOURS = 64


class Film:
    """Writes ``path`` with the endings ``.mp4`` and ``.gif``, ``fps`` pictures a second; all are as large as the first.

    The mp4 is of MPEG-4 part 2, which most builds of OpenCV can write and not all browsers show; where OpenCV cannot,
    there is none. Both are whole at the end of the ``with`` block: ``written`` are the files that there are then.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self.mp4, self.gif = path.with_suffix(".mp4"), path.with_suffix(".gif")
        self._fps = fps
        self._writer: Any = None
        self._small: list[Any] = []
        self.written: tuple[Path, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._writer is None:
            return
        opened = self._writer.isOpened()
        self._writer.release()
        if kind is None:
            first, *others = self._small
            first.save(
                self.gif, save_all=True, append_images=others, duration=round(1000 / self._fps), loop=0
            )
            self.written = (self.mp4, self.gif) if opened else (self.gif,)

    def add(self, picture: Any) -> None:
        """Adds a Pillow image."""
        import cv2
        from PIL import Image

        # The format's colours are of two by two pixels.
        size = picture.width // 2 * 2, picture.height // 2 * 2
        if self._writer is None:
            self._writer = cv2.VideoWriter(str(self.mp4), cv2.VideoWriter.fourcc(*"mp4v"), self._fps, size)
        # What is not open takes pictures, and leaves no file.
        self._writer.write(np.asarray(picture)[: size[1], : size[0], ::-1])
        if len(self._small) == GIF_FRAMES:
            return
        if picture.width > GIF_WIDE:
            high = round(picture.height * GIF_WIDE / picture.width)
            picture = picture.resize((GIF_WIDE, high), Image.Resampling.BOX)
        if self._small:
            # One palette for all, so that what stands still stays the same.
            self._small.append(picture.quantize(palette=self._small[0], dither=Image.Dither.NONE))
        else:
            self._small.append(picture.quantize(palette=self._palette(picture), dither=Image.Dither.NONE))

    def _palette(self, picture: Any) -> Any:
        """The colours of a picture and of the classes, of which it may not have all."""
        from PIL import Image

        side = picture.width // 16
        both = Image.new("RGB", (picture.width, picture.height + side))
        both.paste(picture)
        for place, colour in enumerate(BRIGHT):
            both.paste(colour, (place * side, picture.height, (place + 1) * side, both.height))
        return both.quantize(GIF_COLOURS, method=Image.Quantize.FASTOCTREE)
