import Control
import Domain
import Glibc
import ServiceLifecycle
import Synchronization

/// Has the configuration read again: when a file has changed, and at SIGHUP, which is no reason to end.
struct ReloadService: Service {
  let reload: ConfigurationReload

  private static let pause = Duration.milliseconds(500)
  /// Looks at the files are further apart.
  private static let pausesBetweenLooks = 4

  func run() async throws {
    await reload.begin()
    await cancelWhenGracefulShutdown {
      var (heard, pauses) = (HangUp.count, 0)
      while (try? await Task.sleep(for: Self.pause)) != nil {
        pauses += 1
        let now = HangUp.count
        if now != heard {
          heard = now
          _ = await reload.reload(by: .vigia, through: .job)
        } else if pauses % Self.pausesBetweenLooks == 0 {
          await reload.look()
        }
      }
    }
  }
}

/// How often the process was told to hang up.
enum HangUp {
  private static let told = Atomic(0)

  static var count: Int { told.load(ordering: .relaxed) }

  static func install() {
    // The handler may do next to nothing: what it counts with is made before.
    _ = count
    signal(SIGHUP) { _ in HangUp.told.add(1, ordering: .relaxed) }
  }
}
