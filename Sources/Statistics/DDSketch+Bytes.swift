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
    var reader = try SealedBytes.Reader(
      bytes, versions: Self.firstFormatVersion...Self.formatVersion)
    let zeros = try reader.count()
    let sum = try reader.double()
    let min = try reader.double()
    let max = try reader.double()
    let store =
      reader.version == Self.firstFormatVersion
      ? try Self.distances(&reader) : try Self.dense(&reader)
    try reader.finish()
    var total = zeros
    for bucket in store.counts {
      let (sum, overflow) = total.addingReportingOverflow(bucket)
      guard !overflow else { throw .malformed }
      total = sum
    }
    self.init(
      count: total, zeros: zeros, firstIndex: store.firstIndex, counts: store.counts, sum: sum,
      min: total > 0 ? min : nil, max: total > 0 ? max : nil)
  }

  private typealias Store = (firstIndex: Int, counts: [Int64])

  private static func dense(
    _ reader: inout SealedBytes.Reader
  ) throws(DecodingFailure) -> Store {
    let length = try reader.varint()
    guard length > 0 else { return (0, []) }
    let distance = try reader.varint()
    let domain = UInt64(highestIndex - lowestIndex + 1)
    guard length <= domain, distance <= domain - length else { throw .malformed }
    var counts = [Int64](repeating: 0, count: Int(length))
    var position = 0
    while position < counts.count {
      let count = try reader.count()
      if count > 0 {
        counts[position] = count
        position += 1
      } else {
        // Neither the first bucket nor the last is an empty one.
        let empty = try reader.varint()
        guard position > 0, empty > 0, empty < UInt64(counts.count - position) else {
          throw .malformed
        }
        position += Int(empty)
      }
    }
    return (lowestIndex + Int(distance), counts)
  }

  private static func distances(
    _ reader: inout SealedBytes.Reader
  ) throws(DecodingFailure) -> Store {
    let buckets = try reader.varint()
    guard buckets <= UInt64(highestIndex - lowestIndex + 1) else { throw .malformed }
    var index = lowestIndex
    var firstIndex = 0
    var counts: [Int64] = []
    counts.reserveCapacity(2 * Int(buckets))
    for bucket in 0..<buckets {
      let distance = try reader.varint()
      guard distance <= UInt64(highestIndex - index), bucket == 0 || distance > 0 else {
        throw .malformed
      }
      index += Int(distance)
      if bucket == 0 { firstIndex = index }
      while firstIndex + counts.count < index { counts.append(0) }
      let count = try reader.count()
      guard count > 0 else { throw .malformed }
      counts.append(count)
    }
    return (firstIndex, counts)
  }
}
