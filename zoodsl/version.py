"""The version of zoodsl; the package's build reads it from here."""

VERSION = "0.1.0"
