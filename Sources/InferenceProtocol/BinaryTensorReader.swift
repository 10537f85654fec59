/// Reads one tensor from the binary part of a body.
struct BinaryTensorReader {
  let name: String
  let datatype: DataType
  let shape: [Int]
  let limits: WireLimits

  /// - Parameters:
  ///   - start: where it begins in `body`.
  ///   - size: the bytes that its `binary_data_size` claims.
  ///   - elementsLeft: elements of this type that the message's tensors may still have together.
  func storage(
    _ body: Span<UInt8>, start: Int, size: Int, elementsLeft: Int
  ) throws(WireError) -> Tensor.Storage {
    guard size >= 0, size <= body.count - start else {
      throw .binarySize(tensor: name, expected: size, found: body.count - start)
    }
    guard let count = Tensor.elementCount(of: shape), count <= elementsLeft else {
      throw limits.tooMany(datatype)
    }
    let part = body.extracting(start..<(start + size))
    guard let width = datatype.byteSize else { return .strings(try strings(part, count: count)) }
    guard count * width == size else {
      throw .binarySize(tensor: name, expected: count * width, found: size)
    }
    // One copy of memory; element by element it would cost as much as a small model's run. The span outlives it.
    var bytes = unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    if datatype == .bool {
      for index in bytes.indices { bytes[index] = min(bytes[index], 1) }
    }
    return .bytes(bytes)
  }

  private func strings(_ part: Span<UInt8>, count: Int) throws(WireError) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    strings.reserveCapacity(min(count, part.count / 4))
    var position = 0
    for element in 0..<count {
      guard part.count - position >= 4 else {
        throw .binaryStrings(tensor: name, element: element)
      }
      var length = 0
      for offset in 0..<4 { length |= Int(part[position + offset]) << (8 * offset) }
      position += 4
      guard part.count - position >= length else {
        throw .binaryStrings(tensor: name, element: element)
      }
      strings.append(
        unsafe part.extracting(position..<(position + length))
          .withUnsafeBufferPointer { unsafe Array($0) })
      position += length
    }
    guard position == part.count else {
      throw .binarySize(tensor: name, expected: position, found: part.count)
    }
    return strings
  }
}
