import Domain
import Foundation
import Testing

@testable import vigia

/// What is read of the machine.
struct MachineTests {
  @Test func `cores are told apart, and their idle and stolen time`() {
    let text = """
      cpu  400 0 100 1000 20 0 5 30 7 0
      cpu0 200 0 50 500 10 0 5 15 7 0
      cpu1 200 0 50 500 10 0 0 15 0 0
      intr 123 4 5
      ctxt 99
      """
    let cores = KernelText.cores(text)
    #expect(cores.count == 2)
    #expect(cores[0] == .init(total: 780, idle: 510, stolen: 15))
    #expect(cores[1] == .init(total: 775, idle: 510, stolen: 15))
    #expect(KernelText.cores("").isEmpty)
    #expect(KernelText.cores("cpu0 1 2").isEmpty)
  }

  @Test func `limits and memory are read, or not there`() {
    #expect(KernelText.coreLimit("150000 100000\n") == 1.5)
    #expect(KernelText.coreLimit("max 100000\n") == nil)
    #expect(KernelText.coreLimit("") == nil)
    #expect(
      KernelText.availableMemory("MemTotal: 99 kB\nMemAvailable:    2048 kB\n") == 2_097_152)
    #expect(KernelText.availableMemory("MemTotal: 99 kB\n") == nil)
    #expect(KernelText.residentPages("1000 250 30 1 0 5 0\n") == 250)
    #expect(KernelText.residentPages("") == nil)
  }

  /// Of all threads of this process so far.
  private static func processTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Real figures of this process, which has to move while they are taken.
  @Test func `a second look tells what happened since the first`() throws {
    var probe = MachineProbe(dataFolder: NSTemporaryDirectory())
    let begun = ContinuousClock.now
    #expect(probe.look() == nil)
    // The kernel counts in hundredths of a second.
    let work = Duration.milliseconds(200)
    let spent = Self.processTime()
    while Self.processTime() < spent + work {}
    let handles = try (0..<20).map { _ in
      try FileHandle(forReadingFrom: URL(filePath: "/dev/null"))
    }
    let second = probe.look()
    // However little of the machine was left for it.
    let cores = work / begun.duration(to: .now)
    let machine = try #require(second)
    #expect(machine.cores.count >= 1 && machine.cores.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(machine.coreLimit > 0)
    #expect(machine.processCores > cores / 2, "\(cores)")
    #expect(machine.residentBytes > 1 << 20 && machine.residentBytes < machine.memoryBytes)
    #expect(machine.openFiles >= 20 + 3 && machine.openFiles <= machine.openFileLimit)
    let disk = try #require(machine.disk)
    #expect(disk.freeBytes > 0 && disk.freeBytes <= disk.bytes)
    for handle in handles { try handle.close() }
  }

  @Test func `a data folder that is gone has no free space, and all else is told`() throws {
    var probe = MachineProbe(dataFolder: "/no/such/folder")
    _ = probe.look()
    let second = probe.look()
    let machine = try #require(second)
    #expect(machine.disk == nil)
    #expect(machine.residentBytes > 0)
  }

  @Test func `AMD's devices are found by their driver's files`() throws {
    let folder = try TemporaryFolder()
    try folder.write("17163091968\n", to: "card1/device/mem_info_vram_total")
    try folder.write("1048576\n", to: "card1/device/mem_info_vram_used")
    try folder.write("37\n", to: "card1/device/gpu_busy_percent")
    try folder.write("0x8086\n", to: "card0/device/vendor")
    try folder.write("connected\n", to: "card1-DP-1/status")
    let probe = GPUProbe(library: "\(folder.path)/none.so", drivers: folder.path)
    #expect(
      probe.look() == [
        Saturation.GPU(
          name: "1 AMD", busy: 0.37, memoryBytes: 17_163_091_968, usedBytes: 1_048_576)
      ])
  }

  /// A library with NVIDIA's functions, made here: it has two devices, the second of which does not tell how busy it is.
  @Test func `NVIDIA's devices are asked through their library`() throws {
    let folder = try TemporaryFolder()
    let source = """
      #include <string.h>
      int nvmlInit_v2(void) { return 0; }
      int nvmlDeviceGetCount_v2(unsigned *count) { *count = 3; return 0; }
      int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
        if (index == 2) return 15;
        *device = (void *)(unsigned long)(index + 1);
        return 0;
      }
      int nvmlDeviceGetName(void *device, char *name, unsigned length) {
        strncpy(name, device == (void *)1 ? "NVIDIA L4" : "NVIDIA T4", length);
        return 0;
      }
      int nvmlDeviceGetUtilizationRates(void *device, unsigned *percent) {
        if (device == (void *)2) return 3;
        percent[0] = 64; percent[1] = 12;
        return 0;
      }
      int nvmlDeviceGetMemoryInfo(void *device, unsigned long long *bytes) {
        bytes[0] = 24ULL << 30; bytes[1] = 20ULL << 30; bytes[2] = 4ULL << 30;
        return 0;
      }
      """
    try folder.write(source, to: "nvml.c")
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-shared", "-fPIC", "-o", "\(folder.path)/nvml.so", "\(folder.path)/nvml.c",
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "Swift's toolchain has clang")
    let probe = GPUProbe(library: "\(folder.path)/nvml.so", drivers: "\(folder.path)/none")
    #expect(
      probe.look() == [
        Saturation.GPU(
          name: "0 NVIDIA L4", busy: 0.64, memoryBytes: 24 << 30, usedBytes: 4 << 30),
        Saturation.GPU(
          name: "1 NVIDIA T4", busy: nil, memoryBytes: 24 << 30, usedBytes: 4 << 30),
      ])
  }
}
