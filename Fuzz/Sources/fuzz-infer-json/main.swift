import Fuzzing

fuzz(InferProperty.fault(json:))
