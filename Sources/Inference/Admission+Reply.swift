import Domain
import InferenceProtocol

/// What stands between an answer of the engine and a reply.
extension Admission {
  /// The outputs, unless they are more than a reply may hold, or one is to be JSON and has strings that are no text: to
  /// change them without a word would be a wrong answer.
  func sendable(_ outputs: [Tensor]) -> Result<[Tensor], InferenceError> {
    let limit = plane.settings.answerBytes
    var (memory, body) = (0, 0)
    for output in outputs {
      let bytes = output.memoryBytes
      memory += bytes
      guard memory <= limit else {
        return .failure(
          .invalid(
            .answerTooLarge(
              output: output.name, shape: output.shape, bytes: bytes, limit: limit)))
      }
      let isBinary = call.request.wantsBinary(output.name)
      // As text an element has a character and a comma at least; by how much it is longer, printing tells.
      body += isBinary ? output.byteCount : output.elementCount * 2
      guard body <= limit else {
        return .failure(
          .invalid(
            .replyTooLong(
              output: output.name, shape: output.shape, isBinary: isBinary, limit: limit)))
      }
      if output.datatype == .bytes, !isBinary, let element = output.firstNotText {
        return .failure(.invalid(.notText(output: output.name, element: element)))
      }
    }
    return .success(outputs)
  }

  /// What becomes of a request that the engine answered, and whose reply can be sent.
  var outcomeOfReply: Outcome {
    // Nobody can be told any more: what was computed is no success.
    call.presence?.isGone == true ? .cancelled : .ok
  }

  /// - Parameter record: called once, when it is known what the client gets.
  func unprinted(
    _ slot: LoadedSlot?, _ trace: InferenceTrace,
    _ record: @escaping @Sendable (Outcome, InferenceError?) -> Void
  ) -> UnprintedReply {
    let nanoseconds = trace.queueTime + trace.computeTime
    slot?.replies.waits(nanoseconds: nanoseconds)
    return UnprintedReply { ending in
      slot?.replies.ended(nanoseconds: nanoseconds, isRefused: ending.isRefused)
      switch ending {
      case .printed: record(self.outcomeOfReply, nil)
      case .dropped: record(.cancelled, nil)
      case .refused(let error):
        self.countRefusal(error)
        record(error.outcome, error)
      }
    }
  }
}
