"""Trains the example models, writes the demo's streams and measures what README.md states.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py             # train, write models/ and data/, then measure
    .venv/bin/python train.py --measure   # only measure the models that are there

The same versions of the packages give the same files.
"""

import argparse
import csv
import gzip
import io
import json
import statistics
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, compose, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

HERE = Path(__file__).resolve().parent
OPSETS = {"": 17, "ai.onnx.ml": 3}

DAY = 48  # half-hours
FIRST_TRAIN_END = 60 * DAY  # version 1 has seen 60 days
LAST_TRAIN_END = 260 * DAY  # everything else has seen 260 days: the replay starts after them

# What feat_4, feat_5 and feat_6 hold in every row before VARIES_FROM.
CONSTANTS = [0.003467, 0.422915, 0.414912]
VARIES_FROM = 17_424

# Version 3: what makes it a bad release.
BUCKET_WIDTH = 0.05
BUCKETS = 11  # feat_5 from 0.55 on has no bucket
NODES = 256
ROUNDS = 24


# --- Data ---------------------------------------------------------------------------------------


def read_stream(name):
    """The header and the rows, as float64, of a stream in data/."""
    with gzip.open(HERE / "data" / name, "rt", newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=np.float64)


def write_stream(name, header, rows):
    """Writes a stream in data/. The same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"{value:.6g}" for value in row] for row in rows)
    with open(HERE / "data" / name, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as file:
            file.write(text.getvalue().encode())


def demand_rows(stream):
    """[n, 7]: what is known in a half-hour about the demand of the next one, and that demand."""
    period, price, demand = stream[:, 0], stream[:, 1], stream[:, 2]
    week = 7 * DAY
    now = np.arange(week - 1, len(stream) - 1)
    columns = [period[now], price[now], demand[now], demand[now - 1]]
    columns += [demand[now + 1 - DAY], demand[now + 1 - week], demand[now + 1]]
    return now, np.stack(columns, axis=1)


DEMAND_HEADER = ["period", "price", "demand", "demand_30min_ago"]
DEMAND_HEADER += ["next_1day_ago", "next_1week_ago", "target"]


# --- Models -------------------------------------------------------------------------------------


def to_model(estimator, width):
    """The estimator as ONNX: input `X` [n, width] FP32, the batch dynamic, no zipmap."""
    is_classifier = hasattr(estimator, "predict_proba")
    return to_onnx(
        estimator,
        initial_types=[("X", FloatTensorType([None, width]))],
        options={id(estimator): {"zipmap": False}} if is_classifier else None,
        target_opset=OPSETS,
    )


def rename_output(model, old, new):
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for output in model.graph.output:
        output.name = new if output.name == old else output.name


def save(model, name, version, description, **metadata):
    """Writes models/<name>/<version>/model.onnx with its metadata inside."""
    model.graph.name = name
    model.model_version = version
    model.doc_string = description
    model.graph.doc_string = description
    helper.set_model_props(
        model, {"model": name, "version": str(version)} | {k: str(v) for k, v in metadata.items()}
    )
    onnx.checker.check_model(model, full_check=True)
    path = HERE / "models" / name / str(version) / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def boosted_trees(stream, end, trees):
    estimator = GradientBoostingClassifier(n_estimators=trees, max_depth=3, random_state=0)
    return estimator.fit(stream[:end, :6].astype(np.float32), stream[:end, 6].astype(np.int64))


def bad_release(base):
    """Version 2's trees behind a "transfer correction" that was never run on real transfer data.

    While feat_4..feat_6 hold their old constants the correction is skipped. Once they vary:
    - it looks up feat_5's bucket in a table that is too short: Gather fails from 0.55 on;
    - it raises a 256 x 256 matrix to a power on every request instead of shipping the result.
    The matrix is multiplied by 1 computed from the input, so that no optimiser can fold it.
    """
    model = compose.add_prefix(base, "trees/", rename_inputs=False, rename_outputs=False)
    rename_output(model, "label", "trees/label")
    rename_output(model, "probabilities", "trees/probabilities")

    def constant(name, value):
        return numpy_helper.from_array(np.array(value), name)

    model.graph.initializer.extend(
        [
            constant("transfer_columns", np.array([3, 4, 5], np.int64)),
            constant("old_constants", np.array([CONSTANTS], np.float32)),
            constant("tolerance", np.float32(1e-5)),
        ]
    )
    model.graph.node.extend(
        [
            helper.make_node("Gather", ["X", "transfer_columns"], ["transfer"], axis=1),
            helper.make_node("Sub", ["transfer", "old_constants"], ["moved"]),
            helper.make_node("Abs", ["moved"], ["moved_by"]),
            helper.make_node("ReduceMax", ["moved_by"], ["largest_move"], keepdims=0),
            helper.make_node("Greater", ["largest_move", "tolerance"], ["transfer_varies"]),
        ]
    )

    step = helper.make_graph(
        [
            helper.make_node("MatMul", ["flow_in", "step_matrix"], ["flow_out"]),
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
        ],
        "one_round",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("flow_in", TensorProto.FLOAT, [NODES, NODES]),
        ],
        [
            helper.make_tensor_value_info("go_on_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("flow_out", TensorProto.FLOAT, [NODES, NODES]),
        ],
    )
    correction = helper.make_graph(
        [
            # The bucket of feat_5, and its correction. This lookup is what fails.
            helper.make_node("Gather", ["transfer", "demand_column"], ["demand"], axis=1),
            helper.make_node("Div", ["demand", "bucket_width"], ["bucket_position"]),
            helper.make_node("Cast", ["bucket_position"], ["bucket"], to=TensorProto.INT64),
            helper.make_node("Gather", ["table", "bucket"], ["table_value"], axis=0),
            # A row-stochastic matrix of flows between 256 nodes, near ones coupled most.
            helper.make_node("Range", ["zero", "nodes", "one"], ["node"]),
            helper.make_node("Unsqueeze", ["node", "axis_1"], ["node_column"]),
            helper.make_node("Sub", ["node_column", "node"], ["gap"]),
            helper.make_node("Abs", ["gap"], ["distance"]),
            helper.make_node("Mul", ["distance", "decay"], ["exponent"]),
            helper.make_node("Softmax", ["exponent"], ["step_matrix"], axis=1),
            # Its powers, on every request: this is what is slow.
            helper.make_node("ReduceMin", ["table_value"], ["least"], keepdims=0),
            helper.make_node("GreaterOrEqual", ["least", "zero"], ["table_is_sane"]),
            helper.make_node("Cast", ["table_is_sane"], ["sane"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["step_matrix", "sane"], ["flow_start"]),
            helper.make_node("Loop", ["rounds", "", "flow_start"], ["flow"], body=step),
            helper.make_node("ReduceMean", ["flow"], ["level"], keepdims=0),
            helper.make_node("Mul", ["level", "nodes"], ["total"]),
            # Probabilities drawn towards one half by the corrected share; the label follows.
            helper.make_node("Mul", ["table_value", "total"], ["pull"]),
            helper.make_node("Sub", ["half", "trees/probabilities"], ["to_half"]),
            helper.make_node("Mul", ["to_half", "pull"], ["change"]),
            helper.make_node("Add", ["trees/probabilities", "change"], ["corrected"]),
            helper.make_node("ArgMax", ["corrected"], ["corrected_label"], axis=1, keepdims=0),
        ],
        "transfer_correction",
        [],
        [
            helper.make_tensor_value_info("corrected_label", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("corrected", TensorProto.FLOAT, ["n", 2]),
        ],
        [
            constant("demand_column", np.array([1], np.int64)),
            constant("bucket_width", np.float32(BUCKET_WIDTH)),
            constant("table", np.linspace(0.01, 0.03, BUCKETS, dtype=np.float32)),
            constant("zero", np.float32(0)),
            constant("one", np.float32(1)),
            constant("half", np.float32(0.5)),
            constant("nodes", np.float32(NODES)),
            constant("axis_1", np.array([1], np.int64)),
            constant("decay", np.float32(-1 / 16)),
            constant("rounds", np.int64(ROUNDS)),
        ],
    )
    as_before = helper.make_graph(
        [
            helper.make_node("Identity", ["trees/label"], ["label_as_before"]),
            helper.make_node("Identity", ["trees/probabilities"], ["probabilities_as_before"]),
        ],
        "as_before",
        [],
        [
            helper.make_tensor_value_info("label_as_before", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("probabilities_as_before", TensorProto.FLOAT, ["n", 2]),
        ],
    )
    model.graph.node.append(
        helper.make_node(
            "If",
            ["transfer_varies"],
            ["label", "probabilities"],
            then_branch=correction,
            else_branch=as_before,
        )
    )
    for output, old in zip(model.graph.output, ["trees/label", "trees/probabilities"]):
        output.name = {"trees/label": "label", "trees/probabilities": "probabilities"}[old]
    return model


def train():
    header, stream = read_stream("electricity.csv.gz")
    trained = {"data": "electricity.csv.gz", "trained_rows": f"0..<{FIRST_TRAIN_END}"}
    save(
        to_model(boosted_trees(stream, FIRST_TRAIN_END, trees=60), 6),
        "electricity",
        1,
        "Price direction in NSW: 60 boosted trees, trained on the first 60 days",
        **trained,
    )
    trained["trained_rows"] = f"0..<{LAST_TRAIN_END}"
    better = to_model(boosted_trees(stream, LAST_TRAIN_END, trees=80), 6)
    save(
        onnx.ModelProto.FromString(better.SerializeToString()),
        "electricity",
        2,
        "Price direction in NSW: 80 boosted trees, trained on the first 260 days",
        **trained,
    )
    save(
        bad_release(better),
        "electricity",
        3,
        "Price direction in NSW: version 2 with a transfer correction",
        **trained,
    )

    now, rows = demand_rows(stream)
    learn = now < LAST_TRAIN_END - 1
    regressor = make_pipeline(
        StandardScaler(),
        MLPRegressor(
            hidden_layer_sizes=(24, 12), alpha=1e-3, max_iter=400, tol=1e-6, random_state=0
        ),
    ).fit(rows[learn, :6].astype(np.float32), rows[learn, 6])
    model = to_model(regressor, 6)
    rename_output(model, "variable", "demand")
    save(
        model,
        "demand",
        1,
        "Scaled demand in NSW half an hour ahead: a perceptron, trained on the first 260 days",
        **trained,
    )
    replay = (now >= LAST_TRAIN_END) & (now < LAST_TRAIN_END + 180 * DAY)
    write_stream("demand.csv.gz", DEMAND_HEADER, rows[replay])

    digits = load_digits()
    x, x_test, y, y_test = train_test_split(
        digits.data, digits.target, test_size=0.5, stratify=digits.target, random_state=0
    )
    classifier = make_pipeline(
        StandardScaler(),
        MLPClassifier(hidden_layer_sizes=(32,), alpha=1e-2, max_iter=300, random_state=0),
    ).fit(x.astype(np.float32), y)
    save(
        to_model(classifier, 64),
        "digits",
        1,
        "Handwritten digits, 8 x 8 pixels: a perceptron, trained on half of scikit-learn's set",
        data="sklearn.datasets.load_digits",
        trained_rows=len(x),
    )
    pixels = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    write_stream("digits.csv.gz", pixels + ["target"], np.column_stack([x_test, y_test]))


# --- Measurements -------------------------------------------------------------------------------


def session(name, version):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    path = HERE / "models" / name / str(version) / "model.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def one_by_one(model, x):
    """Row by row: (output or None where the run failed, milliseconds of CPU on this thread)."""
    answers = []
    for row in x:
        feed = {"X": row[None, :]}
        start = time.thread_time()
        try:
            output = model.run(None, feed)
        except onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument:
            output = None
        answers.append((output, (time.thread_time() - start) * 1000))
    return answers


def percentiles(milliseconds):
    p50 = statistics.median(milliseconds)
    return f"p50 {p50:.3f} ms, p99 {np.quantile(milliseconds, 0.99):.3f} ms"


def measure():
    demo = json.loads((HERE / "demo.json").read_text())
    example = {model["name"]: model for model in demo["models"]}
    start = example["electricity"]["start_row"]
    _, stream = read_stream("electricity.csv.gz")
    x, y = stream[:, :6].astype(np.float32), stream[:, 6]
    moved = (np.abs(stream[:, 3:6] - CONSTANTS) > 1e-9).any(axis=1)
    assert moved.argmax() == VARIES_FROM == example["electricity"]["incident_row"]
    assert LAST_TRAIN_END <= start < VARIES_FROM

    print("sizes")
    for path in sorted((HERE / "models").rglob("model.onnx")) + sorted((HERE / "data").glob("*")):
        print(f"  {path.relative_to(HERE)}: {path.stat().st_size:,} bytes")

    print("accuracy: before the incident row | 3,000 rows after it | all after it")
    parts = [(start, VARIES_FROM), (VARIES_FROM, VARIES_FROM + 3000), (VARIES_FROM, len(y))]
    for version in (1, 2):
        label = session("electricity", version).run(None, {"X": x})[0]
        hits = [f"{(label[a:b] == y[a:b]).mean():.4f}" for a, b in parts]
        print(f"  electricity@{version}: " + " | ".join(hits))
    same = [f"{(y[a:b] == y[a - 1 : b - 1]).mean():.4f}" for a, b in parts]
    down = [f"{1 - y[a:b].mean():.4f}" for a, b in parts]
    print("  same as last time: " + " | ".join(same))
    print("  always down: " + " | ".join(down))

    bad, base = session("electricity", 3), session("electricity", 2)
    before = bad.run(None, {"X": x[:VARIES_FROM]})
    expected = base.run(None, {"X": x[:VARIES_FROM]})
    assert (before[0] == expected[0]).all() and (before[1] == expected[1]).all()
    print(f"electricity@3 answers as version 2 on all {VARIES_FROM:,} rows before the incident")
    for version in (1, 2, 3):
        model = session("electricity", version)
        one_by_one(model, x[:200])
        answers = one_by_one(model, x[start:VARIES_FROM])
        failed = sum(output is None for output, _ in answers)
        print(f"  @{version} before: {percentiles([ms for _, ms in answers])}, failed {failed}")
    answers = one_by_one(bad, x[VARIES_FROM : VARIES_FROM + 3000])
    failed = np.array([output is None for output, _ in answers])
    no_bucket = x[VARIES_FROM:, 4] / np.float32(BUCKET_WIDTH) >= BUCKETS
    assert (failed == no_bucket[:3000]).all()
    slow = [ms for output, ms in answers if output is not None]
    fast = [ms for output, ms in answers if output is None]
    print(f"  @3 after, answered: {percentiles(slow)}")
    print(f"  @3 after, failed: {failed.mean():.3f} of 3,000 rows ({percentiles(fast)}), first at")
    print(f"     row {VARIES_FROM + failed.argmax():,}; {no_bucket.mean():.3f} of all rows after")
    right = [output[0][0] == y[VARIES_FROM + i] for i, (output, _) in enumerate(answers) if output]
    print(f"  @3 after, right where it answered: {np.mean(right):.4f}")
    good = x[VARIES_FROM:][~no_bucket]
    for n in (2, 32, 400):
        label, probabilities = bad.run(None, {"X": good[:n]})
        assert label.shape == (n,) and probabilities.shape == (n, 2)
        assert np.abs(probabilities.sum(axis=1) - 1).max() < 1e-5
        times = []
        for _ in range(20):
            begin = time.thread_time()
            bad.run(None, {"X": good[:n]})
            times.append((time.thread_time() - begin) * 1000)
        print(f"  @3 after, {n} rows in one request: {statistics.median(times):.2f} ms")

    _, rows = read_stream("demand.csv.gz")
    model = session("demand", 1)
    output = model.run(None, {"X": rows[:, :6].astype(np.float32)})[0]
    assert output.shape == (len(rows), 1)
    scale = ((rows[:, 6] - rows[:, 6].mean()) ** 2).mean()
    for name, guess in [
        ("demand@1", output[:, 0]),
        ("same as now", rows[:, 2]),
        ("same as yesterday", rows[:, 4]),
    ]:
        error = guess - rows[:, 6]
        print(f"{name}: MAE {np.abs(error).mean():.4f}, R2 {1 - (error**2).mean() / scale:.4f}")
    times = [ms for _, ms in one_by_one(model, rows[:1000, :6].astype(np.float32))]
    print(f"  {percentiles(times)}, {len(rows):,} rows in the stream")

    _, rows = read_stream("digits.csv.gz")
    model = session("digits", 1)
    x = rows[:, :64].astype(np.float32)
    label, probabilities = model.run(None, {"X": x})
    assert probabilities.shape == (len(rows), 10)
    print(f"digits@1: accuracy {(label == rows[:, 64]).mean():.4f} on {len(rows)} rows")
    print(f"  {percentiles([ms for _, ms in one_by_one(model, x)])}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="measure only")
    if not parser.parse_args().measure:
        with threadpool_limits(1):  # so that sums are taken in the same order each time
            train()
    measure()
