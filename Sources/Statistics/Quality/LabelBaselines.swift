/// What two models that know nothing would have scored on the same truths: "as last time" and "always the commonest".
///
/// A model that does not beat them is of no use, however good its accuracy looks. The truths are taken in the order of
/// their predictions; two stretches merge in that order, the later into the earlier, and the pair across their border
/// counts. So merging is associative, not commutative. Within a stretch, truths that come late are taken in the order
/// in which they come: only the pairs among them are off.
///
/// Source: Zliobaite 2013, "How good is the Electricity benchmark for evaluating concept drift adaptation",
/// arXiv:1301.3524 (no-change and majority class).
package struct LabelBaselines: Sendable, Equatable, Codable {
  /// Distinct classes that are counted one by one; further ones count as others, which are never the commonest.
  package static let maxClasses = 256

  package private(set) var rows: Int64 = 0
  /// Rows whose truth equals the one before.
  package private(set) var unchanged: Int64 = 0
  package private(set) var classes: [String: Int64] = [:]
  private var first: String?
  private var last: String?

  package init() {}

  /// Takes in the truth of the next prediction.
  ///
  /// - Complexity: O(length of the text).
  package mutating func add(_ truth: String) {
    let truth = Self.shortened(truth)
    if truth == last { unchanged += 1 }
    if first == nil { first = truth }
    last = truth
    rows += 1
    count(truth, 1)
  }

  /// Adds the stretch that follows this one.
  ///
  /// - Complexity: O(classes).
  package mutating func merge(following later: LabelBaselines) {
    guard let laterFirst = later.first else { return }
    unchanged += later.unchanged + (laterFirst == last ? 1 : 0)
    if first == nil { first = laterFirst }
    last = later.last
    rows += later.rows
    // In a fixed order, so that the same classes are counted one by one at each start of the program.
    for (name, count) in later.classes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      self.count(name, count)
    }
  }

  /// How often "as last time" was right, of all rows but the first; nil before the second row.
  package var noChangeAccuracy: Double? {
    rows > 1 ? Double(unchanged) / Double(rows - 1) : nil
  }

  /// The share of the commonest class, known only afterwards; nil without rows.
  package var majorityAccuracy: Double? {
    rows > 0 ? Double(classes.values.max() ?? 0) / Double(rows) : nil
  }

  /// Bytes of a class's name that are kept: whoever sends labels chooses them.
  package static let longestName = 128

  /// A longer one is cut off, and told from others that begin alike by its checksum.
  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > longestName else { return name }
    let bytes = Array(name.utf8)
    let sum = " " + String(CRC32.checksum(of: bytes.span), radix: 16)
    let kept = bytes.prefix(longestName - 16)
    // A character that was cut through becomes three bytes.
    return String(decoding: kept, as: UTF8.self) + sum
  }

  private mutating func count(_ name: String, _ added: Int64) {
    guard classes[name] != nil || classes.count < Self.maxClasses else { return }
    classes[name, default: 0] += added
  }
}

extension LabelBaselines {
  package typealias DecodingFailure = SealedBytes.Failure

  private static let formatVersion: UInt8 = 1

  /// The baselines as bytes: 20 for two short class names.
  ///
  /// Format, within `SealedBytes`: varints rows and unchanged, varint number of classes, for each, in ascending order,
  /// its text (varint length, UTF-8) and varint count; with rows, the texts of the first and the last truth.
  ///
  /// - Complexity: O(classes log classes).
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(version: Self.formatVersion)
    writer.append(count: rows)
    writer.append(count: unchanged)
    writer.append(UInt64(classes.count))
    for (name, count) in classes.sorted(by: { $0.key < $1.key }) {
      writer.append(name)
      writer.append(count: count)
    }
    if let first, let last {
      writer.append(first)
      writer.append(last)
    }
    return writer.sealed()
  }

  /// Reads what `serialized` wrote.
  ///
  /// - Complexity: O(bytes).
  package init(serialized bytes: [UInt8]) throws(DecodingFailure) {
    var reader = try SealedBytes.Reader(bytes, version: Self.formatVersion)
    rows = try reader.count()
    unchanged = try reader.count()
    let number = try reader.varint()
    guard unchanged < max(rows, 1), number <= UInt64(Self.maxClasses) else { throw .malformed }
    var counted: Int64 = 0
    for _ in 0..<number {
      let name = try reader.text()
      let count = try reader.count()
      guard count > 0, count <= rows - counted, classes[name] == nil else { throw .malformed }
      counted += count
      classes[name] = count
    }
    if rows > 0 {
      first = try reader.text()
      last = try reader.text()
    }
    try reader.finish()
  }
}
