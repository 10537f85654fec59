import Foundation

extension ModelServerSettings {
  /// Two, or one where there is but one core.
  package static var defaultLanes: Int { min(2, ProcessInfo.processInfo.activeProcessorCount) }
}
