import Fuzzing

fuzz(InferProperty.fault(binary:))
