"""The peer as most people write it: FastAPI with pydantic models, ONNX Runtime with its defaults."""

from pathlib import Path
from typing import Any

import numpy
import onnxruntime
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

MODEL = Path(__file__).resolve().parent / "models" / "gb" / "1" / "model.onnx"
NUMPY = {"FP32": numpy.float32, "FP64": numpy.float64, "INT64": numpy.int64}
V2 = {"tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(int64)": "INT64"}


class Tensor(BaseModel):
    name: str
    shape: list[int]
    datatype: str
    data: list[Any]


class InferRequest(BaseModel):
    id: str | None = None
    inputs: list[Tensor]


class InferResponse(BaseModel):
    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[Tensor]


app = FastAPI()
session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
outputs = [(output.name, V2[output.type]) for output in session.get_outputs()]


@app.get("/v2/health/ready")
def ready():
    return {"ready": True}


@app.post("/v2/models/gb/infer", response_model=InferResponse)
def infer(request: InferRequest):
    try:
        feed = {
            tensor.name: numpy.asarray(tensor.data, dtype=NUMPY[tensor.datatype]).reshape(
                tensor.shape
            )
            for tensor in request.inputs
        }
        results = session.run(None, feed)
    except Exception as error:
        raise HTTPException(400, str(error))
    tensors = [
        Tensor(name=name, shape=list(result.shape), datatype=datatype, data=result.ravel().tolist())
        for (name, datatype), result in zip(outputs, results)
    ]
    return InferResponse(model_name="gb", model_version="1", id=request.id, outputs=tensors)
