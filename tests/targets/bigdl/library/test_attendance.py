import pytest

from zoodsl.targets.bigdl.library import attendance
from zoodsl.targets.bigdl.library.attendance import Attendance
from zoodsl.targets.bigdl.library.errors import ExecutorLost


def present(monkeypatch, *names):
    monkeypatch.setattr(attendance, "executors", lambda: frozenset(names))


def test_an_executor_that_is_lost_ends_the_training(monkeypatch):
    present(monkeypatch, "0", "1")
    attending = Attendance()
    attending.check()
    present(monkeypatch, "1", "2")  # Spark has put another in its place, which has the first weights
    with pytest.raises(ExecutorLost, match="1 of 2 executors ended in the midst of training"):
        attending.check()


def test_one_more_executor_loses_nothing(monkeypatch):
    present(monkeypatch, "0")
    attending = Attendance()
    present(monkeypatch, "0", "1")
    attending.check()


def test_a_local_session_has_none_to_lose(monkeypatch):
    monkeypatch.setattr(attendance, "is_local", lambda: True)
    assert attendance.executors() == frozenset()
    Attendance().check()
