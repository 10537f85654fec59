"""Makes models/wide/1/model.onnx: a linear classifier of vectors of 256 numbers, as behind an embedding.

Needs onnx, as Examples/electricity/requirements.txt lists. Its run takes a microsecond or two a row, so that a request's
time is that of its numbers on the wire. Input `input` [n, 256] FP32, output `probabilities` [n, 2].
"""

from pathlib import Path

from onnx import TensorProto, helper, save

features = 256
weights = [0.001 * ((7 * i) % 201 - 100) for i in range(features * 2)]
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["input", "weights"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ],
    "wide",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", features])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 2])],
    [helper.make_tensor("weights", TensorProto.FLOAT, [features, 2], weights)],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
path = Path(__file__).resolve().parent / "models" / "wide" / "1" / "model.onnx"
path.parent.mkdir(parents=True, exist_ok=True)
save(model, path)
print(f"{path}: {path.stat().st_size:,} bytes")
