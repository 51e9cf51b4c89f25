"""What of detection needs no Spark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.targets.bigdl.library.detection import file_names


def test_pictures_of_keys_that_look_alike_have_files_of_their_own() -> None:
    assert file_names(["a/b", "a_b", "a_b_2", "c"]) == {
        "a/b": "a_b.png",
        "a_b": "a_b_2.png",
        "a_b_2": "a_b_2_2.png",
        "c": "c.png",
    }


@pytest.mark.law("no two rows share a picture's file")
@given(st.lists(st.text("a_/2", min_size=1, max_size=5), unique=True))
def test_no_two_keys_share_a_file(keys: list[str]) -> None:
    names = file_names(keys)
    assert list(names) == keys
    assert len(set(names.values())) == len(keys)
    assert not any("/" in name for name in names.values())
