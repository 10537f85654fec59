import Fuzzing

fuzz(HeadProperty.fault)
