"""Rules 4xx, data and preprocessing."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NO_SUCH_DATA = register(
    "ZOO401",
    "the data are not there",
    """
Readers name files, which are looked at before anything starts. Paths are relative to the `.zoo` file, not
to the folder from which a command is run. A glob must match at least one file; `**` stands for any number
of folders. Addresses such as `hdfs://...` and `s3a://...` are looked at only when the program runs.

Wrong, if the folder holds `.jpg` files:

```zoo
images = Images("data/xray/*.png")
```

Right:

```zoo
images = Images("data/xray/*.jpg")
```
""",
)

UNREADABLE_DATA = register(
    "ZOO402",
    "the data cannot be read",
    """
The file is there but may not be opened, or the path names a folder where a reader takes one file, or a file
where it takes a glob. `chmod u+r FILE` gives you the right to read a file of your own.

Wrong:

```zoo
images = Images("data/xray")
```

Right:

```zoo
images = Images("data/xray/*.png")
```
""",
)

EMPTY_DATA = register(
    "ZOO403",
    "there are no rows",
    """
The file is empty, or holds a header and nothing below it. Often a download was broken off, or a
program that writes the file had not finished.

Wrong:

```csv
age,weight
```

Right:

```csv
age,weight
41,72.5
```
""",
)

CORRUPT_DATA = register(
    "ZOO404",
    "the file is not what the reader takes",
    """
A file's first bytes say what it is: an IDX file of images begins with the number 2051, one of labels with
2049, an image (PNG, JPEG, BMP, GIF, TIFF or WebP) with marks of its own. They also say how long the file must be, so that a
broken download is noticed before a run.

Wrong, because the two are exchanged:

```zoo
digits = IDX(images = "train-labels-idx1-ubyte.gz", labels = "train-images-idx3-ubyte.gz")
```

Right:

```zoo
digits = IDX(images = "train-images-idx3-ubyte.gz", labels = "train-labels-idx1-ubyte.gz")
```
""",
)

UNEQUAL_COUNTS = register(
    "ZOO405",
    "images and labels differ in number",
    """
Image number n of an IDX file belongs to label number n of the other, so that both files hold equally many.
As a rule one is of the training set and the other of the test set.

Wrong:

```zoo
digits = IDX(images = "train-images-idx3-ubyte.gz", labels = "t10k-labels-idx1-ubyte.gz")
```

Right:

```zoo
digits = IDX(images = "train-images-idx3-ubyte.gz", labels = "train-labels-idx1-ubyte.gz")
```
""",
)

MALFORMED_TABLE = register(
    "ZOO406",
    "the table is not as the reader was told",
    """
`CSV` reads UTF-8 text with one row a line and one separator between values; every row has as many
values as the header has names, and no two names are the same. Values that contain the separator stand in
double quotes. `Delimited` cuts at every separator, and reads Latin-1 with `encoding = latin1`. `JSON` reads one
object a line.

Wrong, if the file separates with semicolons:

```zoo
rows = CSV("sales.csv")
```

Right:

```zoo
rows = CSV("sales.csv", separator = ";")
```
""",
)

UNKNOWN_SAMPLE = register(
    "ZOO407",
    "unknown sample data set",
    """
`Sample` reads what comes with scikit-learn: `digits` (images), and the tables `iris`, `wine`,
`breast_cancer` and `diabetes`.

Wrong:

```zoo
digits = Sample("mnist")
```

Right:

```zoo
digits = Sample("digits")
```
""",
)

BAD_READER_ARGUMENT = register(
    "ZOO408",
    "a reader cannot work with this argument",
    """
`Images` gives grey images (`channels = 1`) or RGB ones (`channels = 3`). The `separator` of `CSV` is one
character; `Delimited` takes longer ones. A `key` is a column of the table.

Wrong:

```zoo
images = Images("data/*.png", channels = 2)
```

Right:

```zoo
images = Images("data/*.png", channels = 1)
```
""",
)

UNKNOWN_COLUMN = register(
    "ZOO409",
    "unknown column",
    """
The columns of a frame are those that its reader finds in the data. Letters' case counts. A name that is not
one word is written in brackets and quotes.

Wrong:

```zoo
feature patients.patient_id
```

Right:

```zoo
feature patients["Patient ID"]
```
""",
)

WRONG_FEATURE = register(
    "ZOO410",
    "a network cannot be fed this column",
    """
A feature is one column of images, or one or more columns of numbers, all of one frame. Text says nothing to a
network until it has been made into numbers.

Wrong:

```zoo
feature patients.name
```

Right:

```zoo
feature patients.age, patients.weight
```
""",
)

WRONG_LABEL = register(
    "ZOO411",
    "the label's column and its codec do not fit",
    """
`ClassIndex(10)` takes whole numbers, `ClassIndex(["cat", "dog"])` and `MultiHot([...])` take text,
`Number()` takes numbers.

Wrong, if `species` holds text:

```zoo
label flowers.species -> ClassIndex(3)
```

Right:

```zoo
label flowers.species -> ClassIndex(["setosa", "versicolor", "virginica"])
```
""",
)

LABEL_OUT_OF_RANGE = register(
    "ZOO412",
    "the data hold a label that is none of the classes",
    """
Labels count from 0: `ClassIndex(5)` takes 0, 1, 2, 3 and 4. Data that count from 1 need one class more than
they use, or a column that counts from 0. Labels of text must be spelt as in the data.

Wrong, if the labels are 1 to 5:

```zoo
label ratings.rating -> ClassIndex(5)
```

Right:

```zoo
label ratings.rating -> ClassIndex(6)
```
""",
)

MISSING_VALUES = register(
    "ZOO413",
    "a used column has gaps",
    """
An empty value or a `NaN` in a feature or label would train silently into nonsense: one `NaN` makes every
weight `NaN`. A text among numbers, such as `n/a`, cannot be read at all. Take such rows out of the file, or
fill the gaps, before training on it.

Wrong:

```csv
age,weight
41,72.5
,68.0
```

Right:

```csv
age,weight
41,72.5
38,68.0
```
""",
)

WRONG_STEP = register(
    "ZOO414",
    "a preprocessing step cannot be applied here",
    """
Each step takes what the step before it gives: an image of some size, channels and range of values, or a
tensor. A crop is not larger than its image, also where files differ in size, and a `RandomCrop` is smaller on both
sides; `Brightness`, `Hue` and the like work on pixels of 0..255, so before `ChannelNormalize`; a list of means has
one entry, or one a channel; a mean image is of the images' size.

Wrong:

```zoo
preprocess {
  ChannelNormalize(mean = [127.5], std = [127.5])
  Brightness(-32..32)
}
```

Right:

```zoo
preprocess {
  Brightness(-32..32)
  ChannelNormalize(mean = [127.5], std = [127.5])
}
```
""",
)

WRONG_SHARES = register(
    "ZOO416",
    "the shares of a split are not 100 %",
    """
Every row belongs to one part, so that `train`, `validation` and `test` add up to 100 %; what is not given
is 0 %. Something must be left to train on.

Wrong:

```zoo
split Random(train = 80%, test = 30%)
```

Right:

```zoo
split Random(train = 80%, test = 20%)
```
""",
)

WRONG_SPLIT_COLUMN = register(
    "ZOO417",
    "a split cannot go by this column",
    """
`Stratified`, `Grouped` and `Fixed` go by a column's values as text. Whole numbers and text are written
alike everywhere; numbers with a fraction are not (1e10, 10000000000.0), and images have no text. The column
is one of the feature's frame.

Wrong, if `weight` has fractions:

```zoo
split Grouped(patients.weight, train = 80%, test = 20%)
```

Right:

```zoo
split Grouped(patients["Patient ID"], train = 80%, test = 20%)
```
""",
)

EMPTY_PART = register(
    "ZOO418",
    "a part of the split gets no rows",
    """
Shares are met as nearly as the rows allow: with few rows, or few groups, a small share may come out as
none. The parts of `Fixed` are the texts that the column holds, to the letter.

Wrong, if the column says `Train` and `Test`:

```zoo
split Fixed(rows.part, train = "train", test = "test")
```

Right:

```zoo
split Fixed(rows.part, train = "Train", test = "Test")
```
""",
)

SEVERAL_FRAMES = register(
    "ZOO419",
    "feature, label and split are of different frames",
    """
A record's feature and its label stand in one row, so that all columns that `data` names are of one frame. Where they come
from several, `Join` brings the rows together that belong together.

Wrong:

```zoo
feature images.image
label   table.finding -> ClassIndex(2)
```

Right:

```zoo
feature table.age, table.weight
label   table.finding -> ClassIndex(2)
```
""",
)

LABEL_IS_FED = register(
    "ZOO420",
    "the label is also a feature",
    """
A network that is fed what it is to learn reads the answer off its input: it is right on every row that it will be judged
by, and knows nothing that helps where the answer is not there.

Wrong:

```zoo
data {
  rows    = CSV("rows.csv")
  feature rows.x1, rows.kind
  label   rows.kind -> ClassIndex(2)
}
```

Right:

```zoo
data {
  rows    = CSV("rows.csv")
  feature rows.x1
  label   rows.kind -> ClassIndex(2)
}
```
""",
)

READER_PACKAGE_MISSING = register(
    "ZOO421",
    "a package that a reader needs is not installed",
    """
Two readers look at data with packages that zoodsl does not bring: `Video` decodes clips with OpenCV
(`pip install 'zoodsl[video]'`), and `Parquet` reads what files say of their columns with pyarrow
(`pip install 'zoodsl[tables]'`). They are installed where specs are checked; OpenCV is on every machine of the cluster too.
`zoodsl[bigdl]` brings both.

Wrong, where OpenCV is missing:

```sh
zoodsl check clip.zoo
```

Right:

```sh
pip install 'zoodsl[video]'
zoodsl check clip.zoo
```
""",
)
