"""Diagnostics: codes registered once, messages that know only spans, suggestions, plain and JSON forms."""

from zoodsl.diagnostics.codes import CODES, Code
from zoodsl.diagnostics.diagnostic import (
    Applicability,
    Diagnostic,
    Diagnostics,
    Fix,
    Label,
    Severity,
)
from zoodsl.diagnostics.suggest import did_you_mean, nearest

__all__ = [
    "CODES",
    "Applicability",
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Fix",
    "Label",
    "Severity",
    "did_you_mean",
    "nearest",
]
