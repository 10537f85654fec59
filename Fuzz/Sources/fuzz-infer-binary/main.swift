import Fuzzing

fuzz(InferProperty().fault(binary:), planted: InferProperty.plantedInBinary.fault(binary:))
