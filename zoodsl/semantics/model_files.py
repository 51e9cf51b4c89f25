"""Where a pretrained network's file is: beside the spec, or in an installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from zoodsl.diagnostics import did_you_mean
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.sources.paths import is_address, near_paths
from zoodsl.weights.pretrained import Problem

PACKAGE = "package:"
"""What a path begins with that is inside an installed package: ``package:NAME/rest``."""


def locate(written: str, root: str) -> str | Problem:
    """The path of the file that ``load`` names, or why there is none. Relative paths start at ``root``."""
    if not written.strip():
        return Problem(rules.NO_SUCH_MODEL, "this names no file", 'write `load "resnet-50.onnx"`')
    if written.startswith(PACKAGE):
        return _in_package(written.removeprefix(PACKAGE))
    if is_address(written):
        return Problem(
            rules.NO_SUCH_MODEL,
            f"`{written}` cannot be read here: a base is read when the spec is checked, without Spark",
            "copy the file beside the spec; what is compiled carries the weights along",
        )
    path = _existing(root, written)
    if path is not None:
        return path
    return Problem(rules.NO_SUCH_MODEL, f"there is no file `{written}`", _near(root, written))


def _in_package(written: str) -> str | Problem:
    """``NAME/rest`` below the folder of the package ``NAME``, which is not imported."""
    name, _, rest = written.partition("/")
    rest = rest.lstrip("/")
    form = f"write `{PACKAGE}NAME/path/in/it`"
    if not name or not rest:
        return Problem(rules.NO_SUCH_MODEL, f"`{PACKAGE}{written}` names no file in a package", form)
    if not name.isidentifier():
        plain = name.replace("-", "_")
        what = f"a package is imported as `{plain}`" if plain.isidentifier() else form
        return Problem(rules.PACKAGE_MISSING, f"`{name}` is no name of a package", what)
    try:
        found = find_spec(name)
    except ValueError:  # a module of this process that came from no file
        found = None
    if found is None:
        return Problem(
            rules.PACKAGE_MISSING,
            f"the package `{name}` is not installed",
            did_you_mean(name, _installed()) or "install it where zoodsl is installed",
        )
    folders = list(found.submodule_search_locations or ())
    path = next((path for each in folders if (path := _existing(each, rest))), None)
    if path is not None:
        return path
    near = _near(folders[0], rest) if folders else ""
    # What is said of a path beside the spec is not true of one in a package.
    help_ = near if near.startswith("did you mean") else f"its files are in `{folders[0]}`" if folders else ""
    return Problem(rules.NO_SUCH_MODEL, f"the package `{name}` has no file `{rest}`", help_)


def _existing(root: str, written: str) -> str | None:
    path = Path(root, written)
    try:
        return str(path) if path.exists() else None
    except OSError:  # a name that is too long, a folder that may not be searched
        return None


def _near(root: str, written: str) -> str:
    try:
        return near_paths(root, written)
    except OSError:
        return ""


def _installed() -> list[str]:
    from importlib.metadata import packages_distributions  # reads every package: for a mistake alone

    return sorted(packages_distributions())
