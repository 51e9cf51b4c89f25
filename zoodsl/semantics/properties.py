"""The sections ``property``: for what something must hold of the spec, and what."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from zoodsl.catalog.operator import Arguments, Domain
from zoodsl.catalog.values import Kind, Sort
from zoodsl.diagnostics import Fix, Label
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import properties as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Operation
from zoodsl.model.properties import (
    Claim,
    Comparison,
    Constant,
    Drawn,
    Forall,
    Measurement,
    Property,
    Term,
)
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.drawn import image_type, tensor_type
from zoodsl.semantics.mentions import mentioned
from zoodsl.semantics.scope import Binding, Role
from zoodsl.semantics.settings import misplaced, wrong_form
from zoodsl.semantics.tasks import Whole
from zoodsl.semantics.terms import term
from zoodsl.semantics.typed import Known, Surroundings, Typed, on_one_line
from zoodsl.semantics.values import Spoken, Value
from zoodsl.source import Span
from zoodsl.sources import columns_of
from zoodsl.syntax.nodes import Clause, Definition, Link, Name, Section, Setting, Step, Text
from zoodsl.types import ValueType, elements, show

FORM = "forall image in AnyImage()"

MOST_NUMBERS = 2**26
"""So many numbers an example may hold: 0.5 GB of float64, of which steps and a network make several times as much."""

LARGEST_WHOLE = 2**53
"""The largest number up to which a float64 holds every whole one."""


def resolve(sections: Sequence[Section], whole: Whole) -> tuple[Property, ...] | None:
    """The properties of a spec, in order; None after a report."""
    named: dict[str, Span] = {}
    found = [_property(section, whole, named) for section in sections]
    properties = tuple(each for each in found if each is not None)
    return properties if len(properties) == len(found) else None


def _property(section: Section, whole: Whole, named: dict[str, Span]) -> Property | None:
    good = _is_named(section, whole, named)
    at = Surroundings(whole, whole.scope.inner())
    variables: list[Forall] = []
    steps: list[Step] = []
    for statement in section.body.statements:
        match statement:
            case Setting(keyword=Name(text="forall")):
                good = _is_in_order(statement, steps, at) and good
                drawn = _forall(statement, at)
                good = good and drawn is not None
                variables += drawn or ()
            case Step():
                steps.append(statement)
            case Definition():
                good = False
                _report_definition(statement, at)
            case _:
                good = False
                misplaced(statement, "property", at.scope)
    if not _is_complete(section, steps, at) or (not at.variables and at.scope.torn(section.span)):
        return None
    claims = [claim for step in steps if (claim := _claim(step, at)) is not None]
    good = _are_different(steps, at) and good
    _report_unused(steps, at)
    if not good or at.unfit or len(claims) < len(steps) or not isinstance(section.name, Text):
        return None
    return Property(
        span=section.span,
        name=section.name.value,
        variables=tuple(variables),
        claims=tuple(claims),
    )


def _is_named(section: Section, whole: Whole, named: dict[str, Span]) -> bool:
    """Whether a property has a name of its own; a report otherwise."""
    diagnostics = whole.scope.diagnostics
    if not isinstance(section.name, Text) or not section.name.value.strip():
        if not whole.scope.torn(section.keyword.span):
            bare = section.name if isinstance(section.name, Name) else None
            diagnostics.report(
                rules.NAMELESS_PROPERTY,
                section.keyword.span if section.name is None else section.name.span,
                "a property is called by what it says, in quotes",
                help='write such as `property "pixels stay numbers" { ... }`',
                fix=None if bare is None else Fix(bare.span, f'"{bare.text}"'),
            )
        return False
    first = named.setdefault(section.name.value, section.name.span)
    if first is section.name.span:
        return True
    diagnostics.report(
        name_rules.DUPLICATE_NAME,
        section.name.span,
        f"two properties are called `{section.name.value}`",
        help="give one of them another name",
        labels=[Label(first, "the first one")],
    )
    return False


def _is_complete(section: Section, steps: Sequence[Step], at: Surroundings) -> bool:
    """Whether a property has variables and claims; a report of what it lacks."""
    written = any(
        isinstance(each, Setting) and each.keyword.text == "forall" for each in section.body.statements
    )
    if written and steps:
        return True
    if not at.scope.torn(section.span):
        at.scope.diagnostics.report(
            rules.INCOMPLETE_PROPERTY,
            section.keyword.span,
            "this property says nothing of what is drawn"
            if written
            else "this property does not say what is drawn",
            help="add a claim, such as `Finite(preprocess(image))`"
            if written
            else f"begin with such as `{FORM}`",
        )
    return False


def _is_in_order(setting: Setting, steps: Sequence[Step], at: Surroundings) -> bool:
    """Whether variables come before all claims; a report otherwise."""
    if not steps:
        return True
    at.scope.diagnostics.report(
        rules.LATE_VARIABLE,
        setting.keyword.span,
        "`forall` comes before all claims, which speak of its variables",
        help="move this line up",
        labels=[Label(steps[0].span, "the first claim")],
    )
    return False


def _report_definition(statement: Definition, at: Surroundings) -> None:
    at.scope.diagnostics.report(
        statement_rules.MISPLACED,
        statement.span,
        "`property` holds `forall` and claims, no definitions",
        help="a claim compares by `==`",
    )


def _are_different(steps: Sequence[Step], at: Surroundings) -> bool:
    """Whether no claim is made twice; a report of each that is."""
    first: dict[str, Span] = {}
    good = True
    for step in (each for each in steps if each.label is None):
        said = on_one_line(step.value.span.text)
        if first.setdefault(said, step.span) is not step.span:
            good = False
            at.scope.diagnostics.report(
                statement_rules.REPEATED_SETTING,
                step.span,
                f"`{said}` is claimed twice",
                help="remove one of them",
                labels=[Label(first[said], "first claimed here")],
            )
    return good


def _report_unused(steps: Sequence[Step], at: Surroundings) -> None:
    names = mentioned(step.value for step in steps)
    for name, known in at.variables.items():
        if name not in names:
            at.scope.diagnostics.report(
                name_rules.UNUSED_NAME,
                known.span,
                f"no claim speaks of the variable `{name}`",
                help="remove it, or speak of it",
            )


# --- variables


def _forall(setting: Setting, at: Surroundings) -> tuple[Forall, ...] | None:
    """``forall a, b in DOMAIN, c in DOMAIN``; None after a report."""
    waiting: list[Name] = []
    found: list[Forall] = []
    good = True
    for clause in setting.clauses:
        match clause:
            case Clause(value=Name() as name, links=()):
                waiting.append(name)
            case Clause(value=Name() as name, links=[Link(word=Name(text="in"), value=value)]) if (
                value is not None
            ):
                domain: Operation[Domain] | None = bind(value, Kind.DOMAIN, at.scope)
                names = (*waiting, name)
                waiting = []
                if domain is None or not _is_a_domain(domain, names, at):
                    good = False
                    _define_unknown(names, at)
                    continue
                span = names[0].span.to(clause.span)
                made = Forall(span=span, names=tuple(each.text for each in names), domain=domain)
                good = _define(made, names, at) and good
                found.append(made)
            case _:
                wrong_form(clause.links[0] if clause.links else clause, FORM, at.scope)
                good = False
                _define_unknown([*waiting, *_named(clause)], at)
                waiting = []
    if waiting:
        wrong_form(setting, FORM, at.scope)
        _define_unknown(waiting, at)
        return None
    return tuple(found) if good else None


def _named(clause: Clause) -> Sequence[Name]:
    return (clause.value,) if isinstance(clause.value, Name) else ()


def _define(made: Forall, names: Sequence[Name], at: Surroundings) -> bool:
    """Defines the variables of a ``forall``; False where one is defined already."""
    arguments = made.domain.arguments
    value: Value | None = None
    type_: ValueType | None = None
    match made.domain.operator.name:
        case "AnyRow":
            frame = at.scope.find(arguments["frame"])
            sort, value = Sort.ROW, None if frame is None else frame.value
        case "AnyImage":
            sort, type_ = Sort.IMAGE, image_type(made.domain)
        case _:
            sort, type_ = Sort.TENSOR, tensor_type(made.domain)
    good = True
    for name in names:
        spoken = value or Spoken(name.text, sort.value)
        binding = Binding(name.text, Role.DRAWN, name.span, value=spoken, used=True)
        good = _is_free(name, at) and good
        if not at.scope.define(binding):
            good = False
            continue
        drawn = Drawn(span=name.span, name=name.text)
        frame_name = arguments.get("frame", "")
        known = Typed(drawn, sort, type=type_, frame=frame_name, names=frozenset({name.text}))
        at.variables[name.text] = Known(known, name.span, made.domain.span)
    return good


def _is_free(name: Name, at: Surroundings) -> bool:
    """Whether nothing else of the spec is called by this name; a report otherwise."""
    outer = at.whole.scope.find(name.text)
    if outer is None:
        return True
    at.scope.diagnostics.report(
        name_rules.DUPLICATE_NAME,
        name.span,
        f"the name `{name.text}` is defined twice",
        help="give the variable another name",
        labels=[Label(outer.span, f"first defined here, as a {outer.role.value}")],
    )
    return False


def _define_unknown(names: Sequence[Name], at: Surroundings) -> None:
    """Defines variables whose domain is in error, so that claims which speak of them are no mistakes of their own."""
    for name in names:
        if at.scope.define(Binding(name.text, Role.DRAWN, name.span, used=True)):
            drawn = Drawn(span=name.span, name=name.text)
            at.variables[name.text] = Known(Typed(drawn, None, names=frozenset({name.text})), name.span, None)


def _is_a_domain(domain: Operation[Domain], names: Sequence[Name], at: Surroundings) -> bool:
    """Whether there is something to draw from; a report of what is wrong with the arguments otherwise."""
    arguments = domain.arguments
    match domain.operator.name:
        case "AnyImage":
            problem = _image_problem(arguments)
        case "AnyTensor":
            problem = _numbers_problem(arguments)
        case _:
            problem = _rows_problem(arguments, names)
    if problem is None:
        return True
    name, message, help_ = problem
    at.scope.diagnostics.report(rules.UNFIT_DOMAIN, domain.places.get(name, domain.span), message, help=help_)
    return False


def _image_problem(arguments: Arguments) -> tuple[str, str, str] | None:
    """Which argument of ``AnyImage`` is wrong, why, and what to do."""
    if arguments["channels"] == 2:
        return (
            "channels",
            "images have 1 channel (grey) or 3 (RGB), not 2",
            "write `channels = 1` or `channels = 3`",
        )
    for side in ("height", "width"):
        if not all(bound.is_integer() for bound in arguments[side]):
            return side, "an image has whole pixels", "write such as `64..512`"
    height, width = (int(arguments[side][1]) for side in ("height", "width"))
    largest = "height" if height >= width else "width"
    return _size_problem(largest, height * width * arguments["channels"], "draw smaller images")


def _numbers_problem(arguments: Arguments) -> tuple[str, str, str] | None:
    """Which argument of ``AnyTensor`` is wrong, why, and what to do."""
    low, high = arguments["values"]
    if arguments["whole"] and ceil(low) > high:
        return "values", "no whole number lies in this range", "make it wider"
    if arguments["whole"] and max(-low, high) > LARGEST_WHOLE:
        return (
            "values",
            f"whole numbers are drawn up to {LARGEST_WHOLE:,}, beyond which a float64 leaves some out",
            "draw from a narrower range, such as `-1e15..1e15`",
        )
    return _size_problem("shape", elements(arguments["shape"]), "draw fewer numbers")


def _size_problem(name: str, count: int, help_: str) -> tuple[str, str, str] | None:
    """What is wrong with an argument that asks for so many numbers an example."""
    if count <= MOST_NUMBERS:
        return None
    return (
        name,
        f"an example would take {count * 8 / 1e9:,.1f} GB, as {count:,} numbers of float64",
        f"{help_}: {MOST_NUMBERS:,} numbers at most",
    )


def _rows_problem(arguments: Arguments, names: Sequence[Name]) -> tuple[str, str, str] | None:
    """Which argument of ``AnyRow`` is wrong, why, and what to do."""
    frame = arguments["frame"]
    for name in ("same", "where"):
        given = arguments[name]
        other = (
            None if given is None else next((each for each in columns_of(given) if each.frame != frame), None)
        )
        if other is not None:
            message = f"this column is of `{other.frame}`, and the rows are of `{frame}`"
            return name, message, f"take a column of `{frame}`"
    if arguments["same"] is not None and len(names) == 1:
        help_ = f"draw two: `forall {names[0].text}, other in AnyRow(...)`"
        return "same", "one row by itself has no other to be equal to", help_
    return None


# --- claims


def _claim(step: Step, at: Surroundings) -> Claim | None:
    """What a line claims; None after a report."""
    if step.label is not None:
        at.scope.diagnostics.report(
            statement_rules.MISPLACED, step.label.span, "claims have no names", help="remove the `as`"
        )
        return None
    read = term(step.value, at)
    if read is None:
        return None
    made = read.term
    if read.sort is not Sort.TRUTH:
        at.scope.diagnostics.report(
            rules.NOT_A_CLAIM, step.span, f"a claim is true or false, and this is {read}", help=_towards(read)
        )
        return None
    if not read.names:
        at.scope.diagnostics.report(
            rules.SETTLED_CLAIM,
            step.span,
            "this claim speaks of no variable: no example can decide it",
            help="speak of what `forall` draws",
        )
        return None
    if read.denied:
        at.scope.diagnostics.report(
            rules.SETTLED_CLAIM, step.span, f"this claim can never hold: {read.denied}", help=_turned(made)
        )
        return None
    return made if isinstance(made, Comparison | Measurement) else None


def _towards(read: Typed) -> str:
    """How a term that is no claim may become one."""
    text = read.term.span.text
    match read.sort:
        case Sort.SIZE:
            return f"compare it: `{text} == {show(read.size) if read.size else '3x224x224'}`"
        case Sort.IMAGE | Sort.TENSOR:
            return f"say what holds of it: `Finite({text})`, `Within({text}, 0..1)`"
        case Sort.PART:
            return f"compare it: `{text} == train`"
        case _:
            return f"compare it: `{text} == ...`"


def _turned(claim: Term) -> str:
    """What helps where a size is written the other way round."""
    match claim:
        case Comparison(operator="==", left=left, right=right):
            sizes = [each.value for each in (left, right) if isinstance(each, Constant)]
            if (
                len(sizes) == 1
                and isinstance(sizes[0], tuple)
                and len(sizes[0]) == 3
                and sizes[0][2] in (1, 3)
            ):
                return f"channels come first: `{show((sizes[0][2], *sizes[0][:2]))}`"
        case _:
            pass
    return ""
