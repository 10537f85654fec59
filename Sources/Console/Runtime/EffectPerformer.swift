import Domain

/// Does outside what `update` wishes for, and posts what came of it.
struct EffectPerformer: Sendable {
  let source: any ConsoleSource
  let keep: ScreenExport.Keeping
  /// Keeps the time for this user's next console.
  let noteLook: @Sendable (Timestamp) -> Void
  let mailbox: Mailbox
  let clock: any Clock<Duration>
  let pace = PaceSetting()

  /// Performs effects until their stream ends, then cancels what is still under way.
  func run(_ effects: AsyncStream<Effect>) async {
    await withDiscardingTaskGroup { group in
      let (notices, announcing) = AsyncStream.makeStream(of: Intention.Notice.self)
      group.addTask { await announce(notices) }
      for await effect in effects {
        switch effect {
        // At once, since the order of two changes matters.
        case .follow(let next): pace.set(next)
        case .announce(let notice): announcing.yield(notice)
        default: group.addTask { await perform(effect) }
        }
      }
      group.cancelAll()
    }
  }

  /// One after the other: what is over must not arrive before what was begun.
  private func announce(_ notices: AsyncStream<Intention.Notice>) async {
    for await notice in notices {
      // A courtesy: where it does not arrive, what a command expects of the state still holds.
      _ = try? await source.announce(notice)
    }
  }

  func perform(_ effect: Effect) async {
    switch effect {
    // These are done before an effect gets here.
    case .follow, .announce, .signal: break
    case .looked(let time): noteLook(time)
    case .export(let export): mailbox.post(.exported(await keep(export)))
    case .exportIncident(let id, let model, let objectives, let now):
      mailbox.post(.incidentExported(await exportIncident(id, of: model, objectives, at: now)))
    case .connect(let delay):
      guard (try? await clock.sleep(for: delay)) != nil else { return }
      await listen()
    case .ask(let slot, let question):
      mailbox.post(await source.answer(slot, question))
    case .preflight(let version):
      do throws(SourceError) {
        mailbox.post(.preflight(version, .success(try await source.preflight(version))))
      } catch {
        mailbox.post(.preflight(version, .failure(error)))
      }
    case .runAgain(let copy, let version):
      let query = RerunQuery(variant: copy.variant, version: version)
      do throws(SourceError) {
        let rerun = try await source.runAgain(copy.id, query)
        mailbox.post(.ranAgain(copy, version: version, .success(rerun)))
      } catch {
        mailbox.post(.ranAgain(copy, version: version, .failure(error)))
      }
    case .send(let command):
      mailbox.post(.outcome(command, await source.send(command)))
    case .lookUp(let id, let delay):
      guard (try? await clock.sleep(for: delay)) != nil else { return }
      do throws(SourceError) {
        mailbox.post(.lookedUp(id, .success(try await source.outcome(of: id))))
      } catch {
        mailbox.post(.lookedUp(id, .failure(error)))
      }
    }
  }

  private func exportIncident(
    _ chosen: IncidentID?, of model: String?, _ objectives: [String: ServiceObjective],
    at now: Timestamp
  ) async -> Result<String, ExportFailure> {
    do throws(SourceError) {
      var id = chosen
      if id == nil, let model {
        let open = IncidentQuery(model: model, isOpen: true, limit: 1)
        id = try await source.incidents(open).first?.id
      }
      if id == nil { id = try await source.incidents(IncidentQuery(limit: 1)).first?.id }
      guard let id, let report = try await source.incident(id) else {
        let reason = chosen.map { "\($0) is not known" } ?? "there has been no incident"
        return .failure(ExportFailure(reason: reason))
      }
      let draft = await PostMortem.gather(
        report, objectives: objectives, from: source, at: now)
      return await keep(draft.export)
    } catch {
      return .failure(ExportFailure(reason: error.reason))
    }
  }

  /// Follows the snapshots until their stream ends, for whatever reason. Another pace is another stream.
  private func listen() async {
    var reason: String?
    while reason == nil, !Task.isCancelled {
      let (pace, changes) = pace.watch()
      reason = await withTaskGroup(of: String?.self) { group in
        defer { group.cancelAll() }
        group.addTask { await follow(pace) }
        group.addTask {
          for await next in changes where next != pace { return nil }
          return nil
        }
        return await group.next() ?? nil
      }
    }
    if let reason, !Task.isCancelled { mailbox.post(.connectionLost(reason: reason)) }
  }

  /// - Returns: why the stream ended.
  private func follow(_ pace: StreamPace) async -> String {
    var snapshot: SystemSnapshot?
    do {
      for try await delta in source.snapshots(pace) {
        guard let next = delta.applied(to: snapshot) else {
          return "the server's first message was not whole"
        }
        snapshot = next
        mailbox.post(.snapshot(next))
      }
    } catch let error as SourceError {
      return error.reason
    } catch {
      return "\(error)"
    }
    return "the server closed the connection"
  }
}

extension ConsoleSource {
  /// A question about the past, answered or not.
  func answer(_ slot: QueryBoard.Slot, _ question: QueryBoard.Question) async -> Action {
    do throws(SourceError) {
      let answer: QueryBoard.Answer =
        switch question {
        case .series(let query): .series(try await series(query))
        case .heatmap(let query): .heatmap(try await heatmap(query))
        case .requests(let query): .requests(try await requests(query))
        case .request(let id): .request(try await request(id))
        case .failures(let query): .failures(try await failures(query))
        case .audit(let query, _): .audit(try await audit(query))
        case .judgements(let query, _):
          .judgements(JudgementHistory(try await judgements(query)))
        case .business(let query): .business(try await business(query))
        case .runbooks(let query, _): .runbooks(try await runbooks(query))
        case .metric(let question): .metric(try await metrics(question))
        case .past(let query): .past(try await past(query))
        case .incidents: .incidents(try await incidents(IncidentQuery(limit: 50)))
        case .incident(let id, _): .incident(try await incident(id))
        }
      return .answered(slot, question, .success(answer))
    } catch {
      return .answered(slot, question, .failure(error))
    }
  }
}
