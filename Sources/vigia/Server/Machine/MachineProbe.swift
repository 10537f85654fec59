import Domain
import Foundation
import Glibc

/// Looks at the machine and at this process, for rates between one look and the next.
struct MachineProbe {
  private let dataFolder: String
  private let gpus: GPUProbe
  private var cores: [KernelText.CoreTicks] = []
  private var last: (time: ContinuousClock.Instant, processSeconds: Double)?

  /// - Parameter dataFolder: of which file system the free space is told.
  init(dataFolder: String, gpus: GPUProbe = GPUProbe()) {
    self.dataFolder = dataFolder
    self.gpus = gpus
  }

  /// Blocks on the disk under the data folder.
  ///
  /// - Returns: nil at the first look, which has nothing to compare with.
  mutating func look() -> Saturation.Machine? {
    let now = ContinuousClock.now
    let nowCores = KernelText.cores(Self.read("/proc/stat"))
    let processSeconds = OwnProcess.processorSeconds
    defer {
      cores = nowCores
      last = (now, processSeconds)
    }
    guard let last, nowCores.count == cores.count else { return nil }
    let elapsed = max(last.time.duration(to: now) / .seconds(1), 1e-3)
    let shares = zip(cores, nowCores).map(Self.share)
    return Saturation.Machine(
      cores: shares.map(\.busy),
      stolen: shares.isEmpty ? 0 : shares.map(\.stolen).reduce(0, +) / Double(shares.count),
      coreLimit: min(
        Double(ProcessInfo.processInfo.activeProcessorCount),
        KernelText.coreLimit(Self.read("/sys/fs/cgroup/cpu.max")) ?? .infinity),
      processCores: (processSeconds - last.processSeconds) / elapsed,
      processSeconds: processSeconds,
      residentBytes: OwnProcess.residentBytes,
      memoryBytes: MachineMemory.bytes,
      availableBytes: KernelText.availableMemory(Self.read("/proc/meminfo")),
      openFiles: Self.openFiles, openFileLimit: Self.openFileLimit, disk: disk, gpus: gpus.look())
  }

  private static func share(
    _ before: KernelText.CoreTicks, _ after: KernelText.CoreTicks
  ) -> (busy: Double, stolen: Double) {
    // A core that was switched off and on begins anew.
    guard after.total > before.total, after.idle >= before.idle, after.stolen >= before.stolen
    else { return (0, 0) }
    let total = Double(after.total - before.total)
    return (
      1 - Double(after.idle - before.idle) / total, Double(after.stolen - before.stolen) / total
    )
  }

  private static func read(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// Less the one that reading them takes.
  private static var openFiles: Int {
    max(
      0, ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 1) - 1)
  }

  private static var openFileLimit: Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }

  private var disk: Saturation.Disk? {
    var information = statvfs()
    guard statvfs(dataFolder, &information) == 0 else { return nil }
    let block = Int64(clamping: information.f_frsize)
    return Saturation.Disk(
      bytes: Int64(clamping: information.f_blocks) * block,
      freeBytes: Int64(clamping: information.f_bavail) * block)
  }
}
