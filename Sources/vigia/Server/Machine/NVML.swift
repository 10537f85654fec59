import Domain
import Glibc

/// NVIDIA's management library, as far as it tells how busy its devices are; opened at run time, since most machines have
/// none.
///
/// Source: NVIDIA's NVML API reference, the functions named below; all return 0 for success.
struct NVML: Sendable {
  private typealias Count = @convention(c) (UnsafeMutablePointer<UInt32>) -> Int32
  private typealias Device =
    @convention(c) (UInt32, UnsafeMutablePointer<OpaquePointer?>) -> Int32
  private typealias Name =
    @convention(c) (OpaquePointer, UnsafeMutablePointer<CChar>, UInt32) -> Int32
  /// Two 32-bit percentages, of computing and of memory traffic.
  private typealias Utilization =
    @convention(c) (OpaquePointer, UnsafeMutablePointer<UInt32>) -> Int32
  /// Three 64-bit numbers of bytes: in all, free, used.
  private typealias Memory =
    @convention(c) (OpaquePointer, UnsafeMutablePointer<UInt64>) -> Int32

  private let count: Count
  private let device: Device
  private let name: Name
  private let utilization: Utilization
  private let memory: Memory

  /// - Returns: nil where the library is not there, lacks a function, or finds no driver.
  init?(_ path: String) {
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else { return nil }
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let start = function("nvmlInit_v2", (@convention(c) () -> Int32).self), start() == 0,
      let count = function("nvmlDeviceGetCount_v2", Count.self),
      let device = function("nvmlDeviceGetHandleByIndex_v2", Device.self),
      let name = function("nvmlDeviceGetName", Name.self),
      let utilization = function("nvmlDeviceGetUtilizationRates", Utilization.self),
      let memory = function("nvmlDeviceGetMemoryInfo", Memory.self)
    else {
      dlclose(library)
      return nil
    }
    self.count = count
    self.device = device
    self.name = name
    self.utilization = utilization
    self.memory = memory
  }

  func look() -> [Saturation.GPU] {
    var number: UInt32 = 0
    guard count(&number) == 0 else { return [] }
    return (0..<number).compactMap(gpu)
  }

  private func gpu(_ index: UInt32) -> Saturation.GPU? {
    var handle: OpaquePointer?
    guard device(index, &handle) == 0, let handle else { return nil }
    var sizes: [UInt64] = [0, 0, 0]
    guard memory(handle, &sizes) == 0 else { return nil }
    var percent: [UInt32] = [0, 0]
    let isKnown = utilization(handle, &percent) == 0
    var text = [CChar](repeating: 0, count: 96)
    let isNamed = name(handle, &text, UInt32(text.count)) == 0
    let product =
      isNamed ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self) : "NVIDIA"
    return Saturation.GPU(
      name: "\(index) \(product)", busy: isKnown ? Double(percent[0]) / 100 : nil,
      memoryBytes: Int64(clamping: sizes[0]), usedBytes: Int64(clamping: sizes[2]))
  }
}
