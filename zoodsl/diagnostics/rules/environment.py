"""Rules 0xx, files and the environment."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NO_SUCH_FILE = register(
    "ZOO001",
    "no such file",
    """
The file named on the command line does not exist. Paths on the command line start at the folder you are in;
paths inside a `.zoo` file start at that file's own folder.

Wrong, where the file is called `mnist.zoo`:

```sh
zoodsl check minst.zoo
```

Right:

```sh
zoodsl check mnist.zoo
```
""",
)

NOT_A_FILE = register(
    "ZOO002",
    "a folder where a file belongs",
    """
Commands take `.zoo` files, not folders. Name the files, or let the shell do it.

Wrong:

```sh
zoodsl check examples/mnist
```

Right:

```sh
zoodsl check examples/mnist/*.zoo
```
""",
)

UNREADABLE_FILE = register(
    "ZOO003",
    "the file cannot be read",
    """
The operating system refused to read the file; the message carries its reason. Most often it is a missing read
permission.

Wrong, on a file whose mode is `---------`:

```sh
zoodsl check secret.zoo
```

Right:

```sh
chmod u+r secret.zoo
zoodsl check secret.zoo
```
""",
)

NOT_UTF8 = register(
    "ZOO004",
    "the file is not UTF-8 text",
    """
A `.zoo` file is UTF-8 text. The message gives the first byte that is not, counted from 0. Editors that save as
Latin-1 or UTF-16 can be told to save as UTF-8; a binary file (a model, an image) is never a spec.

Wrong, a text saved as Latin-1, in which `é` is the single byte E9:

```sh
iconv -f UTF-8 -t LATIN1 spec.zoo > latin.zoo && zoodsl check latin.zoo
```

Right:

```sh
iconv -f LATIN1 -t UTF-8 latin.zoo > spec.zoo && zoodsl check spec.zoo
```
""",
)

TOO_LARGE = register(
    "ZOO005",
    "the file is too large to be a spec",
    """
A spec is written by hand and has some hundred lines; a file above 4 MB is something else, most often the data or the
model that a spec should name. Reading stops there, so that a mistyped path costs no time.

Wrong:

```sh
zoodsl check resnet-50.model
```

Right:

```sh
zoodsl check resnet.zoo
```
""",
)

UNREADABLE_VALUES = register(
    "ZOO006",
    "the values file is not right",
    """
`--values FILE.yaml` sets params from a YAML file: names on the left, values on the right. Numbers, true and false
stand as they are; texts set a `string` or `path` param, and for a param of any other type they are written as in a
`.zoo` file.

Wrong, a list where names and values belong:

```yaml
- batch_size: 128
```

Right:

```yaml
batch_size: 128
source: IDX(images = "train-images.gz", labels = "train-labels.gz")
```
""",
)

CANNOT_WRITE = register(
    "ZOO007",
    "the file cannot be written",
    """
The operating system refused to write; the message carries its reason: no permission, no such folder, or a full disk.
Files are written beside their place and moved there when complete, so nothing is left half-written.

Wrong, where there is no folder `build`:

```sh
zoodsl compile spec.zoo --target bigdl -o build/train.py
```

Right:

```sh
mkdir build
zoodsl compile spec.zoo --target bigdl -o build/train.py
```
""",
)

UNKNOWN_TARGET = register(
    "ZOO008",
    "unknown target",
    """
A target is the system that a program is written for. `zoodsl compile --help` lists those that this version has.

Wrong:

```sh
zoodsl compile spec.zoo --target bigdll
```

Right:

```sh
zoodsl compile spec.zoo --target bigdl
```
""",
)

ENVIRONMENT_LACKS = register(
    "ZOO009",
    "the environment lacks something that a run needs",
    """
Checking, planning and compiling need Python alone; a run also needs Java 8, 11 or 17, Spark 3.5 and BigDL. What is
missing is found before Spark starts, and every finding comes with the one command that mends it.

Wrong, with the core of zoodsl alone:

```sh
zoodsl run spec.zoo
```

Right:

```sh
zoodsl doctor   # says what is missing, and the command that installs it
zoodsl run spec.zoo
```
""",
)

NOTHING_TO_TRAIN = register(
    "ZOO010",
    "a library where a spec is wanted",
    """
A file that has blocks and values but no sections is a library: other specs `use` it. It can be checked and formatted, but
there is nothing in it to plan, compile or run.

Wrong:

```sh
zoodsl run specs/zoo/lenet.zoo
```

Right, in a spec of its own:

```zoo
use zoo.lenet
```
""",
)
