"""Rules 43x, frames that are made of others, and what is computed of columns."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

BAD_PATTERN = register(
    "ZOO430",
    "a pattern that cannot be matched, or not alike everywhere",
    """
`match` looks for a regular expression, in Python when a spec is checked and on Spark when it runs. Patterns are of the part
that both read alike: letters and digits, `.` `^` `$` `|`, groups `(...)` and `(?:...)`, classes `[a-z]`, repetitions `*` `+`
`?` `{2,3}`, and `\\d`, `\\w`, `\\s` over ASCII. What is given is the first group, in parentheses. In a text a backslash is
written twice.

Wrong:

```zoo
label match(rows.name, "n\\\\d+") -> ClassIndex(["1", "2"])
```

Right:

```zoo
split Grouped(match(rows.name, "n(\\\\d+)"), train = 60%, validation = 20%, test = 20%)
```
""",
)

WRONG_JOIN = register(
    "ZOO431",
    "a join whose equality is not between its two frames",
    """
`on = left == right` says what is equal in the rows that are brought together: one side is computed of columns of the frames
before the `->`, the other of the frame that is joined to them.

Wrong:

```zoo
people = CSV("rows.csv")
more   = CSV("rows.csv")
rows   = people -> Join(more, on = people.user == people.item)
```

Right:

```zoo
people = CSV("rows.csv")
more   = CSV("rows.csv")
rows   = people -> Join(more, on = people.name == more.name)
feature rows["people.x1"], rows["more.x2"], rows["people.x3"], rows["people.x4"]
label   rows["people.kind"] -> ClassIndex(3)
```
""",
)

JOINED_TWICE = register(
    "ZOO432",
    "a frame is joined to itself, or twice",
    """
Each frame of a chain is in it once, so that `table.name` means one column. Read the file a second time, by another name, if
its rows are wanted twice.

Wrong:

```zoo
table = CSV("rows.csv")
rows  = table -> Join(table, on = table.name == table.name)
```

Right:

```zoo
table = CSV("rows.csv")
again = CSV("rows.csv")
rows  = table -> Join(again, on = table.name == again.name)
feature rows["table.x1"], rows["again.x2"], rows["table.x3"], rows["table.x4"]
label   rows["table.kind"] -> ClassIndex(3)
```
""",
)

AMBIGUOUS_COLUMN = register(
    "ZOO433",
    "two frames have a column of this name",
    """
A joined frame has the columns of both sides. A name that both have could mean either, so that it is written with the name
of the frame that it comes from, in quotes. What the frames are joined by is the same in both, and keeps its name.

Wrong:

```zoo
people = CSV("rows.csv")
more   = CSV("rows.csv")
rows   = people -> Join(more, on = people.name == more.name)
feature rows.x1, rows.x2, rows.x3, rows.x4
label   rows["people.kind"] -> ClassIndex(3)
```

Right:

```zoo
people = CSV("rows.csv")
more   = CSV("rows.csv")
rows   = people -> Join(more, on = people.name == more.name)
feature rows["people.x1"], rows["people.x2"], rows["more.x3"], rows["more.x4"]
label   rows["people.kind"] -> ClassIndex(3)
```
""",
)

NOTHING_JOINED = register(
    "ZOO434",
    "a join finds no rows that belong together",
    """
Keys are equal to the letter: `00000013_005.jpg` is not `00000013_005.png`, and `a/b.jpg` not `b.jpg`. `stem` takes the folders
and the ending off a path, `basename` the folders alone, `lower` makes letters small, `match` gives the part that a pattern fits.
What would make most keys meet is tried, and named.

Wrong, if the table names `.png` files and the folder holds `.jpg`:

```zoo
rows = images -> Join(findings, on = images.origin == findings["Image Index"])
```

Right:

```zoo
rows = images -> Join(findings, on = stem(images.origin) == stem(findings["Image Index"]))
```
""",
)

LITTLE_JOINED = register(
    "ZOO435",
    "a join leaves most rows out",
    """
Less than half of the rows of either side have a partner on the other: the rest are left out. That may be meant; more often
some keys are written in another way than the others. This is a warning.

Wrong, if most of the table's names have an ending and the files' stems have none:

```zoo
rows = images -> Join(findings, on = stem(images.origin) == findings["Image Index"])
```

Right:

```zoo
rows = images -> Join(findings, on = stem(images.origin) == stem(findings["Image Index"]))
```
""",
    warning=True,
)

REPEATED_KEYS = register(
    "ZOO436",
    "a join makes several rows of one",
    """
A row with several partners becomes as many rows. In a table of labels that is as a rule a mistake: an image that is listed
twice is trained on twice. All its rows fall to the same part of a `Random` split. Take the repetitions out of the table, or
keep one kind of row of it before it is joined. This is a warning.

Wrong, if the table lists some files twice:

```zoo
rows = images -> Join(findings, on = stem(images.origin) == stem(findings["Image Index"]))
```

Right:

```zoo
once = findings -> Where(findings.reader == "A")
rows = images -> Join(once, on = stem(images.origin) == stem(once["Image Index"]))
```
""",
    warning=True,
)

FOREIGN_COLUMN = register(
    "ZOO437",
    "a step goes by a column of another frame",
    """
`Join` and `Where` see the columns of the frame that their chain begins with, and of those that it has joined before them. The
frame that the chain defines has its columns when it is done.

Wrong:

```zoo
people = CSV("rows.csv")
others = CSV("rows.csv")
rows   = people -> Where(others.age >= 18)
```

Right:

```zoo
people = CSV("rows.csv")
rows   = people -> Where(people.age >= 18)
```
""",
)

WRONG_FOLDS = register(
    "ZOO438",
    "a fold that does not exist",
    """
`GroupedFold` divides the groups into `folds` folds, which are numbered from 0. One of them tests, with `validation = true` the
next one validates, and what is left trains.

Wrong:

```zoo
split GroupedFold(rows["Patient ID"], fold = 5, folds = 5)
```

Right:

```zoo
split GroupedFold(rows["Patient ID"], fold = 4, folds = 5)
```
""",
)

BAD_FILES = register(
    "ZOO439",
    "some files are no images",
    """
Of up to 256 files, spread evenly, the beginnings are looked at when a spec is checked. Files that are empty, cut off or of
another kind are left out when it runs, and are listed with the reason in the run folder's `bad_files.csv`; with `on_error =
fail` they end it. This is a warning.

Wrong, if the folder holds other files too:

```zoo
images = Images("photos/*")
```

Right:

```zoo
images = Images("photos/*.png")
```
""",
    warning=True,
)

NOTHING_KEPT = register(
    "ZOO449",
    "a condition that no row fulfils",
    """
`Where` keeps the rows for which its condition holds. Where it holds for none, nothing is left to train on: most likely the
value is spelt otherwise in the data, or the comparison is the wrong way round. The message shows what the column holds.

Wrong:

```zoo
people = CSV("rows.csv")
rows   = people -> Where(people.age < 0)
```

Right:

```zoo
people = CSV("rows.csv")
rows   = people -> Where(people.age >= 0)
```
""",
)
