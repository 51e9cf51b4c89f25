import errno
import json
import os
import signal
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from zoodsl.diagnostics import Diagnostic
from zoodsl.runtime import child, doctor, folder
from zoodsl.runtime.doctor import Finding, State
from zoodsl.runtime.events import Event, from_line
from zoodsl.runtime.launcher import run
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.record import read_record
from zoodsl.runtime.request import RunRequest

HOLD = "while True: time.sleep(0.01)"


def silent(event: Event) -> None:
    pass


def failure_of(outcome: Outcome) -> Diagnostic:
    assert outcome.status is Status.FAILED
    assert outcome.failure is not None
    return outcome.failure


def interrupt_at(epoch: int, number: int = signal.SIGINT):
    def listener(event: Event) -> None:
        if event.name == "epoch" and event["epoch"] == epoch:
            os.kill(os.getpid(), number)

    return listener


def test_a_run_tells_its_events_in_order_and_leaves_a_whole_folder(request_for):
    heard: list[Event] = []
    outcome = run(request_for(), heard.append)
    assert outcome.failure is None
    assert outcome.status is Status.FINISHED
    assert outcome.metrics == {"Accuracy": 0.9}
    names = [event.name for event in heard]
    assert names[:2] == ["opened", "phase"]
    assert [name for name in names if name == "epoch"] == ["epoch"] * 3
    assert names[-2:] == ["evaluated", "finished"]
    assert outcome.folder is not None
    kept = [from_line(line) for line in (outcome.folder / "events.jsonl").read_text().splitlines()]
    assert [event.name for event in kept if event] == names
    record = read_record(outcome.folder)
    assert record is not None
    assert (record.status, record.exit_code, record.master) == (Status.FINISHED, 0, "local[2]")
    assert record.parameters == {"epochs": 3}
    assert record.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {path.name for path in outcome.folder.iterdir()} == {
        "events.jsonl",
        "log.txt",
        "plan.json",
        "program.py",
        "run.json",
        "spec.json",
        "spec.zoo",
    }


def test_what_belongs_beside_the_program_is_in_the_folder_before_it_runs(request_for):
    request = request_for(
        "from pathlib import Path; assert Path(__file__).with_name('w.npz').read_bytes() == b'1'"
    )
    request = replace(request, program=replace(request.program, attachments={"w.npz": b"1"}))
    outcome = run(request, silent)
    assert outcome.status is Status.FINISHED
    assert outcome.folder is not None
    assert (outcome.folder / "w.npz").read_bytes() == b"1"


def test_the_worker_knows_nothing_of_another_spark(request_for, monkeypatch):
    for name in ("SPARK_HOME", "SPARK_LOCAL_DIRS", "PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("MINE", "kept")
    see = """
    import os
    known = {name: value for name, value in os.environ.items() if "SPARK" in name or name == "MINE"}
    assert "theirs" not in known.values() and known["MINE"] == "kept" and known["SPARK_LOCAL_IP"], known
    """
    assert run(request_for(see), silent).failure is None


def test_the_worker_finds_the_folders_where_hives_settings_are(request_for, monkeypatch, tmp_path):
    for name in ("SPARK_CONF_DIR", "HADOOP_CONF_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    see = f"""
    import os
    assert [os.environ.get(name) for name in ("SPARK_CONF_DIR", "HADOOP_CONF_DIR")] == [{str(tmp_path)!r}] * 2
    """
    assert run(request_for(see), silent).failure is None


def test_runs_of_one_second_get_folders_of_their_own(request_for, monkeypatch):
    monkeypatch.setattr(time, "strftime", lambda _: "2030-01-01_00-00-00")
    folders = [run(request_for(), silent).folder for _ in range(2)]
    assert [path.name for path in folders if path] == ["2030-01-01_00-00-00", "2030-01-01_00-00-00_2"]


def test_a_folder_that_holds_something_is_refused_and_left_alone(request_for, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    failure = failure_of(run(request_for(out=tmp_path / "mine"), silent))
    assert failure.code.name == "ZOO705"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_an_environment_that_lacks_something_is_refused_before_anything_is_made(
    request_for, monkeypatch, tmp_path
):
    request = request_for()
    missing = Finding(name="Java", state=State.MISSING, purpose="Spark runs in it")
    monkeypatch.setattr(doctor, "examine", lambda: (missing,))
    failure = failure_of(run(request, silent))
    assert failure.code.name == "ZOO009"
    assert "Java" in failure.message
    assert "zoodsl doctor" in failure.help
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(errno.ENOSPC, "ZOO704", "no space left"), (errno.EACCES, "ZOO706", "permission denied")],
)
def test_a_system_that_refuses_to_write_the_folder_leaves_nothing(
    request_for, monkeypatch, tmp_path, number, code, words
):
    def write(path: Path, content: str | bytes) -> None:
        if path.name == "program.py":
            raise OSError(number, os.strerror(number), str(path))
        path.write_text(str(content))

    monkeypatch.setattr(folder, "write", write)
    failure = failure_of(run(request_for(), silent))
    assert failure.code.name == code
    assert words in failure.message
    assert not (tmp_path / "runs").exists()


def test_too_little_space_is_told_before_anything_is_made(request_for, monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("usage", (), {"free": 1000})())
    assert failure_of(run(request_for(), silent)).code.name == "ZOO704"
    assert not (tmp_path / "runs").exists()


def test_a_disk_that_fills_during_the_run_ends_it_as_failed(request_for, monkeypatch):
    request = request_for(HOLD)

    def full(event: Event) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("zoodsl.runtime.supervision.to_line", full)
    outcome = run(request, silent)
    assert failure_of(outcome).code.name == "ZOO704"
    assert outcome.folder is not None
    record = read_record(outcome.folder)
    assert record is not None
    assert record.status is Status.FAILED


def test_an_error_of_the_program_points_at_the_spec(request_for):
    outcome = run(request_for("fit()  # zoo: epochs 3\ndef fit():\n    raise ValueError('no luck')"), silent)
    assert failure_of(outcome).code.name == "ZOO799"

    program = textwrap.dedent("""
        def main(spark, hooks=None, root=".", out="run", resume=False):
            train(  # zoo: epochs 3
                hooks,
                3,
            )

        def train(hooks, epochs):
            raise ValueError("no luck")
    """)
    outcome = run(request_for(program=program), silent)
    failure = failure_of(outcome)
    assert failure.message == "the program failed: no luck"
    assert failure.span is not None
    assert str(failure.span) == "mnist.zoo:6:9"
    assert outcome.folder is not None
    assert "no luck" in (outcome.folder / "error.txt").read_text()
    assert json.loads((outcome.folder / "run.json").read_text())["failure"]["line"] == 6


def test_a_layer_that_the_engine_names_is_the_place(request_for):
    outcome = run(
        request_for('raise RuntimeError("Layer info: Model[m]/Linear[fc1]\\nsize does not match")'), silent
    )
    failure = failure_of(outcome)
    assert failure.code.name == "ZOO717"
    assert failure.span is not None
    assert failure.span.text == 'Dense(10) as "fc1"'


def test_a_loss_that_is_not_a_number_is_told_with_its_iteration(request_for):
    heard: list[Event] = []
    failure = failure_of(run(request_for("", PROGRAM_THAT_DIVERGES), heard.append))
    assert failure.code.name == "ZOO713"
    assert failure.message == (
        "the loss is not a number any more in iteration 7 of training, epoch 2: training diverged"
    )
    assert heard[-1].name == "failed"


PROGRAM_THAT_DIVERGES = """
class LossNotFinite(ArithmeticError):
    pass


def main(spark, hooks=None, root=".", out="run", resume=False):
    raise LossNotFinite("the loss is nan in iteration 7 of training, epoch 2; a lower learning rate can help")
"""


def test_a_killed_worker_is_told_with_its_signal(request_for):
    outcome = run(request_for("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), silent)
    failure = failure_of(outcome)
    assert failure.code.name == "ZOO710"
    assert "signal 9" in failure.message
    assert outcome.folder is not None
    record = read_record(outcome.folder)
    assert record is not None
    assert (record.status, record.exit_code) == (Status.FAILED, -9)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_there_is_and_can_be_resumed(request_for, number):
    slow = request_for("time.sleep(0.2 if epoch == 1 else 0)\nif epoch == 2:\n    " + HOLD)
    outcome = run(slow, interrupt_at(2, number))
    assert outcome.status is Status.INTERRUPTED
    assert outcome.failure is None
    assert outcome.metrics == {"Accuracy": 0.5, "loss": 0.5}
    assert outcome.folder is not None
    record = read_record(outcome.folder)
    assert record is not None
    assert (record.status, record.exit_code) == (Status.INTERRUPTED, 130)
    kept = json.loads((outcome.folder / "metrics.json").read_text())
    assert [row["validation"]["Accuracy"] for row in kept["epochs"]] == [0.25, 0.5]

    heard: list[Event] = []
    again = run(replace(slow, options=replace(slow.options, resume=True)), heard.append)
    assert again.folder == outcome.folder
    assert again.status is Status.FINISHED
    assert heard[0]["resumed"] is True
    assert [event["epoch"] for event in heard if event.name == "epoch"] == [3]


def test_a_run_that_fails_at_its_very_end_keeps_its_evaluation(request_for):
    program = request_for().program.text.replace(
        '    hooks("finished"', '    raise ValueError("no luck")\n    hooks("finished"'
    )
    outcome = run(request_for(program=program), silent)
    assert outcome.status is Status.FAILED
    assert outcome.folder is not None
    kept = json.loads((outcome.folder / "metrics.json").read_text())
    assert len(kept["epochs"]) == 3
    assert kept["evaluation"] == {"test": {"Accuracy": 0.9}}


def test_a_worker_that_does_not_hear_an_interrupt_is_killed_after_the_grace(request_for, monkeypatch):
    monkeypatch.setattr(child, "GRACE", 0.3)
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nhooked(epoch)"
    program = (
        request_for(deaf).program.text + "\n\ndef hooked(epoch):\n    if epoch == 2:\n        " + HOLD + "\n"
    )
    outcome = run(request_for(program=program), interrupt_at(2))
    assert outcome.status is Status.INTERRUPTED


def test_nothing_that_the_worker_started_outlives_the_run(request_for, tmp_path):
    note = tmp_path / "pid"
    start = f"""
    import subprocess
    java = subprocess.Popen(["sleep", "60"])
    open({str(note)!r}, "w").write(str(java.pid))
    raise ValueError("enough")
    """
    failure_of(run(request_for(start), silent))
    assert gone(int(note.read_text()))


def gone(process: int) -> bool:
    """Whether the process has ended, within a moment; one that waits for its parent to notice has."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_worker_ends_with_its_launcher_however_that_ends(request_for, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    note = tmp_path / "pids"
    start = f"""
    import os, subprocess
    java = subprocess.Popen(["sleep", "60"])
    open({str(note)!r}, "w").write(f"{{os.getpid()}} {{java.pid}}")
    time.sleep(60)
    """
    request = request_for(start, out=tmp_path / "one")
    launcher = os.fork()
    if launcher == 0:
        threading.Thread(target=kill_when_there, args=(note,), daemon=True).start()
        try:
            run(request, silent)
        finally:
            os._exit(1)  # not reached: else this would be a second pytest
    os.waitpid(launcher, 0)
    assert all(gone(int(process)) for process in note.read_text().split())
    assert list(scratch.iterdir()) == []
    record = read_record(tmp_path / "one")
    assert record is not None
    assert record.status is Status.INTERRUPTED


def kill_when_there(note: Path) -> None:
    """Kills this process as soon as ``note`` is written."""
    while not (note.exists() and note.read_text()):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_finished_run_is_not_resumed(request_for):
    run(request_for(), silent)
    assert failure_of(run(request_for(resume=True), silent)).code.name == "ZOO707"


def test_without_a_run_there_is_nothing_to_resume(request_for):
    failure = failure_of(run(request_for(resume=True), silent))
    assert failure.code.name == "ZOO707"


def test_another_program_is_not_a_resumption(request_for):
    run(request_for("raise ValueError('first')"), silent)
    failure = failure_of(run(request_for("raise ValueError('second')", resume=True), silent))
    assert failure.code.name == "ZOO708"
    assert (
        "where it had `raise ValueError('first')`, this one has `raise ValueError('second')`"
        in failure.message
    )


def keeping(request: RunRequest) -> RunRequest:
    """The request with a program that takes a folder for features, and tells its path."""
    text = request.program.text.replace("resume=False):", "resume=False, features=None):").replace(
        "    first = 3", '    hooks("phase", text=f"features in {features}")\n    first = 3'
    )
    return replace(request, program=replace(request.program, text=text, features=True))


def test_a_program_is_told_the_folder_for_features_in_full(request_for, tmp_path, monkeypatch):
    """Again when it goes on, by the option of then."""
    monkeypatch.chdir(tmp_path)
    heard: list[Event] = []
    failing = keeping(request_for("raise ValueError('first')", features="kept/here"))
    run(failing, heard.append)
    run(
        replace(failing, options=replace(failing.options, resume=True, features="hdfs://one/kept")),
        heard.append,
    )
    run(replace(failing, options=replace(failing.options, resume=True, features=None)), heard.append)
    said = [event["text"] for event in heard if event.name == "phase"]
    assert [text for text in said if text.startswith("features in")] == [
        f"features in {tmp_path}/kept/here",
        "features in hdfs://one/kept",
        "features in None",
    ]


def test_a_program_without_features_that_could_be_kept_is_refused(request_for, tmp_path):
    outcome = run(request_for(features="kept"), silent)
    failure = failure_of(outcome)
    assert failure.code.name == "ZOO721"
    assert failure.message == "`mnist` has no features that could be kept in `kept`"
    assert outcome.folder is None
    assert not (tmp_path / "runs").exists()


def test_a_run_that_runs_is_not_resumed(request_for, tmp_path):
    """Ends the first run from the thread of the second, once that was refused."""
    request = request_for(HOLD, out=tmp_path / "one")
    resumption = request_for(HOLD, out=tmp_path / "one", resume=True)
    codes: list[str] = []

    def second() -> None:
        outcome = run(resumption, silent)
        codes.append(failure_of(outcome).code.name)
        os.kill(os.getpid(), signal.SIGINT)

    def listener(event: Event) -> None:
        if event.name == "epoch":
            threading.Thread(target=second).start()

    assert run(request, listener).status is Status.INTERRUPTED
    assert codes == ["ZOO709"]


def test_a_listener_that_fails_takes_the_worker_with_it(request_for, tmp_path):
    def listener(event: Event) -> None:
        if event.name == "epoch":
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run(request_for(HOLD, out=tmp_path / "one"), listener)
    record = read_record(tmp_path / "one")
    assert record is not None
    assert record.status is Status.INTERRUPTED


def test_cores_that_do_not_divide_the_batch_are_refused(request_for):
    failure = failure_of(run(request_for(master="local[3]"), silent))
    assert failure.code.name == "ZOO701"
