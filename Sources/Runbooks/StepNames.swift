/// Gives steps ids that stay when the page changes elsewhere.
struct StepNames {
  /// The heading above; set as the page is read.
  var heading = ""
  private var counts: [[String]: Int] = [:]

  /// 16 hexadecimal digits of the heading and the step's text; of the same step given again, also of how often.
  ///
  /// Source: FNV-1a, 64 bits, each text ended by a byte that no UTF-8 has.
  mutating func id(ofStep text: String) -> String {
    let earlier = counts[[heading, text], default: 0]
    counts[[heading, text]] = earlier + 1
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for part in [heading, text] + (earlier > 0 ? ["\(earlier)"] : []) {
      for byte in part.utf8 { add(byte) }
      add(0xff)
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
