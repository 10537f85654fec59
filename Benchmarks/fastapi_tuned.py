"""The peer: V2 inference by FastAPI and onnxruntime, as fast as a careful user makes it.

Raw body, orjson both ways, one thread for each run and no spinning, inference on the event loop.
"""

from pathlib import Path

import numpy
import onnxruntime
import orjson
from fastapi import FastAPI, Request, Response

MODEL = Path(__file__).resolve().parent / "models" / "gb" / "1" / "model.onnx"
NUMPY = {"FP32": numpy.float32, "FP64": numpy.float64, "INT64": numpy.int64}
V2 = {"tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(int64)": "INT64"}

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
outputs = [(output.name, V2[output.type]) for output in session.get_outputs()]
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/v2/health/ready")
async def ready():
    return {"ready": True}


@app.get("/v2/models/gb")
async def metadata():
    """What `vigia load` asks before it begins."""
    inputs = [{"name": "input", "datatype": "FP32", "shape": [-1, 8]}]
    return {"name": "gb", "versions": ["1"], "platform": "onnx_onnxv1", "inputs": inputs}


@app.post("/v2/models/gb/infer")
async def infer(request: Request):
    try:
        body = orjson.loads(await request.body())
        feed = {
            tensor["name"]: numpy.asarray(
                tensor["data"], dtype=NUMPY[tensor["datatype"]]
            ).reshape(tensor["shape"])
            for tensor in body["inputs"]
        }
        results = session.run(None, feed)
    except Exception as error:
        answer = orjson.dumps({"error": str(error)})
        return Response(answer, status_code=400, media_type="application/json")
    reply = {
        "model_name": "gb",
        "model_version": "1",
        "outputs": [
            {"name": name, "shape": result.shape, "datatype": datatype, "data": result.ravel()}
            for (name, datatype), result in zip(outputs, results)
        ],
    }
    if "id" in body:
        reply["id"] = body["id"]
    answer = orjson.dumps(reply, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(answer, media_type="application/json")
