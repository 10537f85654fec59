import Fuzzing

fuzz(InferProperty().fault(json:), planted: InferProperty.plantedInJSON.fault(json:))
