/// A named block of elements of one type, in the layout that V2's binary form and ONNX Runtime share.
package struct Tensor: Sendable, Equatable {
  package var name: String
  package var datatype: DataType
  /// Lengths of the dimensions, outermost first; empty for a scalar. Never negative.
  package var shape: [Int]
  package var storage: Storage

  package enum Storage: Sendable, Equatable {
    /// Little-endian elements, row-major, without padding; BOOL is one byte, 0 or 1.
    case bytes([UInt8])
    /// The elements of a BYTES tensor, row-major.
    case strings([[UInt8]])
  }

  package init(name: String, datatype: DataType, shape: [Int], storage: Storage) {
    self.name = name
    self.datatype = datatype
    self.shape = shape
    self.storage = storage
  }

  /// Elements that are stored; `shape` promises as many.
  package var elementCount: Int {
    switch storage {
    case .bytes(let bytes): bytes.count / (datatype.byteSize ?? 1)
    case .strings(let strings): strings.count
    }
  }

  /// Bytes that the elements take in V2's binary form.
  package var byteCount: Int {
    switch storage {
    case .bytes(let bytes): bytes.count
    case .strings(let strings): strings.reduce(0) { $0 + $1.count + 4 }
    }
  }

  /// Bytes that the elements take in memory: each text of a BYTES tensor is an allocation of its own.
  package var memoryBytes: Int {
    switch storage {
    case .bytes(let bytes): bytes.count
    case .strings(let strings): strings.reduce(0) { $0 + $1.count + Self.textBytes }
    }
  }

  /// What the allocation of a text takes beside its bytes.
  package static let textBytes = 64

  /// The number of elements that a shape promises; nil when it overflows or a length is negative.
  package static func elementCount(of shape: [Int]) -> Int? {
    var product = 1
    for length in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { return nil }
      product = next
    }
    return product
  }
}

extension Tensor {
  /// - Precondition: `values` are as many as `shape` promises.
  package init(name: String, shape: [Int], fp32 values: [Float]) {
    precondition(Tensor.elementCount(of: shape) == values.count, "the shape must hold the values")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    self.init(name: name, datatype: .fp32, shape: shape, storage: .bytes(bytes))
  }

  /// - Precondition: `values` are as many as `shape` promises.
  package init(name: String, shape: [Int], int64 values: [Int64]) {
    precondition(Tensor.elementCount(of: shape) == values.count, "the shape must hold the values")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 8)
    for value in values { bytes.append(littleEndian: UInt64(bitPattern: value)) }
    self.init(name: name, datatype: .int64, shape: shape, storage: .bytes(bytes))
  }

  /// - Precondition: `values` are as many as `shape` promises.
  package init(name: String, shape: [Int], strings values: [String]) {
    precondition(Tensor.elementCount(of: shape) == values.count, "the shape must hold the values")
    self.init(
      name: name, datatype: .bytes, shape: shape, storage: .strings(values.map { Array($0.utf8) }))
  }
}
