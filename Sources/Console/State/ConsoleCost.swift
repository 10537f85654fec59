/// What a console takes of the machine that it runs on, over the last few seconds.
package struct ConsoleCost: Sendable, Equatable {
  /// Share of one core.
  package var processor: Double
  /// Bytes of the process that are in memory.
  package var residentBytes: Int64
  /// Bytes a second that the terminal took.
  package var bytesPerSecond: Double
  /// Times a second that the console woke up, for whatever reason.
  package var wakeupsPerSecond: Double
  /// Microseconds from a state to its picture, on the average and at worst; nil where nothing was drawn.
  package var frame: (mean: Double, worst: Double)?
  /// Seconds over which all this was measured.
  package var seconds: Double

  package init(
    processor: Double, residentBytes: Int64, bytesPerSecond: Double, wakeupsPerSecond: Double,
    frame: (mean: Double, worst: Double)?, seconds: Double
  ) {
    self.processor = processor
    self.residentBytes = residentBytes
    self.bytesPerSecond = bytesPerSecond
    self.wakeupsPerSecond = wakeupsPerSecond
    self.frame = frame
    self.seconds = seconds
  }

  package static func == (left: ConsoleCost, right: ConsoleCost) -> Bool {
    left.processor == right.processor && left.residentBytes == right.residentBytes
      && left.bytesPerSecond == right.bytesPerSecond
      && left.wakeupsPerSecond == right.wakeupsPerSecond && left.seconds == right.seconds
      && left.frame?.mean == right.frame?.mean && left.frame?.worst == right.frame?.worst
  }
}

/// What the system says of a process.
package struct ProcessUse: Sendable, Equatable {
  /// Seconds of processor time since its start, in the program and in the kernel for it.
  package var processorSeconds: Double
  package var residentBytes: Int64

  package init(processorSeconds: Double, residentBytes: Int64) {
    self.processorSeconds = processorSeconds
    self.residentBytes = residentBytes
  }
}
