"""Writes reference.csv beside versions 1 and 2 of electricity: what their inputs and answers were like before they served.

Every fifth half-hour before the demo begins (5 and the 48 of a day have no common divisor, so every period of the day is
there). Score and prediction are the model's own; the truth stands only in rows that neither version was trained on, so that
the error they show is one that was to be expected.

    pip install -r requirements.txt && python make_reference.py
"""

import csv
import gzip
import json
import pathlib

import numpy as np
import onnxruntime

HERE = pathlib.Path(__file__).parent
MODEL = next(m for m in json.loads((HERE / "demo.json").read_text())["models"] if m["name"] == "electricity")


def main():
    with gzip.open(HERE / MODEL["stream"], "rt") as file:
        rows = list(csv.DictReader(file))[: MODEL["start_row"]]
    inputs = np.array([[row[name] for name in MODEL["features"]] for row in rows], np.float32)
    for version in (MODEL["champion"], MODEL["challenger"]["version"]):
        folder = HERE / "models" / MODEL["name"] / version
        session = onnxruntime.InferenceSession(folder / "model.onnx")
        labels, probabilities = session.run(None, {MODEL["input"]: inputs})
        with open(folder / "reference.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*MODEL["feature_names"], "score", "prediction", "label"])
            for index in range(0, len(rows), 5):
                truth = int(float(rows[index][MODEL["label"]])) if index >= MODEL["first_unseen_row"] else ""
                values = [f"{value:.6g}" for value in inputs[index]]
                # Nine digits are every bit of an FP32. Scores of trees are few and often the same: rounded, a bin's edge would
                # stand beside them, and all of them in the next bin.
                writer.writerow([*values, f"{probabilities[index][1]:.9g}", labels[index], truth])


if __name__ == "__main__":
    main()
