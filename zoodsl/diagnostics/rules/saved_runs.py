"""Rules 74x, what is asked of a run that is over: that it predicts, and that it is judged again."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NO_SUCH_RUN = register(
    "ZOO740",
    "no run of this name",
    """
A run is named by its folder, `runs/mnist/2026-05-01_12-00-00`, or by its spec, which means the newest run of it that has
saved its network. Names are looked for in the folder `runs` of where the command is given. `zoodsl runs` lists them.

Wrong, where the spec is called `mnist.zoo`:

```sh
zoodsl predict minst digit.png
```

Right:

```sh
zoodsl predict mnist digit.png
```
""",
)

NETWORK_NOT_SAVED = register(
    "ZOO741",
    "a run that has saved no network",
    """
The network is saved when training has ended, in the run folder's `prediction/`. A run that still trains, or that was
interrupted, has none yet: wait, or let it go on with `--resume`. A run whose spec has no network never has one.

Wrong, where the run was interrupted:

```sh
zoodsl evaluate mnist
```

Right:

```sh
zoodsl run mnist.zoo --resume
zoodsl evaluate mnist
```
""",
)

RUN_UNUSABLE = register(
    "ZOO742",
    "a run folder that cannot be used",
    """
What predicts and judges is read from the run folder: `run.json`, `spec.zoo`, `spec.json`, `prediction/` and, where there
are any, `thresholds.json`. Runs of versions before there was `spec.json` lack it, and one of a later version may hold
what this one does not know. Take the version that made the run, or run the spec again.

Wrong, with a folder of which files are missing:

```sh
cp -r runs/mnist/2026-05-01_12-00-00/prediction copy
zoodsl predict copy digit.png
```

Right:

```sh
cp -r runs/mnist/2026-05-01_12-00-00 copy
zoodsl predict copy digit.png
```
""",
)

ANOTHER_NETWORK = register(
    "ZOO743",
    "a param that would make another network",
    """
`evaluate` judges the network as it was trained. `--set` may change the data that it is judged on, how they are
divided, and what is measured. It cannot change the network, its preprocessing, its label, or how it was trained: those are
done.

Wrong:

```sh
zoodsl evaluate mnist --set max_epochs=5
```

Right:

```sh
zoodsl run mnist.zoo --set max_epochs=5
zoodsl evaluate mnist
```
""",
)

WHICH_ROWS = register(
    "ZOO744",
    "rows that cannot be predicted",
    """
`predict` takes files of what the network was trained on: images, or one table with the columns that it is fed. Without
files, it predicts the rows of the spec's `predict` section. A folder is named by a glob of its files.

Wrong, for a network that is fed images:

```sh
zoodsl predict animals notes.txt
```

Right:

```sh
zoodsl predict animals 'new/*.png'
```
""",
)

NOTHING_TO_JUDGE_BY = register(
    "ZOO745",
    "a run without anything to be judged by",
    """
`evaluate` measures what the spec's section `evaluate` says. Where there is no such section, nothing says it: add one, and run
the spec again.

Wrong, where `mnist.zoo` has no section `evaluate`:

```sh
zoodsl evaluate mnist
```

Right, after `evaluate { metric Accuracy() }` has been added:

```sh
zoodsl run mnist.zoo
zoodsl evaluate mnist
```
""",
)

NEEDS_BIGDL = register(
    "ZOO746",
    "a prediction that NumPy cannot make",
    """
Few rows are predicted in this process by NumPy, which takes a second where Java takes half a minute. It has all layers, but
not all kinds of rows: those behind addresses, or windows of series. `--on bigdl` predicts everything; without
`--on` what fits is taken.

Wrong, where rows lie on HDFS:

```sh
zoodsl predict animals 'hdfs://host/new/*.png' --on numpy
```

Right:

```sh
zoodsl predict animals 'hdfs://host/new/*.png'
```
""",
)

OTHER_VERSION = register(
    "ZOO747",
    "a run of another version",
    """
The run was made by another version of zoodsl than this one. What it saved is read as this version understands it,
which is the same in most cases. This is a warning.

Wrong, with version 0.2 and a run of 0.1:

```sh
zoodsl predict mnist digit.png
```

Right:

```sh
pip install zoodsl==0.1.0
zoodsl predict mnist digit.png
```
""",
    warning=True,
)

BASELINE_LEFT_OUT = register(
    "ZOO748",
    "a baseline that has no rows to be found from",
    """
Some baselines, such as `ALS`, are found from the rows that train before they answer for others. Where all rows are judged,
by `--all-rows` or because the data that `--set` names are not divided, none is left to find them from: the network is
judged without them. This is a warning.

Wrong, where `evaluate` has `baseline ALS()`:

```sh
zoodsl evaluate ratings --all-rows
```

Right:

```sh
zoodsl evaluate ratings
```
""",
    warning=True,
)
