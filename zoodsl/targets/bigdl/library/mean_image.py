"""Mean images that preprocessing subtracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.targets.bigdl.library.engine import java_object


def mean_pixels(file: Path) -> Any:
    """The mean image in a ``.npy`` file, height x width x 3 in RGB, as BigDL wants it: a Java list, row by row in BGR.

    BigDL would send its numbers one by one, and a photograph has half a million: a minute.
    """
    values = np.load(file)[..., ::-1].ravel().astype(float).tolist()
    return java_object(values)
