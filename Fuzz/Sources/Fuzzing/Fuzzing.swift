import CFuzzer
import Glibc

/// Runs libFuzzer with this program's arguments. A promise that is broken ends the process, and the input is kept.
///
/// - Parameters:
///   - fault: which promise the bytes break; nil when all hold.
///   - planted: likewise for a reader with a fault, which is taken where the environment has FUZZ_PLANTED: a property that
///     finds nothing there would find nothing anywhere.
package func fuzz(
  _ fault: @escaping ([UInt8]) -> String?, planted: @escaping ([UInt8]) -> String?
) -> Never {
  property = getenv("FUZZ_PLANTED") == nil ? fault : planted
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  let status = LLVMFuzzerRunDriver(&count, &arguments) { start, count in
    if let fault = property(Array(UnsafeBufferPointer(start: start, count: count))) {
      fatalError(fault)
    }
    return 0
  }
  exit(status)
}

/// nonisolated(unsafe): set before the first input, and libFuzzer has one thread.
nonisolated(unsafe) private var property: ([UInt8]) -> String? = { _ in nil }
