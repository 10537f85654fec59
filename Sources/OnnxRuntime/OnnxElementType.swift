import InferenceProtocol

extension DataType {
  /// ONNXTensorElementDataType.
  var onnxElementType: Int32 {
    switch self {
    case .fp32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bytes: 8
    case .bool: 9
    case .fp16: 10
    case .fp64: 11
    case .uint32: 12
    case .uint64: 13
    case .bf16: 16
    }
  }

  /// Nil for types that V2 lacks: complex numbers, FP8, 4-bit integers.
  init?(onnxElementType: Int32) {
    guard let type = DataType.allCases.first(where: { $0.onnxElementType == onnxElementType })
    else { return nil }
    self = type
  }
}
