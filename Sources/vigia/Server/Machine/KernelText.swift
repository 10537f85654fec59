/// What Linux tells of the machine, as text: parsed apart from being read.
enum KernelText {
  /// Ticks of one core, or of all together.
  struct CoreTicks: Equatable {
    var total: UInt64
    var idle: UInt64
    var stolen: UInt64
  }

  /// `/proc/stat`: a line for each core. The time of guests stands in the user's already.
  static func cores(_ text: String) -> [CoreTicks] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let name = words.first, name.hasPrefix("cpu"), name.count > 3, words.count >= 8 else {
        return nil
      }
      let ticks = words.dropFirst().prefix(8).map { UInt64($0) ?? 0 }
      return CoreTicks(
        total: ticks.reduce(0, +), idle: ticks[3] + ticks[4],
        stolen: ticks.count > 7 ? ticks[7] : 0)
    }
  }

  /// `MemAvailable` of `/proc/meminfo`, in bytes.
  static func availableMemory(_ text: String) -> Int64? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = Int64(line.split(separator: " ").dropFirst().first ?? "")
    else { return nil }
    return kilobytes << 10
  }

  /// The second field of `/proc/self/statm`: pages that are in memory.
  static func residentPages(_ text: String) -> Int64? {
    text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
  }

  /// `cpu.max` of a control group, as `200000 100000`: how many cores' time it may use; nil without a limit.
  static func coreLimit(_ text: String) -> Double? {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), period > 0
    else { return nil }
    return quota / period
  }
}
