package import Domain
import Foundation

extension Timestamp {
  /// The wall clock of this machine.
  package static var systemNow: Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
