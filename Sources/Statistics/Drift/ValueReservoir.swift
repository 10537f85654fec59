/// A uniform sample of a stream of numbers, and exact moments of all of them.
///
/// Up to `capacity` values all are kept; beyond, each of the stream is in the sample with the same probability. The
/// choice depends on the seed and the order alone.
///
/// Source: Vitter 1985, "Random sampling with a reservoir", algorithm R, doi:10.1145/3147.3165; Welford 1962,
/// doi:10.1080/00401706.1962.10490022 (the moments).
struct ValueReservoir: Sendable {
  let capacity: Int
  private(set) var values: [Double] = []
  /// Of the stream.
  private(set) var count: Int64 = 0
  private(set) var mean = 0.0
  private(set) var min = Double.infinity
  private(set) var max = -Double.infinity
  private var squares = 0.0
  private var random: SplitMix64
  private var isSorted = true

  init(capacity: Int, seed: UInt64) {
    precondition(capacity > 0, "a sample holds a value")
    self.capacity = capacity
    random = SplitMix64(seed: seed)
  }

  /// Content of sealed bytes: what `init(from:capacity:)` reads.
  func write(to writer: inout SealedBytes.Writer) {
    writer.append(count: count)
    for value in [mean, squares, min, max] { writer.append(value) }
    writer.append(random.state)
    writer.append(UInt64(values.count))
    for value in values { writer.append(value) }
  }

  init(from reader: inout SealedBytes.Reader, capacity: Int) throws(SealedBytes.Failure) {
    self.capacity = capacity
    count = try reader.count()
    mean = try reader.double()
    squares = try reader.double()
    min = try reader.double()
    max = try reader.double()
    random = SplitMix64(seed: try reader.varint())
    let kept = try reader.varint()
    guard kept <= UInt64(capacity), kept <= UInt64(count) else { throw .malformed }
    for _ in 0..<kept { values.append(try reader.double()) }
    isSorted = false
  }

  /// Of the population: divided by n.
  var standardDeviation: Double { count > 0 ? (squares / Double(count)).squareRoot() : 0 }

  /// - Precondition: `value` is finite.
  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
    if value < min { min = value }
    if value > max { max = value }
    isSorted = false
    guard values.count == capacity else {
      values.append(value)
      return
    }
    let slot = random.next().multipliedFullWidth(by: UInt64(count)).high
    if slot < UInt64(capacity) { values[Int(slot)] = value }
  }

  /// Puts the sample in order. What is kept later does not depend on it: each slot is as likely to be replaced.
  mutating func sort() {
    guard !isSorted else { return }
    RadixSort.sort(&values)
    isSorted = true
  }
}
