import pytest

from zoodsl.runtime.causes import JAVA_ENDED, Cause, causes, lines_in
from zoodsl.runtime.errors import died, explain

UNKNOWN = "com.intel.analytics.bigdl.dllib.utils.UnKnownException"
SPARK = Cause("org.apache.spark.SparkException", "Job aborted due to stage failure: Task 0 failed 1 times")


@pytest.mark.parametrize(
    ("cause", "code", "words"),
    [
        (Cause("java.lang.OutOfMemoryError", "Java heap space"), "ZOO711", "ran out of memory"),
        (Cause("MemoryError", ""), "ZOO711", "ran out of memory"),
        (Cause("java.io.IOException", "No space left on device"), "ZOO704", "no space left"),
        (Cause("OSError", "[Errno 28] No space left on device: 'x'"), "ZOO704", "no space left"),
        (
            Cause("java.lang.IllegalArgumentException", "curTarget 11 is out of range, should be 1 to 10"),
            "ZOO714",
            "label",
        ),
        (
            Cause("FileNotFoundError", "[Errno 2] No such file or directory: '/data/x.gz'"),
            "ZOO715",
            "`/data/x.gz`",
        ),
        (
            Cause(
                "org.apache.hadoop.mapred.InvalidInputException", "Input path does not exist: file:/data/x"
            ),
            "ZOO715",
            "`file:/data/x`",
        ),
        (
            Cause("AnalysisException", "[PATH_NOT_FOUND] Path does not exist: file:/nowhere/x.txt."),
            "ZOO715",
            "`file:/nowhere/x.txt`",
        ),
        (
            Cause("DataError", "there are no rows in the test part"),
            "ZOO716",
            "there are no rows in the test part",
        ),
        (
            Cause("StoreError", "the features in `file:///kept/0f` are damaged: Checksum does not match"),
            "ZOO722",
            "`file:///kept/0f` are damaged",
        ),
        (
            Cause("ExecutorLost", "1 of 2 executors ended in the midst of training, and the weights with it"),
            "ZOO733",
            "1 of 2 executors ended",
        ),
        (
            Cause("java.lang.RuntimeException", "the image a/b c.png is of 90x120, less than 224x224"),
            "ZOO716",
            "the image `a/b c.png` is of 90x120, and `preprocess` crops it",
        ),
        (Cause("ClusterError", "there is no folder /data on node3"), "ZOO732", "no folder /data on node3"),
        (
            Cause("java.lang.IllegalStateException", "Spark context stopped while waiting for backend"),
            "ZOO732",
            "its executors did not start",
        ),
        (Cause("BadGzipFile", "Not a gzipped file (b'ab')"), "ZOO716", "Not a gzipped file"),
        (Cause("ValueError", "could not convert string to float: 'n/a'"), "ZOO716", "'n/a'"),
        (Cause(UNKNOWN, "size mismatch, m1:2x5 m2:3x4"), "ZOO717", "size mismatch, m1:2x5 m2:3x4"),
        (
            Cause(UNKNOWN, "input channel size 32 is not the same as nInputPlane 1"),
            "ZOO717",
            "input channel size 32",
        ),
        (Cause("TypeError", "'JavaPackage' object is not callable"), "ZOO718", "do not fit together"),
        (Cause("java.lang.NoClassDefFoundError", "scala/Serializable"), "ZOO718", "scala/Serializable"),
        (
            Cause("PySparkRuntimeError", "[JAVA_GATEWAY_EXITED] Java gateway process exited"),
            "ZOO719",
            "did not start",
        ),
        (
            Cause("java.lang.Exception", "/run/checkpoints/epoch-0002/x: java.io.EOFException"),
            "ZOO720",
            "checkpoint",
        ),
        (Cause("ValueError", "something else"), "ZOO799", "the program failed: something else"),
    ],
)
def test_known_causes_have_a_sentence_and_help(cause, code, words):
    told = explain([Cause("Py4JJavaError", "An error occurred while calling o42.fit."), SPARK, cause], "")
    assert told.code.name == code
    assert words in told.message
    assert told.help


def test_a_java_without_room_for_its_heap_is_told_by_its_log():
    chain = [Cause("PySparkRuntimeError", "[JAVA_GATEWAY_EXITED] Java gateway process exited")]
    assert explain(chain, "Could not reserve enough space for 3905536KB object heap").code.name == "ZOO711"
    assert explain(chain, "").code.name == "ZOO719"


def test_the_innermost_known_cause_counts():
    chain = [
        Cause("RuntimeError", "java.lang.NoClassDefFoundError on the way"),
        Cause(UNKNOWN, "Dense[fc1]"),
        Cause(UNKNOWN, "size mismatch, m1:2x5 m2:3x4"),
    ]
    assert explain(chain, "").cause == "size mismatch, m1:2x5 m2:3x4"


def test_a_cause_without_a_message_gives_its_type():
    assert explain([Cause("java.lang.NullPointerException", "")], "").message.endswith(
        "java.lang.NullPointerException"
    )


def test_names_of_exceptions_are_left_out_of_messages():
    told = explain(
        [Cause("java.lang.RuntimeException", "java.lang.IllegalStateException: the well is dry\n\tat x")], ""
    )
    assert told.message == "the program failed: the well is dry"


def test_an_error_in_a_python_worker_gives_its_last_line():
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1\nZeroDivisionError: division by zero\n'
    spark = "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n"
    for message in (trace, spark + trace):
        told = explain([Cause("org.apache.spark.api.python.PythonException", message)], "")
        assert told.message == "the program failed: ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("log", "code"),
    [("", "ZOO712"), ("Terminating due to java.lang.OutOfMemoryError: Java heap space", "ZOO711")],
)
def test_the_end_of_java_is_told_with_what_the_log_says(log, code):
    assert (
        explain(
            [Cause("Py4JNetworkError", "Answer from Java side is empty"), Cause(JAVA_ENDED, "-9")], log
        ).code.name
        == code
    )


def test_a_dead_worker_is_told_with_signal_or_code():
    assert "signal 9, SIGKILL" in died(-9, "").message
    assert "memory" in died(-9, "").message
    assert "exit code 3" in died(3, "").message
    assert (
        died(-6, "There is insufficient memory for the Java Runtime Environment to continue.").code.name
        == "ZOO711"
    )


class JavaThrowable:
    """As Py4J shows one."""

    def __init__(self, message: str | None, cause: "JavaThrowable | None" = None) -> None:
        self.message = message
        self.cause = cause

    def getClass(self):  # noqa: N802
        return self

    def getName(self):  # noqa: N802
        return "java.lang.Exception"

    def getMessage(self):  # noqa: N802
        return self.message

    def getCause(self):  # noqa: N802
        return self.cause


class JavaError(Exception):
    def __init__(self, exception: JavaThrowable) -> None:
        super().__init__("An error occurred while calling o1.fit")
        self.java_exception = exception


def test_the_chain_goes_through_python_into_java():
    problem = RuntimeError("outer")
    problem.__cause__ = JavaError(JavaThrowable(None, JavaThrowable("at last")))
    chain = causes(problem)
    assert [(cause.type, cause.message) for cause in chain] == [
        ("RuntimeError", "outer"),
        ("java.lang.Exception", ""),
        ("java.lang.Exception", "at last"),
    ]


def test_a_chain_of_java_causes_that_is_a_circle_ends():
    throwable = JavaThrowable("round")
    throwable.cause = throwable
    assert 1 < len(causes(JavaError(throwable))) < 100


def test_the_lines_of_a_program_are_innermost_first(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("def main():\n    inner()\n\n\ndef inner():\n    raise ValueError\n")
    scope: dict = {}
    exec(compile(program.read_text(), str(program), "exec"), scope)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the place is what is asked for
        scope["main"]()
    assert lines_in(caught.value, program) == (6, 2)
