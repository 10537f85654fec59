extension DDSketch {
  package typealias DecodingFailure = SealedBytes.Failure

  private static let formatVersion: UInt8 = 2
  /// Each bucket that is not empty with its distance from the one before it: a third larger.
  private static let firstFormatVersion: UInt8 = 1

  /// The sketch as bytes: about 110 for a hundred latencies, 380 for ten thousand.
  ///
  /// Format: sealed bytes of version 2; varint `zeros`; `sum`, `min`, `max` (8 bytes each; zeros when empty); varint
  /// number of buckets from the first that is not empty through the last; where there are any, the varint distance of the
  /// first from the lowest of the domain, and a varint count a bucket, where a zero stands for one or more empty buckets and is
  /// followed by their varint number.
  ///
  /// - Complexity: O(buckets).
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(
      version: Self.formatVersion, capacity: 48 + 2 * counts.count)
    writer.append(UInt64(zeros))
    for value in [sum, min ?? 0, max ?? 0] { writer.append(value) }
    writer.append(UInt64(counts.count))
    guard !counts.isEmpty else { return writer.sealed() }
    writer.append(UInt64(firstIndex - Self.lowestIndex))
    var empty: UInt64 = 0
    for bucket in counts {
      guard bucket > 0 else {
        empty += 1
        continue
      }
      if empty > 0 {
        writer.append(UInt64(0))
        writer.append(empty)
        empty = 0
      }
      writer.append(UInt64(bucket))
    }
    return writer.sealed()
  }

  /// Reads what `serialized` writes, and what it wrote before its second format.
  ///
  /// - Complexity: O(bytes).
  package init(serialized bytes: [UInt8]) throws(DecodingFailure) {
    var (firstIndex, counts) = (0, [Int64]())
    // At most so many buckets follow, empty ones between them included, but for a first format with wide gaps.
    counts.reserveCapacity(bytes.count)
    let content = try SerializedContent(
      bytes.span, end: { $0 + 1 },
      add: { index, count in
        if counts.isEmpty { firstIndex = index }
        let missing = index - firstIndex - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
        counts.append(count)
      })
    self.init(
      count: content.count, zeros: content.zeros, firstIndex: firstIndex, counts: counts,
      sum: content.sum, min: content.count > 0 ? content.min : nil,
      max: content.count > 0 ? content.max : nil)
  }

  /// What stands in the bytes of a sketch, read once from the front: for those who need no sketch made of it.
  struct SerializedContent {
    /// The sum of all counts, zeros included.
    let count: Int64
    let zeros: Int64
    let sum: Double
    let min: Double
    let max: Double

    /// - Parameters:
    ///   - end: to which bucket, itself not, those from `index` on are wanted as one sum; above `index`.
    ///   - add: takes each such sum that is not zero, ascending; what it was given before a failure is to be thrown away.
    @inline(__always)
    init(
      _ bytes: Span<UInt8>, end: (_ index: Int) -> Int, add: (_ index: Int, _ sum: Int64) -> Void
    ) throws(DecodingFailure) {
      var cursor = try SealedBytes.Cursor(
        bytes, versions: DDSketch.firstFormatVersion...DDSketch.formatVersion)
      zeros = try cursor.count(in: bytes)
      sum = Double(bitPattern: try cursor.word(in: bytes))
      min = Double(bitPattern: try cursor.word(in: bytes))
      max = Double(bitPattern: try cursor.word(in: bytes))
      let length = try cursor.varint(in: bytes)
      guard length <= UInt64(DDSketch.highestIndex - DDSketch.lowestIndex + 1) else {
        throw .malformed
      }
      var total = zeros
      if cursor.version == DDSketch.firstFormatVersion {
        try Self.distances(length, in: bytes, &cursor, &total, add)
      } else if length > 0 {
        try Self.dense(length, in: bytes, &cursor, &total, end, add)
      }
      try cursor.finish()
      count = total
    }

    @inline(__always)
    private static func dense(
      _ length: UInt64, in bytes: Span<UInt8>, _ cursor: inout SealedBytes.Cursor,
      _ total: inout Int64, _ end: (Int) -> Int, _ add: (Int, Int64) -> Void
    ) throws(DecodingFailure) {
      let distance = try cursor.varint(in: bytes)
      let domain = UInt64(DDSketch.highestIndex - DDSketch.lowestIndex + 1)
      guard distance <= domain - length else { throw .malformed }
      let first = DDSketch.lowestIndex + Int(distance)
      var index = first
      let last = first + Int(length)
      // A copy of its own stays in registers.
      var reader = cursor
      while index < last {
        let (start, stop) = (index, Swift.min(end(index), last))
        var sum: Int64 = 0
        repeat {
          let count = try reader.bucketCount(in: bytes)
          if count > 0 {
            // Neither can be too large: some two thousand buckets of 2^52 at most.
            sum &+= count
            index &+= 1
          } else {
            // Neither the first bucket nor the last is an empty one.
            let empty = try reader.varint(in: bytes)
            guard index > first, empty > 0, empty < UInt64(last - index) else { throw .malformed }
            index += Int(empty)
          }
        } while index < stop
        total = try Self.sum(total, sum)
        if sum > 0 { add(start, sum) }
      }
      cursor = reader
    }

    private static func distances(
      _ length: UInt64, in bytes: Span<UInt8>, _ cursor: inout SealedBytes.Cursor,
      _ total: inout Int64, _ add: (Int, Int64) -> Void
    ) throws(DecodingFailure) {
      var index = DDSketch.lowestIndex
      for position in 0..<length {
        let distance = try cursor.varint(in: bytes)
        guard distance <= UInt64(DDSketch.highestIndex - index), position == 0 || distance > 0
        else { throw .malformed }
        index += Int(distance)
        let count = try cursor.count(in: bytes)
        guard count > 0 else { throw .malformed }
        total = try Self.sum(total, count)
        add(index, count)
      }
    }

    /// - Throws: where the sum is no count any more.
    @inline(__always)
    private static func sum(_ one: Int64, _ other: Int64) throws(DecodingFailure) -> Int64 {
      let (sum, overflow) = one.addingReportingOverflow(other)
      guard !overflow else { throw .malformed }
      return sum
    }
  }
}
