import InferenceProtocol

/// The answer of one run, laid out for printing row by row: each output's elements in one block of memory.
final class AnswerValues {
  struct Column {
    let datatype: DataType
    /// Values of a row.
    let width: Int
    /// Nil for BYTES.
    let base: UnsafeRawPointer?
  }

  let columns: [Column]
  /// By output; empty for all but BYTES.
  let strings: [[[UInt8]]]

  /// - Parameter answer: as `layout` has it.
  init(_ answer: [Tensor], _ layout: OutputLayout) {
    var strings: [[[UInt8]]] = []
    columns = zip(answer, layout.outputs).map { tensor, output in
      switch tensor.storage {
      case .strings(let elements):
        strings.append(elements)
        return Column(datatype: .bytes, width: output.width, base: nil)
      case .bytes(let bytes):
        strings.append([])
        let memory = UnsafeMutableRawBufferPointer.allocate(
          byteCount: max(1, bytes.count), alignment: 16)
        memory.copyBytes(from: bytes)
        return Column(
          datatype: output.datatype, width: output.width,
          base: memory.baseAddress.map { UnsafeRawPointer($0) })
      }
    }
    self.strings = strings
  }

  deinit { for column in columns { column.base?.deallocate() } }
}
