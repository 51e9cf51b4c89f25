"""Rules 7xx, the folders of runs: made, written, and gone on with."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

FOLDER_NOT_EMPTY = register(
    "ZOO705",
    "the run folder is not empty",
    """
A run never overwrites what another has made. `--out` names a folder that is empty or not there yet; with `--resume`, it
names the run to go on with.

Wrong, the second time:

```sh
zoodsl run mnist.zoo --out runs/first
```

Right:

```sh
zoodsl run mnist.zoo --out runs/second
zoodsl run mnist.zoo --out runs/first --resume
```
""",
)

CANNOT_WRITE_RUN = register(
    "ZOO706",
    "the run folder cannot be written",
    """
The operating system refused to write into the run folder; the message carries its reason. Run folders are made below
the folder `runs` of the folder you are in, unless `--out` names another.

Wrong, in a folder that is not yours:

```sh
cd /usr/share/specs && zoodsl run mnist.zoo
```

Right:

```sh
zoodsl run /usr/share/specs/mnist.zoo --out ~/runs/mnist
```
""",
)

NOTHING_TO_RESUME = register(
    "ZOO707",
    "there is no run to resume",
    """
`--resume` goes on with the spec's newest run that was interrupted or failed, or with the one that `--out` names. A
finished run is finished; start anew, or raise `epochs` and start anew.

Wrong, where nothing was interrupted:

```sh
zoodsl run mnist.zoo --resume
```

Right:

```sh
zoodsl runs   # what there is, and how each stands
zoodsl run mnist.zoo
```
""",
)

PROGRAM_DIFFERS = register(
    "ZOO708",
    "the run to resume was another program",
    """
A resumed run must be what one uninterrupted run would have been. So the spec and its params must give the same program
as when the run began; the message shows the first lines that differ.

Wrong, after `zoodsl run mnist.zoo --set batch_size=128` was interrupted:

```sh
zoodsl run mnist.zoo --resume
```

Right:

```sh
zoodsl run mnist.zoo --set batch_size=128 --resume
```
""",
)

RUN_IN_USE = register(
    "ZOO709",
    "the run is running",
    """
Another process is carrying out the run in this folder. Two of them would write the same files.

Wrong, while the run goes on in another terminal:

```sh
zoodsl run mnist.zoo --resume
```

Right, once the other has ended, by itself or by Ctrl-C:

```sh
zoodsl run mnist.zoo --resume
```
""",
)
