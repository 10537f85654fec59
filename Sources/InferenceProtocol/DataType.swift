/// The element types of the Open Inference Protocol V2, with Triton's BF16.
package enum DataType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "UINT8"
  case uint16 = "UINT16"
  case uint32 = "UINT32"
  case uint64 = "UINT64"
  case int8 = "INT8"
  case int16 = "INT16"
  case int32 = "INT32"
  case int64 = "INT64"
  case fp16 = "FP16"
  case bf16 = "BF16"
  case fp32 = "FP32"
  case fp64 = "FP64"
  /// Byte strings of any length.
  case bytes = "BYTES"

  /// Bytes of one element; nil for `bytes`, whose elements have each their own length.
  package var byteSize: Int? {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .fp16, .bf16: 2
    case .uint32, .int32, .fp32: 4
    case .uint64, .int64, .fp64: 8
    case .bytes: nil
    }
  }

  package var isFloatingPoint: Bool {
    switch self {
    case .fp16, .bf16, .fp32, .fp64: true
    default: false
    }
  }
}
