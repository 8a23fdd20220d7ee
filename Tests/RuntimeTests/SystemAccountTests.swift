import Glibc
import Testing

@testable import Runtime

@Suite("The account of this process")
struct SystemAccountTests {
    @Test("an account is known by its name, and one without a name by its number and host")
    func names() async {
        #expect(SystemAccount.entry(of: 0) == "root")
        #expect(SystemAccount.entry(of: 4_294_000_001) == nil)
        #expect(SystemAccount.unnamed(10_001, host: "pod-7") == "uid 10001@pod-7")
        let own = await SystemAccount.name()
        #expect(own == SystemAccount.entry(of: getuid()) ?? SystemAccount.unnamed(getuid(), host: HostName.current))
    }
}
