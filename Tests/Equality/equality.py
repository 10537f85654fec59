"""Compares the answers of `vigia serve` with those of onnxruntime in Python: see README.md."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

import models
from v2 import Client, Refused

TESTDATA = Path("/usr/share/libonnx-testdata/data")
ROWS = [1, 7, 400]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def difference(found, expected):
    """None, or how two arrays differ."""
    expected = np.asarray(expected)
    if expected.dtype.kind in "OUS":
        same = [str(value) for value in expected.reshape(-1)] == list(found.reshape(-1))
        return None if same and found.shape == expected.shape else "texts differ"
    if found.shape != expected.shape:
        return f"shape {found.shape}, expected {expected.shape}"
    if found.dtype != expected.dtype:
        return f"{found.dtype}, expected {expected.dtype}"
    if expected.dtype.kind in "iub":
        return None if (found == expected).all() else "whole numbers differ"
    wide = (found.astype(np.float64), expected.astype(np.float64))
    if np.allclose(*wide, rtol=1e-6, atol=1e-6, equal_nan=True):
        return None
    return f"floats differ by {np.nanmax(np.abs(wide[0] - wide[1]))}"


def compare(client, name, running, feeds, metadata, forms):
    """None, or the first difference."""
    expected = dict(zip([output.name for output in running.get_outputs()], running.run(None, feeds)))
    labels = {output["name"]: output.get("labels") for output in metadata["outputs"]}
    for form in forms:
        found = client.infer(name, feeds, form)
        for output, value in expected.items():
            if isinstance(value, list) and labels.get(output):
                keys = labels[output]
                value = np.array(
                    [[{str(k): v for k, v in row.items()}[key] for key in keys] for row in value],
                    np.float32,
                )
            problem = difference(found[output], value)
            if problem:
                return f"{output}: {problem} ({'binary' if form else 'JSON'})"
    return None


class Server:
    """`vigia serve` over a folder of models, for as long as the block lasts."""

    def __init__(self, arguments, repository, check):
        self.arguments, self.repository, self.check = arguments, repository, check

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vigia-equality-"))
        configuration = self.folder / "vigia.yaml"
        configuration.write_text(
            f"listen: 127.0.0.1:{self.arguments.port}\n"
            f"data_dir: {self.folder}/data\nmodel_repository: {self.repository}\n"
            f"onnxruntime: {self.arguments.library.resolve()}\n"
            f"load_check: {'on' if self.check else 'off'}\n"
        )
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [self.arguments.vigia, "serve", "--config", configuration], stderr=self.log
        )
        self.client = Client(self.arguments.port)
        self.wait()
        return self

    def wait(self):
        """Until each model is there, or has failed."""
        while True:
            if self.process.poll() is not None:
                sys.exit((self.folder / "log").read_text())
            try:
                index = self.client.json("POST", "/v2/repository/index")
            except OSError:
                self.client.connection.close()
                time.sleep(0.1)
                continue
            self.reasons = {
                entry["name"]: entry["reason"] for entry in index if entry["state"] != "READY"
            }
            # LOADING: it is not settled yet.
            if all(entry["state"] in ("READY", "UNAVAILABLE") for entry in index):
                return
            time.sleep(0.2)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


def put(repository, name, content):
    path = repository / name / "1" / "model.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def made(arguments):
    """The models of models.py."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        built = models.all_models()
        paths = {
            name: put(repository, name, model.SerializeToString())
            for name, (model, _) in built.items()
        }
        with Server(arguments, repository, check=True) as server:
            for name, (_, feeds) in built.items():
                try:
                    metadata = server.client.json("GET", f"/v2/models/{name}")
                    running = session(paths[name])
                    for rows in ROWS:
                        some = {key: value[:rows] for key, value in feeds.items()}
                        problem = compare(
                            server.client, name, running, some, metadata, (False, True)
                        )
                        if problem:
                            problems.append(f"{name}, {rows} rows: {problem}")
                            break
                except Refused as refusal:
                    problems.append(f"{name}: {refusal} {server.reasons.get(name)}")
    print(f"scikit-learn: {len(built)} models, {len(built) - len(problems)} equal")
    return problems


def read(path):
    return numpy_helper.to_array(onnx.load_tensor(str(path)))


def case_feeds(running, folder):
    """The inputs that lie beside a model, by name; None where they are no tensors."""
    feeds = {}
    for index, node in enumerate(running.get_inputs()):
        path = folder / f"input_{index}.pb"
        if not node.type.startswith("tensor") or not path.exists():
            return None
        value = read(path)
        feeds[node.name] = value.astype(object) if value.dtype.kind in "OUS" else value
    return feeds


def testdata(arguments):
    """The models of Debian's libonnx-testdata that onnxruntime itself runs."""
    counts = dict.fromkeys(["models", "onnxruntime", "equal", "refused", "random"], 0)
    problems, refusals = [], {}
    cases = {}
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        for path in sorted(TESTDATA.glob("*/*/model.onnx")):
            counts["models"] += 1
            data = path.parent / "test_data_set_0"
            try:
                running = session(path)
                feeds = case_feeds(running, data)
                if feeds is not None:
                    first, again = running.run(None, feeds), running.run(None, feeds)
            except Exception:
                continue
            counts["onnxruntime"] += 1
            if feeds is not None and not all(
                isinstance(a, list) or difference(np.asarray(a), b) is None
                for a, b in zip(first, again)
                if a is not None
                if not isinstance(a, np.ndarray) or a.dtype.kind not in "OUS"
            ):
                counts["random"] += 1
                continue
            name = f"case{len(cases)}"
            cases[name] = (f"{path.parent.parent.name}/{path.parent.name}", path, feeds)
            put(repository, name, path.read_bytes())
        with Server(arguments, repository, check=False) as server:
            for name, (title, path, feeds) in cases.items():
                reason = server.reasons.get(name, "")
                if reason:
                    counts["refused"] += 1
                    refusals.setdefault(reason.split("model.onnx: ")[-1][:110], []).append(title)
                    continue
                try:
                    metadata = server.client.json("GET", f"/v2/models/{name}")
                    problem = compare(
                        server.client, name, session(path), feeds or {}, metadata, (True,)
                    )
                except (Refused, KeyError) as refusal:
                    problem = f"{type(refusal).__name__} {refusal}"
                if problem:
                    problems.append(f"{title}: {problem}")
                else:
                    counts["equal"] += 1
    print("libonnx-testdata:", json.dumps(counts))
    # Of what onnxruntime runs, a refusal is the exception: where it is the rule, nothing was compared.
    if counts["equal"] == 0 or counts["equal"] < 9 * counts["refused"]:
        problems.append(f"libonnx-testdata: only {counts['equal']} compared: {counts}")
    for reason, titles in sorted(refusals.items()):
        print(f"  refused {len(titles)}: {reason} ({titles[0]})")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vigia", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--port", type=int, default=18311)
    arguments = parser.parse_args()
    problems = made(arguments)
    if TESTDATA.exists():
        problems += testdata(arguments)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
