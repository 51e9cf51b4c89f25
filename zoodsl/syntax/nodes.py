"""The syntax tree: inert, typed nodes that say what was written and where, and nothing of what it means.

Every node has its span first, and is equal to itself alone. A place the parser could not read is an
``Unreadable``, about which a diagnostic has been reported already: later stages pass over it in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.source import SourceFile, Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """What all nodes have: the characters they were read from."""

    span: Span


# --- expressions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Name(Node):
    """A bare identifier: a definition's name, an enumeration's value, an operator."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Text(Node):
    """A string literal; ``value`` has its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Number(Node):
    """An int or a float, as it was written (``1`` is an int, ``1.0`` and ``1e-3`` are floats)."""

    value: int | float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flag(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measure(Node):
    """A number with a unit: ``5 epochs``, ``4 GB``, ``50%``. ``unit`` is the spelling used."""

    value: int | float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Size(Node):
    """``224x224``, ``3x224x224``."""

    dimensions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence(Node):
    """``[a, b, c]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Range(Node):
    """``low..high``, both ends included."""

    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unary(Node):
    """``-x`` or ``+x``."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binary(Node):
    """Arithmetic (``+ - * /``) or a comparison (``== != < <= > >=``)."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribute(Node):
    """``value.name``."""

    value: Expression
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index(Node):
    """``value[index]``: a column of a table."""

    value: Expression
    index: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Argument(Node):
    """One argument of a call; ``name`` is None for a positional one."""

    name: Name | None
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call(Node):
    """``callee(arguments)``. ``callee`` is a Name or an Attribute (``resnet.bottleneck``)."""

    callee: Expression
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain(Node):
    """``head -> step -> step``; a step may carry a name: ``x -> Dense(2) as "logits" -> ReLU()``.

    ``label`` is the head's name (``Dense(4) as "hidden" -> ReLU()``). A chain without steps is a head
    with a name where an expression stands: ``x = Input(1) as "user"``.
    """

    head: Expression
    label: Text | None = None
    steps: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled(Node):
    """A step of a chain with the name given by ``as``, if any."""

    value: Expression
    label: Text | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional(Node):
    """``if condition { then } else { otherwise }``."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unreadable(Node):
    """Where an expression belongs but none could be read; already reported."""


Expression = (
    Name
    | Text
    | Number
    | Flag
    | Measure
    | Size
    | Sequence
    | Range
    | Unary
    | Binary
    | Attribute
    | Index
    | Call
    | Chain
    | Conditional
    | Unreadable
)

# --- statements


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Definition(Node):
    """``name = value``."""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step(Node):
    """A bare expression, usually a call, in a chain block: one layer or one transform; ``as "name"``."""

    value: Expression
    label: Text | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link(Node):
    """A link word and what follows it: ``for 5 epochs``, ``at "pool5"``; ``all`` takes no value."""

    word: Name
    value: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clause(Node):
    """One clause of a setting: a value, then links. ``up to`` is one link word."""

    value: Expression | None
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting(Node):
    """``keyword clause, clause``: ``schedule Warmup(to = 1e-4) for 5 epochs then ...``."""

    keyword: Name
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group(Node):
    """``keyword { ... }`` inside a section: ``training { }``."""

    keyword: Name
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeat(Node):
    """``repeat k in values as "res2{k}" { ... }``: the body once for each value."""

    variable: Name
    values: Expression
    label: Text | None
    body: Body


Statement = Definition | Step | Setting | Group | Repeat


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body(Node):
    """``{ docstring statements }``."""

    doc: Text | None
    statements: tuple[Statement, ...]


# --- declarations


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Param(Node):
    """``param name: type = default``; a param without a default must be set by the run."""

    name: Name
    type: Name
    default: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Let(Node):
    """``let name = value``."""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Use(Node):
    """``use "resnet.zoo" as resnet`` or ``use zoo.resnet``; ``target`` is a Text or a dotted name."""

    target: Text | tuple[Name, ...]
    alias: Name | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter(Node):
    """A block's parameter: ``x``, ``width: int``, ``stride: int = 1``."""

    name: Name
    type: Name | None
    default: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block(Node):
    """``block name(parameters) { ... }``: a reusable piece of network."""

    name: Name
    parameters: tuple[Parameter, ...]
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Section(Node):
    """``data { }``, ``base resnet50 { }``, ``property "text" { }``: a declaration known by its keyword."""

    keyword: Name
    name: Name | Text | None
    body: Body


Declaration = Param | Let | Use | Block | Section


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comment(Node):
    """``# ...`` to the end of its line. ``trailing`` is true where code stands before it on the line."""

    text: str
    trailing: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class File(Node):
    """A whole file. ``version`` is the number after ``zoo``, None where the header could not be read."""

    source: SourceFile
    version: Number | None
    doc: Text | None
    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...]
