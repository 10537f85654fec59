import Crypto
import InferenceProtocol
import Synchronization

/// What makes two requests the same: SHA-256 of the version, the inputs and the outputs asked for.
struct CacheKey: Hashable, Sendable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// - Complexity: O(bytes of the inputs).
  init(version: String, signature: ModelSignature, job: EngineJob) {
    var head: [UInt8] = []
    func append(_ number: Int) {
      for shift in stride(from: 0, to: 64, by: 8) {
        head.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    func append(_ text: String) {
      append(text.utf8.count)
      head += text.utf8
    }
    var hash = SHA256()
    append(version)
    append(job.outputs.count)
    for output in job.outputs { append(output) }
    // In the signature's order: a client may give its inputs in any. Each part with its length, so that no two requests
    // run together to the same bytes.
    for input in signature.hasOverride(job.inputs) ? signature.allInputs : signature.inputs {
      guard let tensor = job.inputs.first(where: { $0.name == input.name }) else { continue }
      append(tensor.name)
      append(tensor.datatype.rawValue)
      append(tensor.shape.count)
      for length in tensor.shape { append(length) }
      switch tensor.storage {
      case .bytes(let bytes):
        append(bytes.count)
        if bytes.count <= 4_096 {
          head += bytes
        } else {
          hash.update(data: head)
          hash.update(data: bytes)
          head = []
        }
      case .strings(let strings):
        for string in strings {
          append(string.count)
          head += string
        }
      }
    }
    hash.update(data: head)
    var words: [UInt64] = [0, 0, 0, 0]
    for (index, byte) in hash.finalize().enumerated() {
      words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
  }

  /// The digest is as good as random: a part of it will do.
  func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

/// Answers that were given before, the least recently used leaving first: bounded in bytes.
///
/// It is for models that answer the same to the same. Two requests that miss at once both run.
final class ResponseCache: Sendable {
  let limit: Int
  private let entries = Mutex(Entries())

  /// Entries in a ring by use: what is newer than the newest is the oldest.
  fileprivate struct Entries {
    var places: [CacheKey: Int] = [:]
    var slots: [Slot] = []
    var free: [Int] = []
    /// The newest; -1 when there is none.
    var newest = -1
    var bytes = 0
  }

  fileprivate struct Slot {
    var key: CacheKey
    var outputs: [Tensor]
    var bytes: Int
    var older: Int
    var newer: Int
  }

  /// - Parameter limit: bytes that the answers, with their own bookkeeping, may take.
  init(limit: Int) { self.limit = limit }

  var bytes: Int { entries.withLock { $0.bytes } }
  var count: Int { entries.withLock { $0.places.count } }

  /// - Complexity: O(1).
  func outputs(for key: CacheKey) -> [Tensor]? {
    entries.withLock { entries in
      guard let place = entries.places[key] else { return nil }
      entries.unlink(place)
      entries.linkAsNewest(place)
      return entries.slots[place].outputs
    }
  }

  /// An answer larger than an eighth of the limit is not kept: it would drive out too many others.
  func keep(_ outputs: [Tensor], for key: CacheKey) {
    let bytes = outputs.reduce(Self.overhead) { $0 + $1.byteCount + $1.name.utf8.count + 128 }
    guard bytes <= limit / 8 else { return }
    entries.withLock { entries in
      guard entries.places[key] == nil else { return }
      while entries.bytes + bytes > limit { entries.removeOldest() }
      entries.insert(Slot(key: key, outputs: outputs, bytes: bytes, older: -1, newer: -1))
    }
  }

  func removeAll() { entries.withLock { $0 = Entries() } }

  /// What an entry takes beside its tensors, roughly: key, slot and place.
  private static let overhead = 256
}

extension ResponseCache.Entries {
  fileprivate mutating func insert(_ slot: ResponseCache.Slot) {
    let place: Int
    if let reused = free.popLast() {
      place = reused
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
    }
    places[slot.key] = place
    bytes += slot.bytes
    linkAsNewest(place)
  }

  /// - Precondition: there is an entry.
  fileprivate mutating func removeOldest() {
    let place = slots[newest].newer
    unlink(place)
    places[slots[place].key] = nil
    bytes -= slots[place].bytes
    slots[place].outputs = []
    free.append(place)
  }

  fileprivate mutating func unlink(_ place: Int) {
    let (older, newer) = (slots[place].older, slots[place].newer)
    slots[older].newer = newer
    slots[newer].older = older
    if newest == place { newest = older == place ? -1 : older }
  }

  fileprivate mutating func linkAsNewest(_ place: Int) {
    if newest < 0 {
      slots[place].older = place
      slots[place].newer = place
    } else {
      let oldest = slots[newest].newer
      slots[place].older = newest
      slots[place].newer = oldest
      slots[newest].newer = place
      slots[oldest].older = place
    }
    newest = place
  }
}
