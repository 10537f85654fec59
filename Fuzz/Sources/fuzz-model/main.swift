import Fuzzing

fuzz(ModelProperty.fault)
