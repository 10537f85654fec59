import Dispatch
import Foundation
import Glibc

/// The machine's own log, for what must not depend on Vigia's stores.
enum SystemLog {
  /// Hands a line to syslog(3) on a thread of its own: a log that hangs holds up no rescue.
  static func critical(_ text: String) {
    DispatchQueue.global(qos: .utility).async {
      // Unsafe as any variadic C function: the text is an argument of "%s", never the format.
      unsafe text.withCString { line in
        unsafe withVaList([line]) { unsafe vsyslog(LOG_CRIT, "%s", $0) }
      }
    }
  }
}
