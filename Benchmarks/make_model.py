"""Makes models/gb/1/model.onnx: 100 boosted trees of depth 5 on 8 features, as the budgets name it.

Needs what Examples/electricity/requirements.txt lists. Input `input` [n, 8] FP32, outputs `label`
[n] INT64 and `probabilities` [n, 2] FP32.
"""

from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier

x, y = make_classification(n_samples=4000, n_features=8, n_informative=6, random_state=7)
trees = GradientBoostingClassifier(n_estimators=100, max_depth=5, random_state=7)
trees.fit(x.astype(np.float32), y)
model = to_onnx(
    trees,
    initial_types=[("input", FloatTensorType([None, 8]))],
    options={id(trees): {"zipmap": False}},
    target_opset={"": 17, "ai.onnx.ml": 3},
)
path = Path(__file__).resolve().parent / "models" / "gb" / "1" / "model.onnx"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_bytes(model.SerializeToString(deterministic=True))
print(f"{path}: {path.stat().st_size:,} bytes")
