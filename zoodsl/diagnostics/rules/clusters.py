"""Rules 7xx, runs on clusters."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

EXECUTORS_NOT_SAID = register(
    "ZOO730",
    "how many executors is not said",
    """
On a cluster, the engine shares each batch among all cores of a number of executors that is fixed beforehand. The section
`cluster` says it, or the command line, which wins.

Wrong, for a spec without `cluster`:

```sh
zoodsl run mnist.zoo --master spark://host:7077
```

Right:

```sh
zoodsl run mnist.zoo --master spark://host:7077 --executors 4 --cores 8
```
""",
)

CLUSTER_NOT_THERE = register(
    "ZOO731",
    "no cluster answers",
    """
Before Java starts, the run asks whether anything listens at the master's address.

Wrong, where the master listens at another port:

```sh
zoodsl run mnist.zoo --master spark://host:8080 --executors 4
```

Right:

```sh
zoodsl run mnist.zoo --master spark://host:7077 --executors 4
```
""",
)

CLUSTER_DOES_NOT_FIT = register(
    "ZOO732",
    "the cluster cannot run the program",
    """
Before it reads any data, a run on another cluster asks every executor: whether all that were asked for came within a
minute, whether Python is of the driver's version and has the packages that programs need, and whether the spec's folder
is there, where its relative paths start. A folder that all machines share, or the same one on each, will do; addresses
such as `hdfs://` need neither.

Wrong, where the executors' machines do not have the folder of the spec:

```sh
zoodsl run /home/me/mnist.zoo --master spark://host:7077 --executors 4
```

Right:

```sh
zoodsl run /shared/me/mnist.zoo --master spark://host:7077 --executors 4
```
""",
)

EXECUTOR_LOST = register(
    "ZOO733",
    "an executor was lost",
    """
The engine keeps the weights in its executors. When one of them ends, it may go on from the first weights as if nothing had
happened, while iterations count on. So the run ends here, and goes on from the last checkpoint with `--resume`. Most often
an executor ends for want of memory.

Wrong, where an executor needs more:

```sh
zoodsl run mnist.zoo --executors 2 --memory 600m
```

Right:

```sh
zoodsl run mnist.zoo --executors 2 --memory 2g --resume
```
""",
)
