"""Right texts that between them use all of the language's syntax; the first are the design's own examples."""

from __future__ import annotations

CHEST_XRAY = '''\
zoo 1
"""Fourteen thoracic diseases from NIH ChestX-ray14, by transfer learning from ResNet-50."""

param image_glob: path = "data/xray/images/*.png"
param table:      path = "data/xray/Data_Entry_2017.csv"

let diseases = ["Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule",
                "Pneumonia", "Pneumothorax", "Consolidation", "Edema", "Emphysema",
                "Fibrosis", "Pleural_Thickening", "Hernia"]

data {
  images   = Images(image_glob, resize = 256x256)
  findings = CSV(table, header = true)
  rows     = images -> Join(findings, on = stem(images.origin) == stem(findings["Image Index"]))

  feature  rows.image
  label    rows["Finding Labels"] -> MultiHot(diseases, separator = "|", none = "No Finding")
  split    Grouped(rows["Patient ID"], train = 70%, validation = 10%, test = 20%, seed = 42)
}

preprocess {
  CenterCrop(224x224)
  training {
    RandomApply(HFlip(), 50%)
    RandomApply(Brightness(0, 32), 50%)
  }
  ChannelNormalize(mean = [123.68, 116.779, 103.939])
}

base resnet50 {
  load   "models/resnet-50.model"
  cut    at "pool5"
  freeze up to "res4f"
}

network {
  input  3x224x224
  resnet50()
  GlobalAveragePooling2D()
  Dropout(0.2)
  Dense(14, activation = sigmoid, kernel_regularizer = L2(0.1), bias_regularizer = L2(0.1))
}

optimize {
  loss      BinaryCrossentropy(weights = balanced)
  optimizer Adam(learning_rate = 1e-7, clip_norm = 1.0)
  schedule  Warmup(to = 1e-4) for 5 epochs
            then Plateau(monitor = loss, factor = 0.1, patience = 1, epsilon = 0.01,
                         min_lr = 1e-15) for 10 epochs
}

train {
  seed       42
  batch      1024
  epochs     15
  validate   every 1 epoch with AUC()
  stop       EarlyStopping(monitor = AUC, patience = 4)
  checkpoint every 1 epoch
  keep       best by AUC
  log        loss, learning_rate every 50 iterations
}

evaluate {
  metric RocAuc(per = label), RocAuc(average = macro)
  plot   roc, auc_by_label, curves
}

property "pixels reach the network normalised" {
  forall image in AnyImage(channels = 3, height = 200..1024, width = 200..1024)
  Shape(preprocess(image)) == 3x224x224
  Within(preprocess(image), -130..152)
}
'''

RECOMMENDER = """\
zoo 1

network {
  user = Input(1)
  item = Input(1)
  u    = user -> Embedding(6041, 20) -> Flatten()
  i    = item -> Embedding(3953, 20) -> Flatten()
  mlp  = Concatenate(u, i) -> Dense(20, activation = relu) -> Dense(10, activation = relu)
  gmf  = Multiply(u, i)
  output Concatenate(mlp, gmf) -> Dense(5, activation = softmax)
}
"""

BOTTLENECK = """\
zoo 1

block bottleneck(x, width: int, stride: int = 1, project: bool = false) {
  long  = x -> Conv2D(width, 1x1, strides = stride) -> BatchNormalization() -> ReLU()
            -> Conv2D(4 * width, 1x1) -> BatchNormalization()
  short = if project { x -> Conv2D(4 * width, 1x1, strides = stride) -> BatchNormalization() } else { x }
  output Add(long, short) -> ReLU()
}
network {
  input 3x224x224
  repeat k in ["a", "b", "c"] as "res2{k}" { bottleneck(64, project = (k == "a")) }
}
"""

EVERYTHING = '''\
# before the header
zoo 1 # the version
"""A docstring
  over lines # not a comment"""

use zoo.resnet as r
use "parts/x.zoo" as x
use zoo.lenet
param batch: int = 64
param source: reader
let half = batch / 2
let loss = [1, -2.5, +3, 1e-4, 1.5E+3, "a \\"quoted\\" \\\\ text\\n\\t", true, false,]
let sum = (1 + 2) * 3 - -4 / (5 - 6) - (7 - 8)
let none = []

block unit(x, width: int, stride: int = 1,) {
  """A unit."""
  a = x -> Conv2D(width, 3x3) as "conv" -> ReLU()
        -> BatchNormalization()
  b = Dense(1) as "alone"
  c = if width > 3 {
    x
  } else {
    if stride == 1 { a } else { b }
  }
  repeat k in 1..3 as "u{k}" { repeat j in [1, 2] { Dense(k) } }
  output Add(a, b)
    -> ReLU()
}

base net {
  load "a.model" into r.net()
  expects 3x224x224, RGB, -1..1
  cut before "pool5"
  freeze all
  freeze up to "res*", "x"
  unfreeze "res5*"
  rename "a" to "b"
  replace "fc" with Dense(3) as "fc2"
}

predict { }

train {
  phase freeze all for 3 epochs
        then unfreeze "res5*", "bn5*" for 5 epochs
  learning_rate 10% for "res5*", "x"
  stop EarlyStopping(monitor = loss, label = 3, if = 1, true = 2), after 30 min
  checkpoint every 1 epoch
  log loss, learning_rate every 50 iterations
  keep best by AUC
  memory 4 GB
  seed -(1)
  loss if (batch <= 3) { 50% } else { rows.label[0].input(1)(2) }
}

property "words stay free" {
  forall image in AnyImage(height = 200..1024,
                           then = 1) # after
  Shape(preprocess(image)) == 3x224x224
  "text" != image.if
  (loss)
  -130..152
}
# the end
'''

SPECIMENS = (CHEST_XRAY, RECOMMENDER, BOTTLENECK, EVERYTHING)
