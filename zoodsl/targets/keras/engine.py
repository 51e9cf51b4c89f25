"""Keras itself, loaded when it is first asked for, on TensorFlow and quietly."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

SETTINGS = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Another library of kernels rounds differently from machine to machine, and says so on the screen.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    # The networks of tests are small, and Spark has the other cores.
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
"""What is set before TensorFlow is loaded, where the environment does not say otherwise."""


class KerasMissingError(Exception):
    """Keras cannot be used here; the message says why, and what to do."""


def loaded() -> Any:
    """The module ``keras``. Raises KerasMissingError without TensorFlow, or where Keras was loaded without it."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    # It advises against many networks of few batches, which is what comparing is.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    first = "keras" not in sys.modules
    try:
        with warnings.catch_warnings():
            if first:
                # What other packages deprecate of each other is none of ours.
                warnings.simplefilter("ignore")
            import keras
    except ModuleNotFoundError as missing:
        message = (
            f"Keras cannot be loaded: the package `{missing.name}` is not installed; "
            "`pip install 'zoodsl[keras]'` installs what networks are compared with"
        )
        raise KerasMissingError(message) from missing
    if (backend := keras.backend.backend()) != "tensorflow":
        message = (
            f"Keras runs on `{backend}` here, and is compared on TensorFlow: set `KERAS_BACKEND=tensorflow`"
        )
        raise KerasMissingError(message)
    return keras
