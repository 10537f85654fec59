import Fuzzing

fuzz(HeadProperty().fault(_:), planted: HeadProperty.planted.fault(_:))
