"""How BigDL's layers are told what to add around an image or a series."""

from __future__ import annotations

from zoodsl.catalog.layers.windows import borders
from zoodsl.catalog.operator import Arguments


def border_mode(a: Arguments) -> str | None:
    """``border_mode=`` of a Keras-style layer, None for its default."""
    return "same" if a["padding"] == "same" else None


def torch_pads(a: Arguments) -> tuple[int, int]:
    """The height and width of a Torch-style layer's padding, for which -1 and -1 stand for ``same``."""
    if a["padding"] == "same":
        return -1, -1
    above, beside = borders(a) or (0, 0)
    return above, beside
