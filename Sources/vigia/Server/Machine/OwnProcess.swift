import Foundation
import Glibc

/// What the kernel says of this process.
enum OwnProcess {
  /// Seconds of processor time since its start, its own and the kernel's for it.
  static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// 0 where it cannot be read.
  static var residentBytes: Int64 {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (KernelText.residentPages(text) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
