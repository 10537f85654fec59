/// Small binary records that notice their own damage: a version byte, content, and the CRC-32 of both.
///
/// Integers are LEB128 (seven bits a byte, the lowest first), numbers their IEEE 754 bits in 8 or 4 bytes, little-endian;
/// the checksum is the last 4 bytes, little-endian. Source of LEB128: DWARF 5, section 7.6.
package enum SealedBytes {
  /// Why bytes are not what they should be.
  package enum Failure: Error, Sendable, Equatable {
    case truncated
    case unknownVersion(UInt8)
    case checksum(expected: UInt32, found: UInt32)
    /// The checksum is right and the content is not: a writer's fault.
    case malformed
  }

  struct Writer {
    private var bytes: [UInt8]

    init(version: UInt8, capacity: Int = 64) {
      bytes = [version]
      bytes.reserveCapacity(capacity)
    }

    mutating func append(_ value: UInt64) {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    /// - Precondition: `count` is not negative.
    mutating func append(count: Int64) { append(UInt64(count)) }

    mutating func append(_ value: Double) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }

    mutating func append(_ value: Float) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }

    mutating func append(_ text: String) {
      append(UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }

    func sealed() -> [UInt8] {
      let checksum = CRC32.checksum(of: bytes.span)
      return bytes
        + stride(from: UInt32(0), to: 32, by: 8).map {
          UInt8(truncatingIfNeeded: checksum >> $0)
        }
    }
  }

  /// Reads in the order of writing; every member throws `truncated` or `malformed` where the content ends or lies.
  struct Reader {
    private let bytes: [UInt8]
    private var cursor: Cursor

    var version: UInt8 { cursor.version }
    /// Bytes that are not read yet.
    var rest: Int { cursor.rest }

    init(_ bytes: [UInt8], version: UInt8) throws(Failure) {
      try self.init(bytes, versions: version...version)
    }

    init(_ bytes: [UInt8], versions: ClosedRange<UInt8>) throws(Failure) {
      cursor = try Cursor(bytes.span, versions: versions)
      self.bytes = bytes
    }

    mutating func varint() throws(Failure) -> UInt64 {
      try read { bytes, cursor throws(Failure) in try cursor.varint(in: bytes) }
    }

    mutating func count() throws(Failure) -> Int64 {
      try read { bytes, cursor throws(Failure) in try cursor.count(in: bytes) }
    }

    mutating func double() throws(Failure) -> Double {
      Double(
        bitPattern: try read { bytes, cursor throws(Failure) in try cursor.word(in: bytes) })
    }

    mutating func float() throws(Failure) -> Float {
      Float(bitPattern: try read { bytes, cursor throws(Failure) in try cursor.word(in: bytes) })
    }

    @inline(__always)
    private mutating func read<Value>(
      _ body: (Span<UInt8>, inout Cursor) throws(Failure) -> Value
    ) throws(Failure) -> Value {
      var next = cursor
      defer { cursor = next }
      return try body(bytes.span, &next)
    }

    mutating func text() throws(Failure) -> String {
      let length = try varint()
      guard length <= UInt64(rest) else { throw .malformed }
      let start = cursor.skip(Int(length))
      guard let text = String(validating: bytes[start..<start + Int(length)], as: UTF8.self)
      else { throw .malformed }
      return text
    }

    /// All has been read: what follows would be content of a writer that knows more.
    func finish() throws(Failure) { try cursor.finish() }
  }

  /// Where a reader is in bytes that somebody else holds: each member is given those it began with.
  struct Cursor {
    let version: UInt8
    private var position = 1
    private let end: Int

    /// - Throws: where they are not sealed, or of another version.
    init(_ bytes: Span<UInt8>, versions: ClosedRange<UInt8>) throws(Failure) {
      guard !bytes.isEmpty else { throw .truncated }
      let version = bytes[0]
      guard versions.contains(version) else { throw .unknownVersion(version) }
      guard bytes.count > 4 else { throw .truncated }
      let end = bytes.count - 4
      let found = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[end + $1]) << UInt32(8 * $1) }
      let expected = CRC32.checksum(of: bytes.extracting(..<end))
      guard expected == found else { throw .checksum(expected: expected, found: found) }
      self.version = version
      self.end = end
    }

    var rest: Int { end - position }

    @inline(__always)
    mutating func varint(in bytes: Span<UInt8>) throws(Failure) -> UInt64 {
      // Nearly all are of one byte or two: counts of a bucket, distances. A heatmap of a day reads a million of them.
      if end - position >= 2 {
        let low = UInt64(bytes[position])
        if low < 0x80 {
          position += 1
          return low
        }
        let high = UInt64(bytes[position + 1])
        if high < 0x80 {
          position += 2
          return low & 0x7f | high << 7
        }
      }
      return try longVarint(in: bytes)
    }

    @inline(never)
    private mutating func longVarint(in bytes: Span<UInt8>) throws(Failure) -> UInt64 {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard position < end else { throw .truncated }
        let byte = bytes[position]
        position += 1
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return value }
      }
      throw .malformed
    }

    /// A count that so many buckets as a sketch may have do not add up past an Int64 with: at most 2^52.
    @inline(__always)
    mutating func bucketCount(in bytes: Span<UInt8>) throws(Failure) -> Int64 {
      if end - position >= 2 {
        let low = bytes[position]
        if low < 0x80 {
          position &+= 1
          return Int64(low)
        }
        let high = bytes[position &+ 1]
        if high < 0x80 {
          position &+= 2
          return Int64(low & 0x7f) | Int64(high) << 7
        }
      }
      return try longBucketCount(in: bytes)
    }

    @inline(never)
    private mutating func longBucketCount(in bytes: Span<UInt8>) throws(Failure) -> Int64 {
      let count = try longVarint(in: bytes)
      guard count <= 1 << 52 else { throw .malformed }
      return Int64(count)
    }

    @inline(__always)
    mutating func count(in bytes: Span<UInt8>) throws(Failure) -> Int64 {
      guard let count = Int64(exactly: try varint(in: bytes)) else { throw .malformed }
      return count
    }

    @inline(__always)
    mutating func word<Word: FixedWidthInteger>(in bytes: Span<UInt8>) throws(Failure) -> Word {
      let size = Word.bitWidth / 8
      guard rest >= size else { throw .truncated }
      defer { position += size }
      return (0..<size).reduce(0) { $0 | Word(bytes[position + $1]) << Word(8 * $1) }
    }

    /// - Precondition: so many bytes are left.
    /// - Returns: where they begin.
    mutating func skip(_ count: Int) -> Int {
      precondition(count <= rest, "what is left out is there")
      defer { position += count }
      return position
    }

    func finish() throws(Failure) {
      guard position == end else { throw .malformed }
    }
  }
}
