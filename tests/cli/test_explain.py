"""``zoodsl explain``; that each code is explained is a matter of the conformance tests."""

from __future__ import annotations

from zoodsl.diagnostics import CODES


def test_the_list_has_every_code(cli):
    lines = cli("explain", "--list").out.splitlines()
    assert [line[:6] for line in lines] == sorted(CODES)


def test_an_unknown_code_is_answered_with_near_ones(cli):
    ended = cli("explain", "ZOO0040")
    assert ended.status == 2
    assert "did you mean `ZOO004`" in ended.err


def test_a_code_is_asked_for(cli):
    assert cli("explain").status == 2
