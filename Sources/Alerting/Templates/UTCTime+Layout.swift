extension UTCTime {
  /// `2015-06-23 13:19:44.128 +0000 UTC`.
  var text: String { text(layout: "2006-01-02 15:04:05.999999999 -0700 MST") }

  /// As Go writes a time by an example of it: 2006 stands for the year, 01 for the month, and so on.
  func text(layout: String) -> String {
    var rest = Array(layout.utf8)[...]
    var result: [UInt8] = []
    while let byte = rest.first {
      if let (text, length) = element(of: rest) {
        result += Array(text.utf8)
        rest = rest.dropFirst(length)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// What stands for the head of a layout, and how long that is; nil when it stands for itself.
  private func element(of layout: ArraySlice<UInt8>) -> (text: String, length: Int)? {
    if layout.starts(with: ".".utf8) || layout.starts(with: ",".utf8) {
      return fraction(of: layout)
    }
    for element in Self.elements where layout.starts(with: element.pattern.utf8) {
      let next = layout.dropFirst(element.pattern.utf8.count).first ?? 0
      // "Month" is a word, and not "Mon".
      let isInWord = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next)
      if element.endsWord, isInWord { continue }
      return (element.text(self), element.pattern.utf8.count)
    }
    return nil
  }

  /// `.000` has zeros at its end, `.999` has none; either is a run that no other digit follows.
  private func fraction(of layout: ArraySlice<UInt8>) -> (text: String, length: Int)? {
    let separator = layout.prefix(1)
    guard let digit = layout.dropFirst().first, digit == 0x30 || digit == 0x39 else { return nil }
    let length = layout.dropFirst().prefix { $0 == digit }.count
    let next = layout.dropFirst(1 + length).first ?? 0
    guard !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) else { return nil }
    var digits = Substring((Self.padded(millisecond, 3) + "000000").prefix(length))
    if digit == 0x39 { while digits.last == "0" { digits.removeLast() } }
    let isShown = digit == 0x30 || !digits.isEmpty
    return (isShown ? String(decoding: separator, as: UTF8.self) + digits : "", 1 + length)
  }

  private struct Element {
    let pattern: String
    /// Whether it is none when a small letter follows.
    let endsWord: Bool
    let text: @Sendable (UTCTime) -> String

    init(
      _ pattern: String, endsWord: Bool = false, _ text: @escaping @Sendable (UTCTime) -> String
    ) {
      self.pattern = pattern
      self.endsWord = endsWord
      self.text = text
    }
  }

  /// Of those that begin alike, the one that counts is first.
  private static let elements: [Element] = [
    Element("January") { $0.monthName },
    Element("Jan", endsWord: true) { String($0.monthName.prefix(3)) },
    Element("Monday") { $0.weekdayName },
    Element("Mon", endsWord: true) { String($0.weekdayName.prefix(3)) },
    Element("MST") { _ in "UTC" },
    Element("01") { padded($0.month, 2) },
    Element("02") { padded($0.day, 2) },
    Element("03") { padded($0.hour12, 2) },
    Element("04") { padded($0.minute, 2) },
    Element("05") { padded($0.second, 2) },
    Element("06") { padded($0.year % 100, 2) },
    Element("002") { padded($0.dayOfYear, 3) },
    Element("15") { padded($0.hour, 2) },
    Element("1") { "\($0.month)" },
    Element("2006") { padded($0.year, 4) },
    Element("2") { "\($0.day)" },
    Element("_2006") { "_" + padded($0.year, 4) },
    Element("_2") { padded($0.day, 2, with: " ") },
    Element("__2") { padded($0.dayOfYear, 3, with: " ") },
    Element("3") { "\($0.hour12)" },
    Element("4") { "\($0.minute)" },
    Element("5") { "\($0.second)" },
    Element("PM") { $0.hour < 12 ? "AM" : "PM" },
    Element("pm") { $0.hour < 12 ? "am" : "pm" },
    Element("-070000") { _ in "+000000" },
    Element("-07:00:00") { _ in "+00:00:00" },
    Element("-0700") { _ in "+0000" },
    Element("-07:00") { _ in "+00:00" },
    Element("-07") { _ in "+00" },
    Element("Z070000") { _ in "Z" },
    Element("Z07:00:00") { _ in "Z" },
    Element("Z0700") { _ in "Z" },
    Element("Z07:00") { _ in "Z" },
    Element("Z07") { _ in "Z" },
  ]

  private var hour12: Int { hour % 12 == 0 ? 12 : hour % 12 }

  var monthName: String {
    [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ][month - 1]
  }

  var weekdayName: String {
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][weekday]
  }

  private static func padded(_ value: Int, _ digits: Int, with filler: String = "0") -> String {
    let text = String(value)
    return String(repeating: filler, count: max(0, digits - text.count)) + text
  }
}
