"""Rules 7xx, running a program."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

CORES_DO_NOT_DIVIDE = register(
    "ZOO701",
    "the cores do not divide the batch",
    """
Every iteration shares a batch equally among all cores, so that the number of cores must divide the `batch`. Without
`--master`, a run takes the most cores of the machine that do.

Wrong, in a spec with `batch 64`:

```sh
zoodsl run mnist.zoo --master 'local[3]'
```

Right:

```sh
zoodsl run mnist.zoo --master 'local[4]'
```
""",
)

NOT_A_MASTER = register(
    "ZOO702",
    "not a master that a run goes to",
    """
`zoodsl run` trains on the cores of this machine (`local`, `local[4]`, or `local[*]` for all cores), on processes of this
machine that it starts as a cluster (`--executors`), or on a Spark cluster that is there (`spark://host:7077`). On others,
give the compiled program to `spark-submit`; it is the same program.

Wrong:

```sh
zoodsl run mnist.zoo --master yarn
```

Right:

```sh
zoodsl compile mnist.zoo --target bigdl -o mnist.py
spark-submit --master yarn mnist.py
```
""",
)

TOO_LITTLE_MEMORY = register(
    "ZOO703",
    "too little memory",
    """
The plan estimates what training needs, and the run compares it with the memory that is free before it starts Java. The
layers' outputs for one batch are most of it in image networks, and they grow with the batch.

Wrong, on a machine with 8 GB:

```zoo
batch 512
```

Right:

```zoo
batch 32
```
""",
)

TOO_LITTLE_DISK = register(
    "ZOO704",
    "too little space on the disk",
    """
A run writes checkpoints, the best and the last model and the prediction model: about six times the weights. What a run
had written when the disk became full stays as it was: each file is whole or not there.

Wrong, where the disk of the folder is full:

```sh
zoodsl run mnist.zoo
```

Right:

```sh
zoodsl run mnist.zoo --out /mnt/large/mnist
```
""",
)

ENDED_UNEXPECTEDLY = register(
    "ZOO710",
    "the training process ended unexpectedly",
    """
The process that trains was ended from outside: signal 9 is what Linux sends when the machine is out of memory, and what
`kill -9` sends. Checkpoints stay, so that the run can be resumed.

Wrong, on a machine with little memory:

```zoo
batch 512
```

Right:

```zoo
batch 64
```
""",
)

JAVA_OUT_OF_MEMORY = register(
    "ZOO711",
    "Java ran out of memory",
    """
Training needed more than the Java heap holds. The heap is sized from the plan's estimate and the machine's free memory;
`--memory` sets it. What needs most is the layers' outputs for one batch.

Wrong:

```sh
zoodsl run resnet.zoo --memory 2g
```

Right:

```sh
zoodsl run resnet.zoo --memory 8g
```
""",
)

JAVA_ENDED = register(
    "ZOO712",
    "the Java process ended unexpectedly",
    """
Java, in which Spark runs, ended in the middle of the run. Most often the system took it for want of memory; a crash in
native code leaves `java-crash.txt` in the run folder.

Wrong, on a machine whose memory other programs use:

```sh
zoodsl run resnet.zoo --memory 16g
```

Right:

```sh
zoodsl run resnet.zoo --memory 8g
```
""",
)

LOSS_NOT_FINITE = register(
    "ZOO713",
    "the loss is not a number",
    """
Training diverged: the loss became infinite or not a number, and from there no weight is a number again. Mostly the
learning rate is too high, the inputs are not normalised, or the data hold values that are not numbers.

Wrong:

```zoo
optimizer SGD(learning_rate = 10.0)
```

Right:

```zoo
optimizer SGD(learning_rate = 0.01)
```
""",
)

LABEL_OUT_OF_RANGE = register(
    "ZOO714",
    "a label is outside the classes",
    """
Labels count from 0: `ClassIndex(10)` takes 0 to 9. Where the data could not be looked at before, a label beyond is found
when the loss first meets it.

Wrong, for labels 1 to 10:

```zoo
label digits.label -> ClassIndex(10)
```

Right:

```zoo
label digits.label -> ClassIndex(11)
```
""",
)

DATA_NOT_THERE = register(
    "ZOO715",
    "the data are not there",
    """
A file or folder that the spec reads was not there when the run came to it. Relative paths in a spec start at the spec's
own folder.

Wrong, where the images are in `data/train` beside the spec:

```zoo
photos = Images("train/*.jpg")
```

Right:

```zoo
photos = Images("data/train/*.jpg")
```
""",
)

DATA_NOT_READABLE = register(
    "ZOO716",
    "the data cannot be read as they are",
    """
A row is not what the reader expects: a file that is damaged or of another format, a column that is empty in some row, a
text where a number belongs. `log.txt` in the run folder names the row.

Wrong, in a table of which `age` is a feature:

```csv
age,weight
41,72.5
,68.0
```

Right, with the empty cell filled or its row removed:

```csv
age,weight
41,72.5
```
""",
)

SHAPES_DISAGREE = register(
    "ZOO717",
    "the engine met a tensor of another shape",
    """
The rows that arrived have another shape than the network's input. Where the data could be looked at, this is found by
`zoodsl check`; images of several sizes need `Resize` before they enter a network.

Wrong:

```zoo
preprocess {
  HFlip()
}
```

Right:

```zoo
preprocess {
  Resize(224x224)
  HFlip()
}
```
""",
)

ENGINE_DOES_NOT_FIT = register(
    "ZOO718",
    "parts of the engine do not fit together",
    """
Java, Spark and BigDL are there, but not in releases that fit. `zoodsl doctor` compares them and says the command that
mends it.

Wrong:

```sh
pip install --upgrade pyspark
```

Right:

```sh
zoodsl doctor
```
""",
)

SPARK_DID_NOT_START = register(
    "ZOO719",
    "Spark did not start",
    """
Java began but Spark's session did not come up. `log.txt` in the run folder holds what it said. Often the machine cannot
resolve its own name, or a security program keeps processes from talking to each other on it.

Wrong, where a firewall closes local ports:

```sh
zoodsl run mnist.zoo
```

Right:

```sh
zoodsl doctor
```
""",
)

CHECKPOINT_DAMAGED = register(
    "ZOO720",
    "the checkpoint cannot be read",
    """
The run to resume has a checkpoint that is damaged: the machine went down while it was being written, or it was changed.

Wrong:

```sh
zoodsl run mnist.zoo --resume
```

Right:

```sh
zoodsl run mnist.zoo
```
""",
)

NO_FEATURES = register(
    "ZOO721",
    "there are no features to keep",
    """
`--features` names a folder that keeps what the frozen beginning of a network gives for each row, for other runs. That
needs weights that come from files and are frozen from the first epoch on, and rows without random steps.

Wrong, for a network that is trained as a whole:

```sh
zoodsl run mnist.zoo --features features
```

Right:

```sh
zoodsl run mnist.zoo
zoodsl run transfer_learning.zoo --features features
```
""",
)

FEATURES_UNUSABLE = register(
    "ZOO722",
    "the folder for features cannot be used",
    """
The folder that `--features` names cannot be made, or what an earlier run left there is damaged, and is read whole or not
at all. The message names the folder that is damaged; once it is removed, its features are computed again.

Wrong, where `features` is a file:

```sh
zoodsl run transfer_learning.zoo --features features
```

Right:

```sh
zoodsl run transfer_learning.zoo --features kept/features
```
""",
)

PROGRAM_FAILED = register(
    "ZOO799",
    "the program failed",
    """
The program stopped with an error that zoodsl does not know; the message is the engine's own. `error.txt` in the run
folder holds the whole trace, and `log.txt` what Java said. Once mended, the run can be resumed.

Wrong, after a failure whose cause is mended:

```sh
zoodsl run mnist.zoo
```

Right, without losing the epochs that are complete:

```sh
zoodsl run mnist.zoo --resume
```
""",
)
