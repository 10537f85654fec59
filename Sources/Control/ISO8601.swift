package import Domain
import Foundation

/// A time as messages and reports write it: UTC, to the second, `2026-11-22T03:12:05Z`.
package func iso8601(_ time: Timestamp) -> String {
  Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000)
    .formatted(.iso8601)
}
