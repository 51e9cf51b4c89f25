"""BigDL's modules are of an older Python: compiled here first, where their warnings are no errors."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import bigdl.dllib.keras.layers
    import bigdl.dllib.nnframes  # noqa: F401
