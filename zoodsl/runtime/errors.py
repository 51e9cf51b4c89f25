"""Errors: from the causes that an engine gives to what went wrong, in a sentence, and what to do."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from zoodsl.diagnostics import Code
from zoodsl.diagnostics.rules.clusters import CLUSTER_DOES_NOT_FIT, EXECUTOR_LOST
from zoodsl.diagnostics.rules.running import (
    CHECKPOINT_DAMAGED,
    DATA_NOT_READABLE,
    DATA_NOT_THERE,
    ENDED_UNEXPECTEDLY,
    ENGINE_DOES_NOT_FIT,
    FEATURES_UNUSABLE,
    JAVA_ENDED,
    JAVA_OUT_OF_MEMORY,
    LABEL_OUT_OF_RANGE,
    LOSS_NOT_FINITE,
    PROGRAM_FAILED,
    SHAPES_DISAGREE,
    SPARK_DID_NOT_START,
    TOO_LITTLE_DISK,
)
from zoodsl.runtime import causes as chain
from zoodsl.runtime.causes import Cause
from zoodsl.runtime.folder import LOG, TRACE

LONGEST = 300
"""Characters of an engine's message that are shown."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What went wrong: the code, the message and what to do. ``cause`` is the engine's own last word."""

    code: Code
    message: str
    help: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A known cause. ``pattern`` is looked for in ``type: message``; ``message`` may name its groups as ``{name}``."""

    code: Code
    pattern: re.Pattern[str]
    message: str
    help: str


def _rule(code: Code, pattern: str, message: str, help: str) -> Rule:  # noqa: A002 - the word users and docs know
    return Rule(code, re.compile(pattern, re.IGNORECASE | re.DOTALL), message, help)


MORE_MEMORY = "a smaller `batch` needs less memory, and `--memory` sets the size of the Java heap"
OUT_OF_MEMORY = r"\bOutOfMemoryError\b|insufficient memory for the Java Runtime|Cannot allocate memory"

RULES = (
    _rule(JAVA_OUT_OF_MEMORY, OUT_OF_MEMORY + r"|\bMemoryError\b", "training ran out of memory", MORE_MEMORY),
    _rule(
        TOO_LITTLE_DISK,
        r"No space left on device|Disk quota exceeded|\[Errno 28\]",
        "there is no space left on the disk",
        "make room, then go on with `--resume`",
    ),
    _rule(
        FEATURES_UNUSABLE,
        r"^StoreError: ",
        "{cause}",
        "what has been trained stays: mend the folder or name another, then go on with `--resume`",
    ),
    _rule(
        EXECUTOR_LOST,
        r"^ExecutorLost: ",
        "{cause}",
        "give executors more memory (`--memory`) if that was the reason, then go on from the last checkpoint with "
        "`--resume`",
    ),
    _rule(
        CLUSTER_DOES_NOT_FIT,
        r"^ClusterError: ",
        "{cause}",
        "`zoodsl explain ZOO732` says what a cluster must have",
    ),
    _rule(
        CLUSTER_DOES_NOT_FIT,
        r"Spark context stopped while waiting for backend|All masters are unresponsive",
        "the cluster let the run go: its executors did not start",
        "the workers' own logs say why; their Java must be 8, 11 or 17 and their Spark of the driver's version",
    ),
    _rule(
        LOSS_NOT_FINITE,
        r"^LossNotFinite: the loss is \S+ (?P<when>in iteration \d+[^;]*)",
        "the loss is not a number any more {when}: training diverged",
        "take a lower learning rate, a warm-up or clipping, normalise the inputs, or look for values in the data that "
        "are not numbers",
    ),
    _rule(
        LABEL_OUT_OF_RANGE,
        r"curTarget (?P<label>-?\d+) is out of range|ClassNLLCriterion.*target.*range|label (?P<other>-?[\d.]+) is out",
        "a label in the data is outside the classes",
        "labels count from 0: `ClassIndex(n)` takes 0 to n - 1",
    ),
    _rule(
        CHECKPOINT_DAMAGED,
        r"checkpoints?[/\\].*(EOFException|InvalidProtocolBuffer|StreamCorrupted|JSONDecodeError|truncated)"
        r"|(EOFException|InvalidProtocolBuffer|StreamCorrupted).*checkpoints?[/\\]",
        "the checkpoint is damaged",
        "start anew without `--resume`",
    ),
    _rule(
        DATA_NOT_THERE,
        r"FileNotFound\w*: (?:\[Errno 2\] )?No such file or directory: '(?P<path>[^']+)'",
        "there is no file `{path}`",
        "relative paths in a spec start at the spec's own folder",
    ),
    _rule(
        DATA_NOT_THERE,
        r"(?:Path does not exist|Input path does not exist|Input Pattern \S+ matches 0 files)[: ]*(?P<path>\S*?)\.?(?:\s|$)",
        "there are no data at `{path}`",
        "relative paths in a spec start at the spec's own folder",
    ),
    _rule(
        DATA_NOT_READABLE,
        r"the image (?P<image>.+?) is of (?P<size>\d+x\d+), less than (?P<least>\d+x\d+)",
        "the image `{image}` is of {size}, and `preprocess` crops it as if it were of {least} at least",
        "put `AspectScale(...)` or `Resize(...)` before the crop, or leave the image out",
    ),
    _rule(DATA_NOT_READABLE, r"^DataError: ", "{cause}", "mend the data, or what the spec says of them"),
    _rule(
        DATA_NOT_READABLE,
        r"BadGzipFile|UnidentifiedImageError|MalformedCSV|Unsupported or unrecognized image|cannot identify image"
        r"|CvException|invalid literal for|could not convert string to float|NumberFormatException",
        "a row of the data cannot be read: {cause}",
        f"the file may be damaged or of another format; `{LOG}` says more",
    ),
    _rule(
        SHAPES_DISAGREE,
        r"shape total size|size doesn't match|does not match|input channel size|(?:shape|size) mismatch"
        r"|is not the same as"
        r"|ClassCastException.*Tensor",
        "the engine met a tensor of another shape than the network's: {cause}",
        "images of several sizes need `Resize(...)`; `zoodsl plan` shows the shape at every step",
    ),
    _rule(
        ENGINE_DOES_NOT_FIT,
        r"'JavaPackage' object is not callable|NoClassDefFound|NoSuchMethodError|ClassNotFoundException"
        r"|UnsupportedClassVersion|ModuleNotFoundError|LambdaMetafactory|UnsatisfiedLinkError",
        "parts of the engine do not fit together: {cause}",
        "`zoodsl doctor` says which",
    ),
    _rule(
        SPARK_DID_NOT_START,
        r"JAVA_GATEWAY_EXITED|Java gateway process exited|BindException|UnknownHostException|Can't assign requested",
        "Spark did not start: {cause}",
        f"`{LOG}` holds what Java said",
    ),
)
"""The known causes; where several fit, the first."""

NO_HEAP = OUT_OF_MEMORY + r"|Could not reserve enough space"
NO_ROOM = Explanation(
    JAVA_OUT_OF_MEMORY,
    "Java did not get the memory for its heap",
    "ask for less with `--memory`, or lift the limit on this process's memory (`ulimit -v`)",
)
"""What it means where Java says so before Spark is there."""


def explain(causes: Sequence[Cause], log: str) -> Explanation:
    """What a chain of ``causes``, outermost first, means. ``log`` is the end of what Java and Python printed."""
    if causes and causes[-1].type == chain.JAVA_ENDED:
        return _java_ended(int(causes[-1].message), log)
    said = [cause for cause in causes if cause.message.strip()]
    last = _first_line(said[-1]) if said else causes[-1].type if causes else "no reason was given"
    for rule in RULES:
        for cause in reversed(causes):
            found = rule.pattern.search(f"{cause.type}: {cause.message}")
            if found and rule.code is SPARK_DID_NOT_START and re.search(NO_HEAP, log):
                return NO_ROOM
            if found:
                given = {name: value or "" for name, value in found.groupdict().items()}
                own = _first_line(cause) or last
                return Explanation(rule.code, rule.message.format(**given, cause=own), rule.help, own)
    return Explanation(
        PROGRAM_FAILED,
        f"the program failed: {last}",
        f"`{TRACE}` in the run folder holds the whole trace, `{LOG}` what Java said",
        last,
    )


def died(code: int, log: str) -> Explanation:
    """What it means that the worker ended with ``code`` (negative: a signal) and said nothing."""
    if re.search(OUT_OF_MEMORY, log):
        return Explanation(JAVA_OUT_OF_MEMORY, "Java ran out of memory", MORE_MEMORY)
    how = _signal(-code) if code < 0 else f"exit code {code}"
    help_ = MORE_MEMORY if -code == signal.SIGKILL else f"`{LOG}` in the run folder holds what it said"
    likely = ", most likely because the machine ran out of memory" if -code == signal.SIGKILL else ""
    return Explanation(ENDED_UNEXPECTEDLY, f"the training process ended unexpectedly ({how}){likely}", help_)


def _java_ended(code: int, log: str) -> Explanation:
    if re.search(OUT_OF_MEMORY, log):
        return Explanation(JAVA_OUT_OF_MEMORY, "Java ran out of memory", MORE_MEMORY)
    how = _signal(-code) if code < 0 else f"exit code {code}"
    return Explanation(
        JAVA_ENDED,
        f"the Java process ended unexpectedly ({how}), most likely for want of memory",
        MORE_MEMORY,
    )


def _signal(number: int) -> str:
    try:
        return f"signal {number}, {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def _first_line(cause: Cause) -> str:
    """The line that says something, without the exceptions' names that Java puts before messages.

    It is the first, but the last of a Python trace, as which an exception in a Python worker comes through Java.
    """
    lines = [line.strip() for line in cause.message.splitlines() if line.strip()] or [""]
    traced = any(line.startswith("Traceback (most recent call last)") for line in lines)
    line = lines[-1] if traced else lines[0]
    line = re.sub(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ", "", line)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
