/// The cyclic redundancy check of gzip and PNG: finds every burst of damage up to 32 bits long.
///
/// Polynomial 0xEDB88320 reflected, initial value and final XOR all ones. Source: ISO 3309; RFC 1952, section 8. Eight bytes a
/// step: Kounavis and Berry 2008, "Novel table lookup-based algorithms for high-performance CRC generation",
/// doi:10.1109/TC.2008.85.
package enum CRC32 {
  /// Eight tables, one after the other: `tables[256 * k + b]` is the remainder of byte `b` before `k` bytes of zero.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in UInt32(0)..<256 {
      var remainder = byte
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xedb8_8320 : remainder >> 1
      }
      tables.append(remainder)
    }
    for entry in 256..<2_048 {
      let before = tables[entry - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xff)])
    }
    return tables
  }()

  /// - Complexity: O(bytes).
  package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    let tables = tables.span
    var remainder = ~UInt32(0)
    var position = 0
    while position + 8 <= bytes.count {
      let low = remainder ^ word(bytes, at: position)
      let high = word(bytes, at: position + 4)
      remainder = entry(7, low, tables) ^ entry(6, low >> 8, tables)
      remainder ^= entry(5, low >> 16, tables) ^ entry(4, low >> 24, tables)
      remainder ^= entry(3, high, tables) ^ entry(2, high >> 8, tables)
      remainder ^= entry(1, high >> 16, tables) ^ entry(0, high >> 24, tables)
      position += 8
    }
    while position < bytes.count {
      remainder = remainder >> 8 ^ entry(0, remainder ^ UInt32(bytes[position]), tables)
      position += 1
    }
    return ~remainder
  }

  /// Of the lowest byte, before so many bytes of zero.
  @inline(__always)
  private static func entry(_ zeros: Int, _ value: UInt32, _ tables: Span<UInt32>) -> UInt32 {
    // Unchecked, for a heatmap reads a megabyte: eight tables of 256 are all that a byte and `zeros` can name.
    unsafe tables[unchecked: 256 * zeros + Int(value & 0xff)]
  }

  /// Four bytes, the lowest first.
  private static func word(_ bytes: Span<UInt8>, at position: Int) -> UInt32 {
    // Unsafe by its name alone: it stays within the span, and any four bytes are a number.
    UInt32(
      littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(
        fromByteOffset: position, as: UInt32.self))
  }
}
