"""Rules 55x, clips and boxes: where a clip lies, what the boxes are made of, and what they are compared with."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

CLIP_AT_AN_ADDRESS = register(
    "ZOO551",
    "a clip that is no file",
    """
OpenCV reads clips from files. One that lies on HDFS or S3 is copied to a folder that every machine of the cluster sees
under the same path.

Wrong:

```zoo
frames = Video("hdfs://host/clips/dog.mp4")
```

Right:

```zoo
frames = Video("/mnt/clips/dog.mp4")
```
""",
)

DETECTED_PICTURES = register(
    "ZOO552",
    "boxes of what is no picture, or of another size",
    """
`detect` tells where things are in the pictures that `Images` or `Video` read, in their own pixels, and by their names. Pictures
are brought to the network's size by `Resize` in `preprocess`, from which boxes are brought back; a reader's `resize`
forgets what the size was.

Wrong:

```zoo
photos = Images("photos/*.jpg", resize = 352x352)
```

Right:

```zoo
photos = Images("photos/*.jpg")
preprocess {
  Resize(352x352)
}
```
""",
)

MOVED = register(
    "ZOO553",
    "a step that moves things, before boxes",
    """
A box is found in what the network sees, and told in the picture. That is the same part of both after `Resize`, and after
steps that change colours. After a crop or a flip it is not.

Wrong:

```zoo
preprocess {
  Resize(400x400)
  CenterCrop(352x352)
}
```

Right:

```zoo
preprocess {
  Resize(352x352)
}
```
""",
)

OTHER_CELLS = register(
    "ZOO554",
    "a network's output that is not the detector's",
    """
A detector knows what the numbers of the network's output mean. `FastestDet` reads 5 + classes numbers for each cell of a grid:
80 classes and 22 by 22 cells are 85x22x22. The classes are those that the network was trained on, in the same order.

Wrong, for a network that gives 85x22x22:

```zoo
output FastestDet(["cat", "dog"])
```

Right, where the file has the names of all 80:

```zoo
output FastestDet("coco.names")
```
""",
)

KNOWN_BOXES = register(
    "ZOO555",
    "known boxes that nothing can be compared with",
    """
A table of known boxes has the columns `image` (what the pictures' column `origin` holds), `class` (one of the detector's), and
`x1`, `y1`, `x2`, `y2`: the left, top, right and bottom edge in pixels of the picture.

Wrong, a box by its corner, width and height:

```csv
image,class,x1,y1,x2,y2
cat.jpg,cat,120,80,60,40
```

Right:

```csv
image,class,x1,y1,x2,y2
cat.jpg,cat,120,80,180,120
```
""",
)

CLASS_NAMES = register(
    "ZOO556",
    "names of classes that cannot be",
    """
A file of classes has a name a line, each once, in the order in which the network gives them; empty lines do not count.

Wrong:

```text
cat
dog
cat
```

Right:

```text
cat
dog
bird
```
""",
)

OTHER_PICTURES = register(
    "ZOO557",
    "known boxes of other pictures",
    """
Known boxes belong to pictures by name: `image` holds what the pictures' column `origin` does, which begins where a glob
has its first wildcard; frames of a clip are `clip.mp4/000012`. Pictures without a row have no boxes. If no row is of a
picture that is read, the boxes that are found are told and drawn, and compared with nothing.

Wrong, where the pictures are `Images("photos/*.jpg")`:

```csv
image,class,x1,y1,x2,y2
photos/cat.jpg,cat,120,80,180,120
```

Right:

```csv
image,class,x1,y1,x2,y2
cat.jpg,cat,120,80,180,120
```
""",
    warning=True,
)
