/// What a screen is asked to do beside showing pictures.
package enum ScreenSignal: Sendable, Equatable {
  /// Calls whoever is near.
  case bell
  /// A message of the desktop, where the terminal is known to show one.
  case notification(String)
  /// Text for the clipboard of the machine that the terminal stands on.
  case copy(String)
}
