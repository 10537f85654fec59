/// A terminal's description, as the files of terminfo hold it (term(5)): what ncurses knows of
/// a terminal. Decoded so that it can be changed, and encoded again for ncurses.
///
/// Extended capabilities, those without a fixed number, are not kept.
package struct Terminfo: Equatable, Sendable {
  package var names: [String]
  package var booleans: [Bool]
  /// nil where the terminal has no such number.
  package var numbers: [Int?]
  package var strings: [[UInt8]?]
  /// Extended capabilities to add that are true.
  package var extendedFlags: [String] = []

  package init(
    names: [String], booleans: [Bool] = [], numbers: [Int?] = [], strings: [[UInt8]?] = []
  ) {
    self.names = names
    self.booleans = booleans
    self.numbers = numbers
    self.strings = strings
  }

  /// Positions of the capabilities that are used here, from term.h.
  package enum Flag {
    package static let autoRightMargin = 1
    package static let eatNewlineGlitch = 4
    package static let moveStandoutMode = 14
    package static let canChangeColor = 27
    package static let backColorErase = 28
  }

  package enum Number {
    package static let columns = 0
    package static let lines = 2
    package static let maxColors = 13
    package static let maxPairs = 14
  }

  package enum Text {
    package static let backTab = 0
    package static let carriageReturn = 2
    package static let clearScreen = 5
    package static let clearToLineEnd = 6
    package static let clearToScreenEnd = 7
    package static let cursorAddress = 10
    package static let cursorHome = 12
    package static let enterBold = 27
    package static let enterDim = 30
    package static let enterReverse = 34
    package static let enterUnderline = 36
    package static let exitAttributes = 39
    package static let newLine = 103
    package static let setAttributes = 131
    package static let tab = 134
    package static let originalPair = 297
    package static let originalColors = 298
    package static let initializeColor = 299
    package static let setForeground = 359
    package static let setBackground = 360
  }

  package func flag(_ position: Int) -> Bool {
    booleans.indices.contains(position) && booleans[position]
  }

  package func number(_ position: Int) -> Int? {
    numbers.indices.contains(position) ? numbers[position] : nil
  }

  package func text(_ position: Int) -> [UInt8]? {
    strings.indices.contains(position) ? strings[position] : nil
  }

  package mutating func set(_ position: Int, flag: Bool) {
    while booleans.count <= position { booleans.append(false) }
    booleans[position] = flag
  }

  package mutating func set(_ position: Int, number: Int?) {
    while numbers.count <= position { numbers.append(nil) }
    numbers[position] = number
  }

  package mutating func set(_ position: Int, text: String?) {
    while strings.count <= position { strings.append(nil) }
    strings[position] = text.map { Array($0.utf8) }
  }
}

extension Terminfo {
  private static let shortMagic = 0o432
  private static let longMagic = 0o1036

  /// Reads a compiled description; nil when it is none.
  package init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes)
    guard let magic = reader.short(), [Terminfo.shortMagic, Terminfo.longMagic].contains(magic),
      let nameSize = reader.short(), let flagCount = reader.short(),
      let numberCount = reader.short(), let textCount = reader.short(),
      let tableSize = reader.short(), numberCount >= 0, textCount >= 0,
      let name = reader.take(nameSize),
      let flags = reader.take(flagCount)
    else { return nil }
    reader.align()
    let isLong = magic == Terminfo.longMagic
    var numbers: [Int?] = []
    for _ in 0..<numberCount {
      guard let number = isLong ? reader.long() : reader.short() else { return nil }
      numbers.append(number < 0 ? nil : number)
    }
    var offsets: [Int] = []
    for _ in 0..<textCount {
      guard let offset = reader.short() else { return nil }
      offsets.append(offset)
    }
    guard let table = reader.take(tableSize) else { return nil }
    names = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self).split(separator: "|")
      .map(String.init)
    booleans = flags.map { $0 == 1 }
    self.numbers = numbers
    strings = offsets.map { offset in
      guard offset >= 0, offset < table.count else { return nil }
      return Array(table.dropFirst(offset).prefix { $0 != 0 })
    }
  }

  /// The compiled form, with numbers of 32 bits so that a count of colours fits.
  package var encoded: [UInt8] {
    let name = Array(names.joined(separator: "|").utf8) + [0]
    var offsets: [UInt8] = []
    var table: [UInt8] = []
    for string in strings {
      offsets += string == nil ? [0xff, 0xff] : Terminfo.short(table.count)
      if let string { table += string + [0] }
    }
    var bytes = [
      Terminfo.longMagic, name.count, booleans.count, numbers.count, strings.count, table.count,
    ].flatMap(Terminfo.short)
    bytes += name + booleans.map { $0 ? 1 : 0 }
    if bytes.count % 2 == 1 { bytes.append(0) }
    bytes += numbers.flatMap { Terminfo.long($0 ?? -1) } + offsets + table
    return bytes + encodedExtension(startsOdd: bytes.count % 2 == 1)
  }

  private func encodedExtension(startsOdd: Bool) -> [UInt8] {
    guard !extendedFlags.isEmpty else { return [] }
    var names: [UInt8] = []
    var offsets: [UInt8] = []
    for flag in extendedFlags {
      offsets += Terminfo.short(names.count)
      names += Array(flag.utf8) + [0]
    }
    var bytes: [UInt8] = startsOdd ? [0] : []
    bytes += [extendedFlags.count, 0, 0, extendedFlags.count, names.count].flatMap(Terminfo.short)
    bytes += extendedFlags.map { _ in 1 }
    if extendedFlags.count % 2 == 1 { bytes.append(0) }
    return bytes + offsets + names
  }

  private static func short(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }

  private static func long(_ value: Int) -> [UInt8] {
    short(value) + short(value >> 16)
  }
}

/// Takes little-endian numbers from the front of bytes; nil beyond the end.
private struct Reader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, position + count <= bytes.count else { return nil }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func short() -> Int? {
    take(2).map {
      Int(Int16(truncatingIfNeeded: Int($0[$0.startIndex]) | Int($0[$0.startIndex + 1]) << 8))
    }
  }

  mutating func long() -> Int? {
    guard let low = short(), let high = short() else { return nil }
    return high << 16 | (low & 0xffff)
  }

  mutating func align() {
    position += position % 2
  }
}
