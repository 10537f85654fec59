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
    var content = try SerializedContent(bytes)
    var (firstIndex, counts) = (0, [Int64]())
    counts.reserveCapacity(content.capacity)
    let total = try content.buckets { index, count in
      if counts.isEmpty { firstIndex = index }
      let missing = index - firstIndex - counts.count
      if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
      counts.append(count)
    }
    self.init(
      count: total, zeros: content.zeros, firstIndex: firstIndex, counts: counts, sum: content.sum,
      min: total > 0 ? content.min : nil, max: total > 0 ? content.max : nil)
  }

  /// What stands in the bytes of a sketch, read once from the front: for those who need no sketch made of it.
  struct SerializedContent {
    let zeros: Int64
    let sum: Double
    let min: Double
    let max: Double
    private var reader: SealedBytes.Reader

    init(_ bytes: [UInt8]) throws(DecodingFailure) {
      reader = try SealedBytes.Reader(
        bytes, versions: DDSketch.firstFormatVersion...DDSketch.formatVersion)
      zeros = try reader.count()
      sum = try reader.double()
      min = try reader.double()
      max = try reader.double()
    }

    /// At most so many buckets follow, empty ones between them included, but for a first format with wide gaps.
    var capacity: Int { reader.rest }

    /// Each bucket that is not empty by its index, ascending; what was given before a failure is to be thrown away.
    ///
    /// - Returns: the sum of all counts, zeros included.
    @inline(__always)
    mutating func buckets(
      _ body: (_ index: Int, _ count: Int64) -> Void
    ) throws(DecodingFailure) -> Int64 {
      var total = zeros
      let length = try reader.varint()
      guard length <= UInt64(DDSketch.highestIndex - DDSketch.lowestIndex + 1) else {
        throw .malformed
      }
      if reader.version == DDSketch.firstFormatVersion {
        try distances(length, &total, body)
      } else if length > 0 {
        try dense(length, &total, body)
      }
      try reader.finish()
      return total
    }

    @inline(__always)
    private mutating func dense(
      _ length: UInt64, _ total: inout Int64, _ body: (Int, Int64) -> Void
    ) throws(DecodingFailure) {
      let distance = try reader.varint()
      let domain = UInt64(DDSketch.highestIndex - DDSketch.lowestIndex + 1)
      guard distance <= domain - length else { throw .malformed }
      let first = DDSketch.lowestIndex + Int(distance)
      var index = first
      let end = first + Int(length)
      while index < end {
        let count = try reader.count()
        if count > 0 {
          try Self.add(count, to: &total)
          body(index, count)
          index += 1
        } else {
          // Neither the first bucket nor the last is an empty one.
          let empty = try reader.varint()
          guard index > first, empty > 0, empty < UInt64(end - index) else { throw .malformed }
          index += Int(empty)
        }
      }
    }

    private mutating func distances(
      _ length: UInt64, _ total: inout Int64, _ body: (Int, Int64) -> Void
    ) throws(DecodingFailure) {
      var index = DDSketch.lowestIndex
      for bucket in 0..<length {
        let distance = try reader.varint()
        guard distance <= UInt64(DDSketch.highestIndex - index), bucket == 0 || distance > 0 else {
          throw .malformed
        }
        index += Int(distance)
        let count = try reader.count()
        guard count > 0 else { throw .malformed }
        try Self.add(count, to: &total)
        body(index, count)
      }
    }

    /// - Throws: where the sum is no count any more.
    @inline(__always)
    private static func add(_ count: Int64, to total: inout Int64) throws(DecodingFailure) {
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard !overflow else { throw .malformed }
      total = sum
    }
  }
}
