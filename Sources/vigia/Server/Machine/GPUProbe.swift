import Domain
import Foundation

/// What the GPUs of this machine do, where there are some: NVIDIA's by their management library, AMD's by their driver's
/// files.
struct GPUProbe: Sendable {
  private let nvidia: NVML?
  private let drivers: String

  /// - Parameters:
  ///   - library: NVIDIA's; it comes with the driver.
  ///   - drivers: where the kernel lists graphics devices.
  init(library: String = "libnvidia-ml.so.1", drivers: String = "/sys/class/drm") {
    nvidia = NVML(library)
    self.drivers = drivers
  }

  func look() -> [Saturation.GPU] { (nvidia?.look() ?? []) + amd }

  private var amd: [Saturation.GPU] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: drivers)) ?? []
    return entries.filter { $0.hasPrefix("card") && !$0.contains("-") }.sorted()
      .compactMap { card in
        let folder = "\(drivers)/\(card)/device"
        guard let total = Self.number("\(folder)/mem_info_vram_total"),
          let used = Self.number("\(folder)/mem_info_vram_used")
        else { return nil }
        return Saturation.GPU(
          name: "\(card.dropFirst(4)) AMD",
          busy: Self.number("\(folder)/gpu_busy_percent").map { Double($0) / 100 },
          memoryBytes: total, usedBytes: used)
      }
  }

  private static func number(_ path: String) -> Int64? {
    (try? String(contentsOfFile: path, encoding: .utf8))
      .flatMap { Int64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
