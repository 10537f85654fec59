import Domain
import TextUI

/// What became of a request, as words and colours.
extension Domain.Outcome {
  var word: String {
    switch self {
    case .ok: "ok"
    case .invalid: "invalid"
    case .failed: "failed"
    case .shed: "shed"
    case .limited: "limited"
    case .timedOut: "timeout"
    case .cancelled: "cancelled"
    }
  }

  var tone: Tone { isServerError ? .critical : self == .ok ? .ok : .warn }
}
