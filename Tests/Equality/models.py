"""Models of the kinds that people serve, made with scikit-learn and skl2onnx, and rows to ask them with."""

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

OPSETS = {"": 17, "ai.onnx.ml": 3}
rng = np.random.default_rng(5)
X = rng.normal(size=(400, 8)).astype(np.float32)
NUMBER = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(np.int64) + (X[:, 2] > 0.7)
NAMES = np.array(["none", "minor, local", "größer"])[NUMBER]
VALUE = (X @ rng.normal(size=8) + np.sin(X[:, 0])).astype(np.float32)
CITY = rng.choice(["Köln", "Łódź", "Oslo"], size=400)
KIND = rng.choice([1, 2, 5], size=400)


def export(model, zipmap, initial=None):
    options = {"zipmap": zipmap} if hasattr(model, "predict_proba") else {}
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not hasattr(last, "classes_") or isinstance(last, IsolationForest):
        options = {}
    return to_onnx(
        model,
        None if initial else X[:1],
        initial_types=initial,
        options={id(model): options} if options else None,
        target_opset=OPSETS,
    )


def mixed():
    """A pipeline with three inputs of three types."""
    table = np.empty((len(X), 3), object)
    table[:, 0], table[:, 1], table[:, 2] = X[:, 0], CITY, KIND.astype(np.int64)
    steps = ColumnTransformer(
        [
            ("number", StandardScaler(), [0]),
            ("text", OneHotEncoder(handle_unknown="ignore"), [1]),
            ("class", OneHotEncoder(handle_unknown="ignore"), [2]),
        ]
    )
    fitted = make_pipeline(steps, LogisticRegression()).fit(table, NAMES)
    initial = [
        ("amount", FloatTensorType([None, 1])),
        ("city", StringTensorType([None, 1])),
        ("kind", Int64TensorType([None, 1])),
    ]
    feeds = {
        "amount": X[:, :1],
        "city": CITY[:, None].astype(object),
        "kind": KIND[:, None].astype(np.int64),
    }
    return export(fitted, True, initial), feeds


def texts():
    """One input of texts, an encoder that knows no others, and trees behind it."""
    column = CITY[:, None]
    fitted = make_pipeline(
        OneHotEncoder(handle_unknown="error", sparse_output=False),
        DecisionTreeClassifier(max_depth=3, random_state=0),
    ).fit(column, NUMBER)
    initial = [("city", StringTensorType([None, 1]))]
    return export(fitted, False, initial), {"city": column.astype(object)}


def all_models():
    """By name: the model, and 400 rows for each of its inputs."""
    made = {}
    for name, model, target, zipmap in [
        ("gb_classifier", GradientBoostingClassifier(random_state=0), NUMBER, False),
        ("gb_classifier_zipmap", GradientBoostingClassifier(random_state=0), NUMBER, True),
        ("forest_text_zipmap", RandomForestClassifier(30, random_state=0), NAMES, True),
        ("forest_columns", RandomForestClassifier(10, random_state=0), NUMBER, "columns"),
        ("logistic_zipmap", LogisticRegression(), NAMES, True),
        ("svc", SVC(probability=True, random_state=0), NUMBER, False),
        ("bayes_zipmap", GaussianNB(), NUMBER, True),
        ("neighbours", KNeighborsClassifier(), NUMBER, False),
        ("network", make_pipeline(StandardScaler(), MLPClassifier(random_state=0)), NUMBER, False),
        ("linear", LinearRegression(), VALUE, False),
        ("gb_regressor", GradientBoostingRegressor(random_state=0), VALUE, False),
        ("forest_two_targets", RandomForestRegressor(10, random_state=0), None, False),
        ("two_regressors", MultiOutputRegressor(LinearRegression()), None, False),
        ("outliers", IsolationForest(n_estimators=20, random_state=0), None, False),
        ("components", make_pipeline(StandardScaler(), PCA(3)), None, False),
    ]:
        if target is None:
            target = np.stack([VALUE, -2 * VALUE], axis=1)
        fitted = model.fit(X, target)
        made[name] = (export(fitted, zipmap), {"X": X})
    made["pipeline_three_inputs"] = mixed()
    made["pipeline_texts"] = texts()
    return made
