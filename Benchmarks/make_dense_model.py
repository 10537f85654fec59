"""Makes models/dense/1/model.onnx: a small file whose run takes about a millisecond for a row and little more for many.

Needs onnx, as Examples/electricity/requirements.txt lists. Eight features go through dense layers of 1,024 units, whose
weights are made at load by ConstantOfShape, so that the file stays at a kilobyte. A single row waits for the weights to
come out of memory; many rows share them: what dynamic batching is for. Input `input` [n, 8] FP32, output `output` [n, 8].
"""

from pathlib import Path

from onnx import TensorProto, helper, save

UNITS, LAYERS = 1024, 6

nodes, initializers = [], []


def weights(name, rows, columns):
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0 / rows])
    shape = helper.make_tensor(f"{name}_shape", TensorProto.INT64, [2], [rows, columns])
    initializers.append(shape)
    nodes.append(helper.make_node("ConstantOfShape", [shape.name], [name], value=value))


def dense(source, rows, columns, index):
    weights(f"w{index}", rows, columns)
    nodes.append(helper.make_node("MatMul", [source, f"w{index}"], [f"m{index}"]))
    return f"m{index}"


current = dense("input", 8, UNITS, 0)
for layer in range(1, LAYERS + 1):
    nodes.append(helper.make_node("Relu", [current], [f"r{layer}"]))
    current = dense(f"r{layer}", UNITS, UNITS, layer)
weights("last", UNITS, 8)
nodes.append(helper.make_node("MatMul", [current, "last"], ["output"]))
graph = helper.make_graph(
    nodes,
    "dense",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 8])],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 8])],
    initializers,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
path = Path(__file__).resolve().parent / "models" / "dense" / "1" / "model.onnx"
path.parent.mkdir(parents=True, exist_ok=True)
save(model, path)
print(f"{path}: {path.stat().st_size:,} bytes")
