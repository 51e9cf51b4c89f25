"""The independent oracle: networks as Keras 3 computes them on TensorFlow, and its step of training."""
