"""Makes the models of dynamic batching: small files whose run takes about a millisecond for a row and little more for many.

Needs onnx, as Examples/electricity/requirements.txt lists. Eight features go through dense layers, whose weights are made at
load by ConstantOfShape, so that the files stay small. Input `input` [n, 8] FP32, output `output` [n, 8].

dense: 6 layers of 1,024 units. A single row waits for the weights to come out of memory, and many rows share them; how much
that gains is the machine's: little where 24 MB of weights fit into its cache.
deep: 1,000 layers of 16 units. A run is a thousand small steps, as in models that are unrolled, and costs about the same for
many rows.
"""

from pathlib import Path

from onnx import TensorProto, helper, save


def make(name, units, layers):
    nodes, initializers = [], []

    def weights(label, rows, columns):
        value = helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0 / rows])
        shape = helper.make_tensor(f"{label}_shape", TensorProto.INT64, [2], [rows, columns])
        initializers.append(shape)
        nodes.append(helper.make_node("ConstantOfShape", [shape.name], [label], value=value))

    def dense(source, rows, columns, index):
        weights(f"w{index}", rows, columns)
        nodes.append(helper.make_node("MatMul", [source, f"w{index}"], [f"m{index}"]))
        return f"m{index}"

    current = dense("input", 8, units, 0)
    for layer in range(1, layers + 1):
        nodes.append(helper.make_node("Relu", [current], [f"r{layer}"]))
        current = dense(f"r{layer}", units, units, layer)
    weights("last", units, 8)
    nodes.append(helper.make_node("MatMul", [current, "last"], ["output"]))
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 8])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 8])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = Path(__file__).resolve().parent / "models" / name / "1" / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    save(model, path)
    print(f"{path}: {path.stat().st_size:,} bytes")


make("dense", 1024, 6)
make("deep", 16, 1000)
