import Foundation
import NIOCore
import NIOPosix

/// The file of the control socket.
enum SocketPath {
  /// `sun_path` holds 108 bytes, the last of them a zero.
  static let limit = 107

  /// Whether a socket may be made there. A dead one is replaced, a living one and anything else is left alone.
  static func check(_ path: String) async throws(HTTPServerError) {
    guard path.utf8.count <= limit else {
      throw .socketPathTooLong(path: path, bytes: path.utf8.count)
    }
    // Of the path itself: a link is not followed.
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
    guard attributes[.type] as? FileAttributeType == .typeSocket else {
      throw .socketPathTaken(path: path, reason: "there is a file here that is not a socket")
    }
    let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(1))
    guard let channel = try? await client.connect(unixDomainSocketPath: path).get() else { return }
    try? await channel.close().get()
    throw .socketPathTaken(
      path: path, reason: "another vigia answers here: attach to it with --attach unix:\(path)")
  }

  /// For the owner only. Others could not have come in between either: each peer's user is asked for.
  static func restrict(_ path: String) {
    try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
