"""Help for paths that lead nowhere."""

from __future__ import annotations

import pytest

from zoodsl.diagnostics.rules.data import EMPTY_DATA, NO_SUCH_DATA, UNREADABLE_DATA
from zoodsl.sources.paths import file_problem, near_paths


@pytest.fixture
def root(tmp_path):
    for name in ("data/ratings.csv", "data/movies.csv", "images/cats/1.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("path", "help_"),
    [
        ("data/rating.csv", "did you mean `data/ratings.csv`?"),
        ("dta/ratings.csv", "did you mean `data/ratings.csv`?"),
        ("image/cats/*.png", "did you mean `images/cats/*.png`?"),
        ("data/zzz", "the folder `data` holds `movies.csv`, `ratings.csv`"),
        ("zzz", "paths start at the folder of the `.zoo` file, which holds no `zzz`"),
        ("zzz/zzz", "there is no folder `zzz` in the folder of the `.zoo` file, where paths start"),
        ("images/zzz/*.png", "there is no folder `images/zzz`; the folders in `images` are `cats`"),
        ("data/zzz/a.csv", "there is no folder `data/zzz`"),
        ("data/ratings.csv/a.csv", "`data/ratings.csv` is a file, not a folder"),
        ("/zzz/ratings.csv", "there is no folder `/zzz`"),
    ],
)
def test_the_first_wrong_part_of_a_path_is_mended(root, path, help_):
    assert near_paths(root, path) == help_


def test_an_absolute_path_stays_one(root):
    assert near_paths("elsewhere", f"{root}/data/rating.csv") == f"did you mean `{root}/data/ratings.csv`?"


def test_a_large_folder_is_shown_in_part(tmp_path):
    for number in range(12):
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / f"{number:02}.txt").touch()
    assert near_paths(str(tmp_path), "many/zzzzzz").endswith("`03.txt` and 8 more")


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(root, tmp_path):
    (tmp_path / "empty.csv").touch()
    found = {
        path: file_problem(root, path, "path") for path in ("no.csv", "data", "empty.csv", "data/movies.csv")
    }
    codes = {path: problem and problem.code for path, problem in found.items()}
    assert codes == {
        "no.csv": NO_SUCH_DATA,
        "data": UNREADABLE_DATA,
        "empty.csv": EMPTY_DATA,
        "data/movies.csv": None,
    }
