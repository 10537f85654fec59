import Fuzzing

fuzz(ModelProperty().fault(_:), planted: ModelProperty.planted.fault(_:))
