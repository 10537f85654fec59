import Foundation

extension EngineConfiguration.ModelMemory {
  /// Bytes; nil: there is no end.
  package var byteLimit: Int64? {
    switch self {
    case .half: MachineMemory.bytes / 2
    case .bytes(let bytes): bytes
    case .unlimited: nil
    }
  }
}

/// What this machine, or the container around this process, has of memory.
enum MachineMemory {
  static var bytes: Int64 {
    let physical = Int64(clamping: ProcessInfo.processInfo.physicalMemory)
    return min(physical, containerLimit ?? physical)
  }

  /// The limit of the control group, version 2 or 1; nil where there is none.
  private static var containerLimit: Int64? {
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
      if let bytes = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)) { return bytes }
    }
    return nil
  }
}
