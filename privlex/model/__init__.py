"""The trained tier at run time: blocks to spans on onnxruntime; the weights beside it come from ``training/``."""

from privlex.model.reader import TrainedReader

__all__ = ["TrainedReader"]
