import Domain
import Foundation
import Testing
import vigia

/// How `vigia open` finds the server and the moment.
struct OpeningTests {
  @Test func `listening control sockets are found in the kernel's table`() {
    let table = """
      Num       RefCount Protocol Flags    Type St Inode Path
      000000005eadf06c: 00000003 00000000 00000000 0001 03 2944475
      0000000000000001: 00000002 00000000 00010000 0001 01 31 /var/lib/vigia/vigia.sock
      0000000000000002: 00000003 00000000 00000000 0001 03 32 /var/lib/vigia/vigia.sock
      0000000000000003: 00000003 00000000 00000000 0001 03 33 /srv/left/vigia.sock
      0000000000000004: 00000002 00000000 00010000 0001 01 34 /run/dbus/socket
      0000000000000005: 00000002 00000000 00010000 0001 01 35 @/abstract/vigia.sock
      0000000000000006: 00000002 00000000 00010000 0001 01 36 /home/ana/my data/vigia.sock
      0000000000000007: 00000002 00000000 00010000 0001 01 37 /run/novigia.sock

      """
    #expect(
      RunningServers.sockets(in: table) == [
        "/home/ana/my data/vigia.sock", "/var/lib/vigia/vigia.sock",
      ])
    #expect(RunningServers.sockets(in: "").isEmpty)
  }

  /// 2026-11-22 14:02:31 UTC, in a zone an hour east of it.
  private static let now = Timestamp(seconds: 1_795_356_151)

  @Test(
    arguments: [
      ("@15:02", -31), ("15:02:31", 0), ("@15:02:32", 1 - 86_400), ("16:00", 3_449 - 86_400),
      ("0:30", -52_351), ("@1795356000", -151), ("@2026-11-22T14:02:01Z", -30),
      ("2026-11-22 14:02:01", -30), ("@2026-11-22T15:02:01+01:00", -30),
    ] as [(String, Int64)])
  func `a moment is the last of its kind on the machine's clock`(_ text: String, _ ago: Int64) {
    #expect(
      MomentText.moment(text, now: Self.now, offset: { _ in 3_600 })
        == Timestamp(seconds: Self.now.seconds + ago))
  }

  @Test func `a clock time before the clocks changed is in the zone of then`() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    // Noon of 25 October 2026; summer time had ended at one o'clock, Greenwich.
    let noon = Timestamp(seconds: 1_792_926_000)
    let moment = MomentText.moment("@01:30", now: noon) { time in
      berlin.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds)))
    }
    #expect(moment == Timestamp(seconds: noon.seconds - 41_400))
  }

  @Test(arguments: ["", "@", "24:00", "12:60", "yesterday", "1e99", "-5", "12:00:00:00"])
  func `what is no moment is none`(_ text: String) {
    #expect(MomentText.moment(text, now: Self.now, offset: { _ in 0 }) == nil)
  }
}
