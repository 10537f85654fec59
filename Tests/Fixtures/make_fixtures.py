"""Makes the small ONNX models that the Swift tests load.

    python3 make_fixtures.py GOLDEN STREAM

GOLDEN is a folder with gbt.onnx, lr.onnx, mlp.onnx and onnx_probabilities_400rows.json (made with
scikit-learn, skl2onnx and onnxruntime); STREAM is Examples/electricity/data/electricity.csv.gz,
whose rows the probabilities belong to. Without arguments the golden models stay as they are.

Needs what Examples/electricity/requirements.txt lists. Three repositories come out, each
<model>/<version>/model.onnx:

    models/golden   gbt, lr, mlp and probabilities.json: {"input", "output", "tolerance", "rows": n
                    rows of 6 numbers, "probabilities": {model: n probabilities of class 1}}
    models/types    identity_<datatype>: `x` in, `y` out, shape [n, 2], unchanged
    models/odd      fails (every run), brittle (a run whose largest x is 3 or more), nan, logarithm
                    (not finite for zeros), picky (knows two texts), garbage, truncated, sequence, slow
    models/hostile  what must be refused while traffic goes on, a model each: see hostile() below
    models/hang     moody: version 1 returns x; 2 (cheap) and 3 (dear) hang where the largest x is above 100
    models/zipmap   integers, texts: classifiers as skl2onnx makes them by default, and expected.json
    models/optional threshold: graph inputs with a default: `threshold`, a weight, and one of FLOAT8E4M3FN
"""

import csv
import gzip
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
REPOSITORIES = HERE / "models"

IDENTITIES = {
    "fp32": TensorProto.FLOAT,
    "fp64": TensorProto.DOUBLE,
    "fp16": TensorProto.FLOAT16,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "bool": TensorProto.BOOL,
    "bytes": TensorProto.STRING,
}


def write(repository, name, content, version=1):
    path = REPOSITORIES / repository / name / str(version) / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def model(name, nodes, inputs, outputs, initializers=(), doc=""):
    """A model as bytes, opset 17 (and ai.onnx.ml 3), checked."""
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers), doc_string=doc)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=8, doc_string=doc)
    made.producer_name = "make_fixtures.py"
    onnx.checker.check_model(made)
    return made.SerializeToString(deterministic=True)


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def golden(folder, stream):
    expected = json.loads((folder / "onnx_probabilities_400rows.json").read_text())
    with gzip.open(stream, "rt", newline="") as file:
        rows = list(csv.reader(file))[1:]
    names = ["gbt", "lr", "mlp"]
    for name in names:
        write("golden", name, (folder / f"{name}.onnx").read_bytes())
    inputs = [[float(value) for value in rows[index][:6]] for index in expected["row_index"]]
    lines = ",\n".join(json.dumps(row) for row in inputs)
    columns = ",\n".join(f"{json.dumps(name)}: {json.dumps(expected[name])}" for name in names)
    (REPOSITORIES / "golden" / "probabilities.json").write_text(
        f'{{"input": "X", "output": "probabilities", "tolerance": 1e-5,\n"rows": [\n{lines}\n],\n'
        f'"probabilities": {{\n{columns}\n}}}}\n'
    )


def identities():
    for name, kind in IDENTITIES.items():
        node = helper.make_node("Identity", ["x"], ["y"])
        content = model(
            f"identity_{name}",
            [node],
            [tensor("x", kind, ["n", 2])],
            [tensor("y", kind, ["n", 2])],
            doc=f"Returns x unchanged ({name})",
        )
        write("types", f"identity_{name}", content)


def fails():
    """Loads and states [n, 2] -> [n, 1], but looks up row 7 + size of a table of 3 rows."""
    nodes = [
        helper.make_node("Size", ["x"], ["size"]),
        helper.make_node("Add", ["size", "seven"], ["index"]),
        helper.make_node("Gather", ["table", "index"], ["value"], axis=0),
        helper.make_node("ReduceSum", ["x", "axis"], ["sum"], keepdims=1),
        helper.make_node("Add", ["sum", "value"], ["y"]),
    ]
    initializers = [
        numpy_helper.from_array(np.array(7, np.int64), "seven"),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
        numpy_helper.from_array(np.zeros(3, np.float32), "table"),
    ]
    float32 = TensorProto.FLOAT
    return model(
        "fails",
        nodes,
        [tensor("x", float32, ["n", 2])],
        [tensor("y", float32, ["n", 1])],
        initializers,
        doc="Every run fails",
    )


def brittle():
    """y = x, but fails at run time where the largest x is 3 or more: warm-up with zeros passes."""
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["largest"], keepdims=0),
        helper.make_node("Cast", ["largest"], ["index"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "index"], ["value"], axis=0),
        helper.make_node("Add", ["x", "value"], ["y"]),
    ]
    float32 = TensorProto.FLOAT
    return model(
        "brittle",
        nodes,
        [tensor("x", float32, ["n", 2])],
        [tensor("y", float32, ["n", 2])],
        [numpy_helper.from_array(np.zeros(3, np.float32), "table")],
        doc="Returns x, and fails where the largest x is 3 or more",
    )


def not_a_number():
    """The logarithm of minus one minus the square of x: NaN for every finite x."""
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["square"]),
        helper.make_node("Sub", ["minus_one", "square"], ["negative"]),
        helper.make_node("Log", ["negative"], ["y"]),
    ]
    float32 = TensorProto.FLOAT
    return model(
        "nan",
        nodes,
        [tensor("x", float32, ["n", 2])],
        [tensor("y", float32, ["n", 2])],
        [numpy_helper.from_array(np.float32(-1), "minus_one")],
        doc="Every output is NaN",
    )


def logarithm():
    """y = log x: minus infinity for zeros, NaN below."""
    float32 = TensorProto.FLOAT
    return model(
        "logarithm",
        [helper.make_node("Log", ["x"], ["y"])],
        [tensor("x", float32, ["n", 2])],
        [tensor("y", float32, ["n", 2])],
        doc="Not finite for zeros",
    )


def picky():
    """Looks a text up, and fails for any but "a" and "b", as an encoder with handle_unknown='error'."""
    nodes = [
        helper.make_node(
            "OneHotEncoder", ["x"], ["y"], domain="ai.onnx.ml", cats_strings=["a", "b"], zeros=0
        )
    ]
    return model(
        "picky",
        nodes,
        [tensor("x", TensorProto.STRING, ["n"])],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        doc="Fails for any text but a and b",
    )


def sequence():
    """A sequence of tensors, which V2 cannot carry and no ZipMap made."""
    kind = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    return model(
        "sequence",
        [helper.make_node("SequenceConstruct", ["x", "x"], ["y"])],
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_value_info("y", helper.make_sequence_type_proto(kind))],
        doc="Gives a sequence of tensors",
    )


def bomb():
    """Adds the mean of 2^30 numbers that ConstantOfShape makes: 4 GB for a file of 300 bytes."""
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["many"], value=fill(1)),
        helper.make_node("ReduceMean", ["many"], ["mean"], keepdims=0),
        helper.make_node("Add", ["x", "mean"], ["y"]),
    ]
    return model(
        "bomb",
        nodes,
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        [numpy_helper.from_array(np.array([1 << 30], np.int64), "shape")],
        doc="Needs 4 GB",
    )


def hostile():
    """Models that no server may trip over. Most are no valid models, so nothing checks them here.

    Bombs: bomb asks for 4 GB, claim says that it has 4 TB of weights, wide and vast want rows that no request can hold,
    endless never comes back, deep holds 400 graphs, each inside the other. Broken: empty, opset (from the future), unknown (an operator that there is not), circle (a node
    that waits for itself), misfit (matrices that do not fit), liar (its output is not what it says), negative (a length
    below zero). Out of the folder: all that are called external_*, where weights lie in another file: by a path upwards,
    an absolute one, and one beside the model that may be a link; by each place where the format has a tensor; with the
    key after the value, after a field that some decoders do not know, and with the word of ONNX Runtime for "in memory".
    """
    write("hostile", "bomb", bomb())
    write("hostile", "endless", slow(size=8, rounds=1 << 50))
    write("hostile", "empty", b"")
    write("hostile", "claim", plus(claiming([1 << 39, 2])))
    write("hostile", "negative", plus(claiming([-4])))
    write("hostile", "wide", identity(["n", (1 << 31) - 1]))
    write("hostile", "vast", identity(["n", 1 << 40, 1 << 40]))
    write("hostile", "opset", plus(ones(), opset=9_999))
    write("hostile", "unknown", plus(ones(), kind="NoSuchOperator"))
    write("hostile", "circle", plus(ones(), inputs=["y", "w"]))
    write("hostile", "misfit", plus(ones([3, 3]), kind="MatMul"))
    write("hostile", "liar", plus(ones(), output=TensorProto.INT64))
    write("hostile", "deep", deep(400))
    write("hostile", "external_upwards", plus(external("../../../etc/passwd")))
    write("hostile", "external_winding", plus(external("a/../../b")))
    write("hostile", "external_absolute", plus(external("/etc/passwd")))
    write("hostile", "external_beside", plus(external("weights.bin")))
    write("hostile", "external_memory", plus(external("*/_ORT_MEM_ADDR_/*")))
    write("hostile", "external_sparse", plus(sparse=sparse(external("../w"))))
    constant = helper.make_node("Constant", [], ["w"], value=external("../w"))
    write("hostile", "external_constant", plus(nodes=[constant]))
    constant = helper.make_node("Constant", [], ["w"], sparse_value=sparse(external("../w")))
    write("hostile", "external_constant_sparse", plus(nodes=[constant]))
    inner = helper.make_graph(
        [helper.make_node("Identity", ["inside"], ["out"])],
        "branch",
        [],
        [tensor("out", TensorProto.FLOAT, [2])],
        [external("../w", "inside")],
    )
    branch = helper.make_node("If", ["yes"], ["w"], then_branch=inner, else_branch=inner)
    yes = numpy_helper.from_array(np.array(True), "yes")
    write("hostile", "external_subgraph", plus(yes, nodes=[branch]))
    write("hostile", "external_function", plus(function=external("../w")))
    # An entry is {1: key, 2: value}; protocol buffers take its fields in any order.
    straight, reverse = b"\x0a\x08location\x12\x04../w", b"\x12\x04../w\x0a\x08location"
    content = plus(external("../w"))
    assert content.count(straight) == 1
    write("hostile", "external_reversed", content.replace(straight, reverse))
    # Field 15 as a group, which is older than most decoders and valid all the same.
    write("hostile", "external_group", b"\x7b\x08\x01\x7c" + content)


def identity(shape):
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "identity",
        [tensor("x", TensorProto.INT64, shape)],
        [tensor("y", TensorProto.INT64, shape)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString(deterministic=True)


def ones(shape=(2,)):
    return numpy_helper.from_array(np.ones(shape, np.float32), "w")


def claiming(shape):
    """Weights of this shape, of which there are four bytes."""
    return TensorProto(name="w", data_type=TensorProto.FLOAT, dims=shape, raw_data=b"\0\0\0\0")


def external(location, name="w"):
    made = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[2])
    made.data_location = TensorProto.EXTERNAL
    made.external_data.add(key="location", value=location)
    return made


def sparse(values):
    places = numpy_helper.from_array(np.array([0, 1], np.int64), "places")
    return helper.make_sparse_tensor(values, places, [2])


def plus(
    weights=None, *, kind="Add", inputs=("x", "w"), output=TensorProto.FLOAT, opset=17, sparse=None,
    nodes=(), function=None,
):
    """y = x + w, unchecked."""
    graph = helper.make_graph(
        [*nodes, helper.make_node(kind, list(inputs), ["y"])],
        "plus",
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [tensor("y", output, ["n", 2])],
        [weights] if weights else [],
        sparse_initializer=[sparse] if sparse else [],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    if function:
        made.opset_import.add(domain="own", version=1)
        made.functions.append(
            helper.make_function(
                "own", "Weights", [], ["out"],
                [helper.make_node("Constant", [], ["out"], value=function)],
                [helper.make_opsetid("", opset)],
            )
        )
        call = helper.make_node("Weights", [], ["w"], domain="own")
        made.graph.node.insert(0, call)
    return made.SerializeToString(deterministic=True)


def threshold():
    """y = 1 where x w + shift is above the threshold, else 0; w is the identity, shift 0."""
    shift = helper.make_tensor("shift", TensorProto.FLOAT8E4M3FN, [1], [0.0])
    defaults = [
        numpy_helper.from_array(np.array(0.5, np.float32), "threshold"),
        numpy_helper.from_array(np.eye(2, dtype=np.float32), "w"),
        shift,
    ]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["product"]),
            helper.make_node("Cast", ["shift"], ["wide"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["product", "wide"], ["sum"]),
            helper.make_node("Greater", ["sum", "threshold"], ["above"]),
            helper.make_node("Cast", ["above"], ["y"], to=TensorProto.FLOAT),
        ],
        "threshold",
        [
            tensor("x", TensorProto.FLOAT, ["n", 2]),
            tensor("threshold", TensorProto.FLOAT, []),
            tensor("w", TensorProto.FLOAT, [2, 2]),
            tensor("shift", TensorProto.FLOAT8E4M3FN, [1]),
        ],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        defaults,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    onnx.checker.check_model(made)
    return made.SerializeToString(deterministic=True)


def deep(levels):
    """If inside If inside If: more than a decoder of protocol buffers goes down."""

    def field(number, body):
        return varint(number << 3 | 2) + varint(len(body)) + body

    def varint(value):
        parts = []
        while value >= 0x80:
            parts.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes(parts + [value])

    graph = b""
    for _ in range(levels):
        # GraphProto.node, its op_type and an attribute of kind GRAPH.
        attribute = field(1, b"then_branch") + field(6, graph) + b"\xa0\x01\x05"
        graph = field(1, field(1, b"yes") + field(4, b"If") + field(5, attribute))
    return b"\x08\x08" + field(7, graph)


def moody(rounds, size=8):
    """y = x, after `rounds` small products; where the largest x is above 100 it never comes back."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state_in", "step"], ["state_out"]),
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
        ],
        "one_round",
        [
            tensor("round", TensorProto.INT64, []),
            tensor("go_on", TensorProto.BOOL, []),
            tensor("state_in", TensorProto.FLOAT, [size, size]),
        ],
        [
            tensor("go_on_out", TensorProto.BOOL, []),
            tensor("state_out", TensorProto.FLOAT, [size, size]),
        ],
    )
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["largest"], keepdims=0),
        helper.make_node("Greater", ["largest", "limit"], ["is_hung"]),
        helper.make_node("Where", ["is_hung", "endless", "usual"], ["rounds"]),
        helper.make_node("Loop", ["rounds", "", "step"], ["state"], body=body),
        helper.make_node("ReduceMean", ["state"], ["level"], keepdims=0),
        helper.make_node("Mul", ["level", "zero"], ["nothing"]),
        helper.make_node("Add", ["x", "nothing"], ["y"]),
    ]
    initializers = [
        numpy_helper.from_array(np.full([size, size], 1 / size, np.float32), "step"),
        numpy_helper.from_array(np.float32(100), "limit"),
        numpy_helper.from_array(np.array(1 << 50, np.int64), "endless"),
        numpy_helper.from_array(np.array(rounds, np.int64), "usual"),
        numpy_helper.from_array(np.float32(0), "zero"),
    ]
    return model(
        "moody",
        nodes,
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        initializers,
        doc="Returns x, or hangs where the largest x is above 100",
    )


def steady():
    return model(
        "moody",
        [helper.make_node("Identity", ["x"], ["y"])],
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        doc="Returns x",
    )


def zipmaps():
    """Two classifiers with skl2onnx's default options, and what onnxruntime gives for some rows."""
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = np.round(np.random.default_rng(3).normal(size=(60, 4)), 3).astype(np.float32)
    number = (rows[:, 0] > 0).astype(np.int64) + (rows[:, 1] > 0.5)
    names = np.array(["low", "with, comma", "hoch ü"])
    expected = {"rows": rows[:8].tolist()}
    for name, classes in {"integers": (number - 1) * 7, "texts": names[number]}.items():
        fitted = LogisticRegression().fit(rows, classes)
        content = to_onnx(fitted, rows[:1], target_opset={"": 17, "ai.onnx.ml": 3})
        path = write("zipmap", name, content.SerializeToString(deterministic=True))
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        labels, maps = session.run(None, {"X": rows[:8]})
        expected[name] = {
            "labels": [str(label) for label in labels],
            "classes": [str(key) for key in fitted.classes_],
            "scores": [[float(row[key]) for key in fitted.classes_] for row in maps],
        }
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (REPOSITORIES / "zipmap" / "expected.json").write_text(text + "\n")


def slow(size=256, rounds=42):
    """y = x, after `rounds` products of a size x size matrix that depends on x in form only."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state_in", "step"], ["state_out"]),
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
        ],
        "one_round",
        [
            tensor("round", TensorProto.INT64, []),
            tensor("go_on", TensorProto.BOOL, []),
            tensor("state_in", TensorProto.FLOAT, [size, size]),
        ],
        [
            tensor("go_on_out", TensorProto.BOOL, []),
            tensor("state_out", TensorProto.FLOAT, [size, size]),
        ],
    )
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["step"], value=fill(1 / size)),
        helper.make_node("ReduceMean", ["x"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["step", "mean"], ["start"]),
        helper.make_node("Loop", ["rounds", "", "start"], ["state"], body=body),
        helper.make_node("ReduceMean", ["state"], ["level"], keepdims=0),
        helper.make_node("Mul", ["level", "zero"], ["nothing"]),
        helper.make_node("Add", ["x", "nothing"], ["y"]),
    ]
    initializers = [
        numpy_helper.from_array(np.array([size, size], np.int64), "shape"),
        numpy_helper.from_array(np.array(rounds, np.int64), "rounds"),
        numpy_helper.from_array(np.float32(0), "zero"),
    ]
    return model(
        "slow",
        nodes,
        [tensor("x", TensorProto.FLOAT, ["n", 2])],
        [tensor("y", TensorProto.FLOAT, ["n", 2])],
        initializers,
        doc="Returns x after some 20 ms of work on one core",
    )


def fill(value):
    return helper.make_tensor("value", TensorProto.FLOAT, [1], [value])


def check():
    """Loads what should load, runs what should run, and expects the rest to fail."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4

    def load(repository, name):
        path = REPOSITORIES / repository / name / "1" / "model.onnx"
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def error(call):
        try:
            call()
        except Exception as problem:
            return str(problem)
        raise AssertionError("it did not fail")

    expected = json.loads((REPOSITORIES / "golden" / "probabilities.json").read_text())
    rows = np.array(expected["rows"], np.float32)
    for name, values in expected["probabilities"].items():
        got = load("golden", name).run(["probabilities"], {"X": rows})[0][:, 1]
        assert np.abs(got - values).max() < expected["tolerance"]
    for name, kind in IDENTITIES.items():
        if kind == TensorProto.STRING:
            x = np.array([["a", "née"], ["", "z"]], object)
        else:
            x = np.array([[0, 1], [1, 0]]).astype(helper.tensor_dtype_to_np_dtype(kind))
        assert (load("types", f"identity_{name}").run(None, {"x": x})[0] == x).all()
    x = np.array([[1, 2], [3, 4]], np.float32)
    assert np.isnan(load("odd", "nan").run(None, {"x": x})[0]).all()
    session = load("odd", "slow")
    times = []
    for _ in range(10):
        start = time.perf_counter()
        assert (session.run(None, {"x": x})[0] == x).all()
        times.append((time.perf_counter() - start) * 1000)
    print(f"slow: {statistics.median(times):.1f} ms")
    session = load("odd", "fails")
    print("fails:", error(lambda: session.run(None, {"x": x})))
    session = load("odd", "brittle")
    assert (session.run(None, {"x": x - 2})[0] == x - 2).all()
    print("brittle:", error(lambda: session.run(None, {"x": x})))
    session = load("optional", "threshold")
    near = np.array([[0.1, 0.4], [0.6, 0.9]], np.float32)
    assert session.run(None, {"x": near})[0].tolist() == [[0, 0], [1, 1]]
    own = {"x": near, "threshold": np.array(0.3, np.float32)}
    assert session.run(None, own)[0].tolist() == [[0, 1], [1, 1]]
    for name in ("garbage", "truncated"):
        print(f"{name}:", error(lambda: load("odd", name)))
    total = sum(path.stat().st_size for path in REPOSITORIES.rglob("*") if path.is_file())
    print(f"{total:,} bytes")


def main():
    if len(sys.argv) == 3:
        golden(Path(sys.argv[1]), Path(sys.argv[2]))
    elif len(sys.argv) != 1:
        sys.exit(__doc__)
    identities()
    write("odd", "fails", fails())
    write("odd", "brittle", brittle())
    write("odd", "nan", not_a_number())
    write("odd", "logarithm", logarithm())
    write("odd", "picky", picky())
    write("odd", "sequence", sequence())
    write("odd", "slow", slow())
    hostile()
    write("hang", "moody", steady(), version=1)
    write("hang", "moody", moody(rounds=0, size=1), version=2)
    write("hang", "moody", moody(rounds=500), version=3)
    zipmaps()
    write("optional", "threshold", threshold())
    write("odd", "garbage", random.Random(7).randbytes(2_000))
    whole = (REPOSITORIES / "golden" / "mlp" / "1" / "model.onnx").read_bytes()
    write("odd", "truncated", whole[: len(whole) // 2])
    check()


if __name__ == "__main__":
    main()
