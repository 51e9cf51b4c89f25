"""Tables that Spark or a database is asked for when a program runs: until then, what a spec states of them is known."""

from __future__ import annotations

import re
from dataclasses import replace

from zoodsl.catalog.operator import Arguments
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT
from zoodsl.diagnostics.rules.tables import SECRET_IN_SPEC
from zoodsl.sources.findings import UNSEEN, Look, Problem
from zoodsl.sources.keys import key_problem
from zoodsl.sources.stated import fully_stated

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_QUERY = re.compile(r"\s*(select|with)\s", re.IGNORECASE)
_TABLE = re.compile(
    r"""\s*(PART)(\.(PART))*\s*""".replace("PART", r"""[\w$#@-]+|`[^`]+`|"[^"]+"|\[[^\]]+\]""")
)
_FURTHER = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*.*?\*/|(?P<end>;)""", re.DOTALL)
"""What a `;` may stand in without ending a statement, and the one that does."""

_SECRET = re.compile(
    r"""
      [?&;,(:/] \s* ( user | username | uid | [\w.$-]* ( password | passwd | pwd | secret | token ) [\w.$-]* ) \s* =
    | // [^/?;]* @
    | : [^/:@?;=\\]+ : [^/:@?;=\\]+ @
    | ^ jdbc:oracle: \w+ : [^/@]+ / [^@]+ @
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A user or a secret in an address: `?user=ann`, `;trustStorePassword=...`, `//ann:...@host`, Oracle's `:thin:ann/...@host`."""


def look_table(arguments: Arguments) -> Look | Problem:
    """What is known of a table of Spark's catalog, or of a query."""
    if not arguments["query"].strip():
        return Problem(
            BAD_READER_ARGUMENT, "the query is empty", 'write such as `Table("shop.ratings")`', "query"
        )
    return _question(arguments, "query") or _stated(arguments)


def look_jdbc(arguments: Arguments) -> Look | Problem:
    """What is known of a table of a database."""
    if not arguments["url"].startswith("jdbc:"):
        help_ = 'it begins with `jdbc:` and what the database is: `"jdbc:postgresql://host/shop"`'
        return Problem(BAD_READER_ARGUMENT, "this is no address of a database", help_, "url")
    if not arguments["table"].strip():
        return Problem(BAD_READER_ARGUMENT, "the table has no name", 'write such as `"ratings"`', "table")
    # What is put into brackets, a database takes for a table too.
    asked = None if arguments["table"].lstrip().startswith("(") else _question(arguments, "table")
    return _secret(arguments) or asked or _stated(arguments)


def _question(arguments: Arguments, parameter: str) -> Problem | None:
    """A text that is neither a table's name nor one query: nothing else is sent to a database."""
    text: str = arguments[parameter]
    if any(found["end"] for found in _FURTHER.finditer(text)):
        message, help_ = "a query is one statement, without `;`", "take the `;` out"
    elif _QUERY.match(text) or _TABLE.fullmatch(text):
        return None
    else:
        message = "this is neither a table's name nor a query"
        help_ = 'write a name such as `"shop.ratings"`, or a query that begins with `SELECT` or `WITH`'
    return Problem(BAD_READER_ARGUMENT, message, help_, parameter)


def _secret(arguments: Arguments) -> Problem | None:
    """A secret where the name of an environment variable, or none, belongs. No message shows it."""
    if _SECRET.search(arguments["url"]):
        return Problem(
            SECRET_IN_SPEC,
            "the address holds a user or a password, and would be written into plans and programs",
            'take it out, and name environment variables: `user_env = "SHOP_USER", password_env = "SHOP_PASSWORD"`',
            "url",
        )
    for parameter in ("user_env", "password_env"):
        name: str | None = arguments[parameter]
        if name is not None and not _NAME.fullmatch(name):
            return Problem(
                SECRET_IN_SPEC,
                f"`{parameter}` is the name of an environment variable, and no such name is spelt like this",
                f'put the value into the environment, `export SHOP_SECRET=...`, and write `{parameter} = "SHOP_SECRET"`',
                parameter,
            )
    return None


def _stated(arguments: Arguments) -> Look | Problem:
    columns = fully_stated(arguments["columns"], "the table is not asked before the program runs")
    if isinstance(columns, Problem):
        return columns
    return key_problem(arguments["key"], columns) or replace(UNSEEN, columns=columns)
