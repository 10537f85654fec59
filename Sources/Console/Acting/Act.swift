import Domain

/// What a dialog is about to do, as the operator sees it; control decides.
package enum Act: Sendable, Equatable {
  case rollBack
  /// `R` on a challenger's row: its weight to nothing.
  case endChallenger
  /// `R` on a shadow's row, or `C` again.
  case endShadow
  case promote
  case setWeight
  case startShadow
  case freeze
  case unfreeze
  case release
  /// `Z` on a row of the ledger.
  case undo
  case pin
  case unpin
  case limit
  case shed
  case eject
  case load
  case unload
  case acknowledge
  /// `a` on what somebody has in hand.
  case takeBack
  case silence
  /// `s` on what is silenced.
  case endSilence
  /// A word into the open incident of the model.
  case note

  /// On the confirm button.
  package var verb: String {
    switch self {
    case .rollBack: "Roll back"
    case .endChallenger: "Take it out"
    case .endShadow: "End shadow"
    case .promote: "Promote"
    case .setWeight: "Set share"
    case .startShadow: "Start shadow"
    case .freeze: "Freeze"
    case .unfreeze: "Unfreeze"
    case .release: "Release"
    case .undo: "Take it back"
    case .pin: "Pin"
    case .unpin: "Lift the pin"
    case .limit: "Limit"
    case .shed: "Shed"
    case .eject: "Eject"
    case .load: "Load"
    case .unload: "Unload"
    case .acknowledge: "Acknowledge"
    case .takeBack: "Give back"
    case .silence: "Silence"
    case .endSilence: "End silence"
    case .note: "Note"
    }
  }

  /// The reason that stands in the field until the operator writes a better one.
  package var usualReason: String {
    switch self {
    case .rollBack: "rollback from console"
    case .endChallenger: "challenger taken out from console"
    case .endShadow: "shadow ended from console"
    case .promote: "promotion from console"
    case .setWeight: "share set from console"
    case .startShadow: "shadow started from console"
    case .freeze: "freeze from console"
    case .unfreeze: "freeze lifted from console"
    case .release: ""
    case .undo: "taken back from console"
    case .pin: "pinned from console"
    case .unpin: "pin lifted from console"
    case .limit: "limited from console"
    case .shed: "shed from console"
    case .eject: "ejected from console"
    case .load: "loaded from console"
    case .unload: "unloaded from console"
    case .acknowledge: "looking at it"
    case .takeBack: "given back from console"
    case .silence: "silenced from console"
    case .endSilence: "silence ended from console"
    case .note: ""
    }
  }

  /// Whether requests are answered by another version afterwards.
  package var movesTraffic: Bool {
    switch self {
    case .rollBack, .endChallenger, .promote, .setWeight: true
    case .endShadow, .startShadow, .freeze, .unfreeze, .release, .undo, .pin, .unpin, .limit, .shed,
      .eject, .load, .unload, .acknowledge, .takeBack, .silence, .endSilence, .note:
      false
    }
  }

  /// Whether it is done because something is wrong.
  var isAgainstTrouble: Bool {
    switch self {
    case .rollBack, .endChallenger, .pin, .limit, .shed: true
    default: false
    }
  }

  /// Whether it is about the whole model, whichever of its versions the hand is on.
  var isOfModel: Bool {
    switch self {
    case .pin, .limit, .shed: true
    default: false
    }
  }

  /// Whether clients notice.
  package var isFelt: Bool {
    switch self {
    case .undo, .pin, .limit, .shed, .eject: true
    default: movesTraffic
    }
  }
}

extension ModelSnapshot {
  /// What `R` means on a version's row.
  func rollBackAct(on version: String) -> Act {
    if version == deployment.challenger?.version { return .endChallenger }
    if version == deployment.shadow, version != deployment.champion { return .endShadow }
    return .rollBack
  }

  /// Why an act on a version would surely be refused, in the operator's words, what helps first: of a narrow line the rest is
  /// cut. Nil when it may be tried.
  ///
  /// - Parameter key: of an intent.
  func obstacle(
    to act: Act, version: String, at now: Timestamp, key: (Intent) -> String
  ) -> String? {
    switch act {
    case .rollBack:
      return deployment.rollbackTarget == nil
        ? "\(name) has no version to go back to: no former champion that was not itself rolled back"
        : nil
    case .promote:
      if version == deployment.champion {
        let next = deployment.challenger.map { "select \($0.version), the challenger: " } ?? ""
        return "\(next)\(name) \(version) is the champion already"
      }
      if let quarantine = deployment.quarantine[version] {
        return
          "\(key(.release)) releases it first: \(name) \(version) is in quarantine since it was rolled "
          + "back (\(quarantine.reason))"
      }
      return frozen(at: now, key: key(.freeze))
    case .setWeight:
      if version == deployment.champion {
        return "select another version to give it a share: \(name) \(version) is the champion"
      }
      if deployment.quarantine[version] != nil {
        return "\(key(.release)) releases it first: \(name) \(version) is in quarantine"
      }
      return nil
    case .startShadow:
      return version == deployment.champion || version == deployment.challenger?.version
        ? "\(name) \(version) answers requests already: a shadow is another version" : nil
    case .release:
      return deployment.quarantine[version] == nil
        ? "\(name) \(version) is not in quarantine" : nil
    case .eject:
      return self.version(version)?.upstreams?.isEmpty ?? true
        ? "\(name) \(version) runs in this server: it has no upstream to eject" : nil
    case .load:
      return self.version(version)?.state == .ready
        ? "\(name) \(version) is in memory already" : nil
    case .unload:
      return deployment.pinnedVersions.contains(version)
        ? "\(name) \(version) serves, or is where a rollback goes: it stays in memory" : nil
    case .endChallenger, .endShadow, .freeze, .unfreeze, .undo, .pin, .unpin, .limit, .shed,
      .acknowledge, .takeBack, .silence, .endSilence, .note:
      return nil
    }
  }

  private func frozen(at now: Timestamp, key: String) -> String? {
    deployment.activeFreeze(at: now).map {
      "\(key) lifts the freeze first: \(name) is frozen by \($0.by): \($0.reason)"
    }
  }
}
