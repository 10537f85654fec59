import COnnxRuntime
import Inference
import InferenceProtocol

/// Copies ONNX Runtime's output values into tensors.
struct ValueReader {
  let session: OnnxSession
  /// Bytes that the values of one run may take together.
  let limit: Int
  /// Of these, what the values so far took.
  private var taken = 0

  init(session: OnnxSession, limit: Int) {
    self.session = session
    self.limit = limit
  }

  private var table: OrtTable { session.api.table }

  /// - Throws: `invalid` with `answerTooLarge`, before anything of the value is copied.
  mutating func tensor(_ name: String, _ value: OpaquePointer) throws(InferenceError) -> Tensor {
    let (elementType, shape) = try typeAndShape(value)
    guard let datatype = DataType(onnxElementType: elementType),
      let count = Tensor.elementCount(of: shape)
    else {
      throw .engine(
        session.version,
        reason: "output \"\(name)\" has element type \(elementType), which V2 lacks")
    }
    let bytes = try memoryBytes(value, datatype, count: count)
    guard bytes <= limit - taken else {
      throw .invalid(
        .answerTooLarge(output: name, shape: shape, bytes: bytes, limit: limit))
    }
    taken += bytes
    let storage: Tensor.Storage =
      if let width = datatype.byteSize {
        .bytes(try self.bytes(value, count: count * width))
      } else {
        .strings(try strings(value, count: count))
      }
    return Tensor(name: name, datatype: datatype, shape: shape, storage: storage)
  }

  /// As `Tensor.memoryBytes` of what it will be.
  private func memoryBytes(
    _ value: OpaquePointer, _ datatype: DataType, count: Int
  ) throws(InferenceError) -> Int {
    if let width = datatype.byteSize {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
      return overflow ? .max : bytes
    }
    guard count > 0 else { return 0 }
    var texts = 0
    try session.check(OrtGetStringTensorDataLength(table, value, &texts))
    return texts + count * Tensor.textBytes
  }

  private func typeAndShape(
    _ value: OpaquePointer
  ) throws(InferenceError) -> (elementType: Int32, shape: [Int]) {
    var elementType: Int32 = 0
    var rank = 0
    if session.api.lendsShapes {
      var lengths: UnsafePointer<Int64>?
      try session.check(OrtGetElementTypeAndShape(table, value, &elementType, &lengths, &rank))
      // Copied while the value lives; a scalar has no lengths.
      return (elementType, UnsafeBufferPointer(start: lengths, count: rank).map(Int.init))
    }
    var info: OpaquePointer?
    try session.check(OrtGetTensorTypeAndShape(table, value, &info))
    defer { OrtReleaseShapeInfo(table, info) }
    try session.check(OrtGetTensorElementType(table, info, &elementType))
    try session.check(OrtGetDimensionsCount(table, info, &rank))
    var lengths = [Int64](repeating: 0, count: rank)
    try session.check(OrtGetDimensions(table, info, &lengths, rank))
    return (elementType, lengths.map(Int.init))
  }

  private func bytes(_ value: OpaquePointer, count: Int) throws(InferenceError) -> [UInt8] {
    var address: UnsafeMutableRawPointer?
    try session.check(OrtGetTensorMutableData(table, value, &address))
    guard let address, count > 0 else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: address, count: count))
  }

  private func strings(_ value: OpaquePointer, count: Int) throws(InferenceError) -> [[UInt8]] {
    guard count > 0 else { return [] }
    var total = 0
    try session.check(OrtGetStringTensorDataLength(table, value, &total))
    var bytes = [UInt8](repeating: 0, count: total)
    var offsets = [Int](repeating: 0, count: count)
    let status = bytes.withUnsafeMutableBytes { buffer in
      offsets.withUnsafeMutableBufferPointer { offsets in
        OrtGetStringTensorContent(
          table, value, buffer.baseAddress, total, offsets.baseAddress, count)
      }
    }
    try session.check(status)
    return (0..<count).map { index in
      let end = index + 1 < count ? offsets[index + 1] : total
      return Array(bytes[offsets[index]..<end])
    }
  }
}
