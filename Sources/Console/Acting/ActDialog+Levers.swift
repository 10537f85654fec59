import Domain
import Foundation
import TextUI

/// Questions about a pin, limits and upstreams: what they ask for, and what they come to.
extension ActDialog {
  /// The version that a pin is offered to: the row that was chosen, unless it answers already or is what the alert is about;
  /// then the one that is proven better, then where a rollback would go.
  private static func pinTarget(_ version: String, _ model: ModelSnapshot, _ alert: Alert?)
    -> String
  {
    let deployment = model.deployment
    // The version that an alert names is the one that is to answer no more.
    let failing = alert.map { $0.version ?? deployment.champion }
    let chosen = version == deployment.champion ? nil : version
    let others =
      [chosen, model.provenRival, deployment.rollbackTarget]
      + (alert == nil ? [] : [deployment.challenger?.version])
    return others.compactMap(\.self).first {
      $0 != failing && deployment.quarantine[$0] == nil
    } ?? deployment.champion
  }

  /// - Parameters:
  ///   - alert: that the question was opened from; its labels fill in what they name.
  ///   - client: whom an alert about the model names.
  ///   - server: nil leaves out what production asks for.
  static func leverFields(
    _ act: Act, version: String, model: ModelSnapshot, server: ServerInfo?, alert: Alert?,
    client: String?
  ) -> [Field] {
    switch act {
    case .pin:
      let fallback = pinTarget(version, model, alert)
      // In production it is typed, as wherever traffic moves.
      let text = server?.isProduction ?? false ? "" : fallback
      return [
        Field(
          kind: .version, label: "version", text: text,
          hint: model.versions.map(\.version).joined(separator: ", "))
      ]
    case .limit:
      return [
        Field(
          kind: .client, label: "client", text: client ?? "each",
          hint: "a name; each: each by itself; all: together"),
        rateField(of: client, in: model),
      ]
    case .shed:
      return [
        Field(
          kind: .client, label: "client", text: client ?? "all",
          hint: "a name; all: whoever asks"),
        Field(
          kind: .share, label: "share", text: "20", hint: "per cent that is refused; 0 lifts it"),
      ]
    case .eject:
      let upstreams = model.version(version)?.upstreams ?? []
      let worst =
        upstreams.first { $0.name == alert?.labels["upstream"] }
        ?? upstreams.first { if case .unhealthy = $0.state { true } else { false } }
        ?? upstreams.first
      return [
        Field(
          kind: .upstream, label: "upstream", text: worst?.name ?? "",
          hint: "\(upstreams.count) behind \(version)"),
        Field(kind: .until, label: "for", text: "10m", hint: "30s, 10m, 2h; 0s brings it back"),
      ]
    default: return []
    }
  }

  /// For one client that an alert names a tenth of what is answered now, to one digit: also where its requests are larger than
  /// others, these have most of the machine then. Elsewhere nothing is known that would suggest a rate.
  private static func rateField(of client: String?, in model: ModelSnapshot) -> Field {
    let answered = model.answeredRate
    // What a limit refuses would count as answered.
    let isLimited = (model.deployment.limits ?? []).contains {
      if case .rate = $0.measure { true } else { false }
    }
    guard client != nil, !isLimited, answered >= 10 else {
      return Field(
        kind: .rate, label: "rate", text: "", hint: "requests/s; 0 lifts it")
    }
    let digit = pow(10, floor(log10(answered / 10)))
    let rate = (answered / 10 / digit).rounded() * digit
    return Field(
      kind: .rate, label: "rate", text: "\(Int(rate))",
      hint:
        "requests/s: a tenth of the \(Format.rate(answered, unit: "").text) answered")
  }

  /// The command's action of such a question; nil for other questions.
  func leverAction() -> Result<Command.Action, Blocked>? {
    switch act {
    case .pin:
      guard let version = pinned else {
        return .failure(Blocked("which version? Tab, then type one of those named"))
      }
      return .success(
        .pin(model: model, version: version, verification: isWaived ? .waived : .required))
    case .unpin: return .success(.unpin(model: model))
    case .load: return .success(.load(model: model, version: version))
    case .unload: return .success(.unload(model: model, version: version, pinned: false))
    case .limit:
      guard let rate = Double(trimmed(.rate)), rate >= 0 else {
        return .failure(Blocked("how many requests a second? Tab, then type a number, as 200"))
      }
      return scope.map {
        .limit(model: model, scope: $0, rate: rate == 0 ? nil : rate, burst: nil)
      }
    case .shed:
      let digits = trimmed(.share).filter { $0 != "%" }
      guard let percent = Double(digits), (0...100).contains(percent) else {
        return .failure(Blocked("the share is a number from 0 to 100, as 20"))
      }
      return scope.map { .shed(model: model, scope: $0, share: percent / 100) }
    case .eject:
      let upstream = trimmed(.upstream)
      guard !upstream.isEmpty else {
        return .failure(Blocked("which upstream? Tab, then its name"))
      }
      let typed = trimmed(.until)
      let seconds = typed == "0s" || typed == "0" ? 0 : ActDialog.duration(typed)
      guard let seconds else { return .failure(ActDialog.badDuration) }
      return .success(
        .eject(model: model, version: version, upstream: upstream, seconds: seconds))
    default: return nil
    }
  }

  /// The version to pin to, as typed; nil where none is yet.
  var pinned: String? {
    let name = trimmed(.version)
    return name.isEmpty ? nil : name
  }

  private var scope: Result<TrafficLimit.Scope, Blocked> {
    let name = trimmed(.client)
    switch name {
    case "", "all": return .success(.all)
    case "each", "each-client": return .success(.eachClient)
    default:
      guard let scope = TrafficLimit.Scope.named(name) else {
        return .failure(Blocked("a client's name is \(TrafficLimit.Scope.clientForm)"))
      }
      return .success(scope)
    }
  }

  private func trimmed(_ kind: Field.Kind) -> String { (text(kind) ?? "").filter { $0 != " " } }
}

extension ActDialogView {
  var leverTitle: String? {
    switch asking.act {
    case .pin: "pin \(asking.model) to one version"
    case .unpin: "lift the pin of \(asking.model)"
    case .limit: "limit requests to \(asking.model)"
    case .shed: "shed requests to \(asking.model)"
    case .eject: "eject an upstream of \(asking.model) \(asking.version)"
    case .load: "load \(asking.model) \(asking.version)"
    case .unload: "unload \(asking.model) \(asking.version)"
    default: nil
    }
  }

  /// What is in force of these kinds.
  func leverRows(_ model: ModelSnapshot, _ look: Look) -> [TextUI.Dialog.Row] {
    switch asking.act {
    case .pin, .unpin:
      guard let pin = model.deployment.pin else {
        return [.pair("pin", look.text("none: the split decides", .quiet))]
      }
      return [
        .pair(
          "pinned",
          look.text(
            "to \(pin.version) since \(state.wall.dateAndTime(pin.since)) by \(pin.by): \(pin.reason)"
          ))
      ]
    case .limit, .shed:
      let rate = Format.rate(model.requestRate).styled(look)
      let limits = model.deployment.limits ?? []
      return [.pair("now", rate)]
        + (limits.isEmpty
          ? [.pair("limits", look.text("none but the configuration's", .quiet))]
          : limits.prefix(4).enumerated().map { index, limit in
            .pair(index == 0 ? "limits" : "", look.text("\(limit.words), by \(limit.by)"))
          })
        + hurt(model, look)
    case .eject:
      return (model.version(asking.version)?.upstreams ?? []).prefix(5).map { upstream in
        .pair("upstream", look.text("\(upstream.name)  \(words(upstream.state))"))
      }
    default: return []
    }
  }

  /// Whom it would be about.
  private func hurt(_ model: ModelSnapshot, _ look: Look) -> [TextUI.Dialog.Row] {
    (model.hurtClients ?? []).prefix(2).enumerated().map { index, client in
      .pair(index == 0 ? "clients" : "", look.text(client.words, .quiet))
    }
  }

  private func words(_ state: UpstreamStatus.State) -> String {
    switch state {
    case .healthy: "healthy"
    case .unhealthy(let reason): "unhealthy: \(reason)"
    case .ejected(_, let reason): "ejected: \(reason)"
    }
  }

  var leverConsequence: String? {
    switch asking.act {
    case .pin:
      "It answers everything, whatever the split says; a rollback or F again lifts it."
    case .unpin: "The split decides again."
    case .limit: "What is above is answered 429 with Retry-After; it counts as limited, not failed."
    case .shed: "What is refused is answered 503 with Retry-After, against the availability."
    case .eject: "It gets no request until then; the others take its part."
    case .load: "Traffic stays where it is."
    case .unload: "Its memory is free afterwards; what serves or is a rollback's target stays."
    default: nil
    }
  }
}
