import JSON
import Runtime
import Testing

@testable import Riposte

/// What reaches a terminal.
@Suite struct PlainTextTests {
    @Test(
        "a name from outside cannot steer the terminal",
        arguments: [
            "\u{1B}[2Jx", "a\nb", "a\rb", "\u{9B}31m", "\u{202E}exe.txt", "\u{200B}", "\u{2028}", "\u{7}", "\t",
        ])
    func steering(_ text: String) {
        let shown = PlainText.line(text)
        #expect(shown.contains("\u{FFFD}"))
        #expect(shown.unicodeScalars.count == text.unicodeScalars.count)
        #expect(!shown.unicodeScalars.contains { $0.value < 32 || $0.value == 0x9B || $0.value == 0x202E })
    }

    @Test("other scripts are shown as they are", arguments: ["naïve.exe", "文件.exe", "файл", "😀"])
    func scripts(_ text: String) {
        #expect(PlainText.line(text) == text)
    }

    @Test("a line of the sandbox never is wider than its terminal, and where there is none nothing is lost")
    func width() {
        let terminal = TextOutput(isTerminal: true, width: { 100 }) { _ in true }
        let file = TextOutput { _ in true }
        let style = Style(isColoured: false)
        let printer = LinePrinter(output: terminal, style: style, times: .ofDay, fitsTerminal: true)
        let line = StoryLine(Sample.time, "contradicted", .bad, String(repeating: "long ", count: 100))
        let text = printer.text(of: line)
        #expect(text.count == 100)
        #expect(text.hasPrefix("10:00:00Z  contradicted  long long"))
        #expect(text.hasSuffix("…"))
        for other in [
            LinePrinter(output: file, style: style, times: .ofDay, fitsTerminal: true),
            LinePrinter(output: terminal, style: style, times: .ofDay),
        ] {
            #expect(other.text(of: line).hasSuffix(String(repeating: "long ", count: 100)))
        }
    }

    @Test("in the sandbox times are seconds since the beginning") func seconds() {
        let printer = LinePrinter(output: .standardOutput, style: Style(isColoured: false), times: .since(Sample.time))
        let line = StoryLine(Sample.time + .milliseconds(12_340), "found", .plain, "x")
        #expect(printer.text(of: line) == " 12.3s  found      x")
        let early = StoryLine(Sample.time + .milliseconds(-5), "found", .plain, "x")
        #expect(printer.text(of: early) == "  0.0s  found      x")
    }

    @Test("colours are for terminals, and not where NO_COLOR is set") func colours() {
        let terminal = TextOutput(isTerminal: true) { _ in true }
        let file = TextOutput(isTerminal: false) { _ in true }
        #expect(Style(terminal, environment: [:]).isColoured)
        #expect(Style(terminal, environment: ["NO_COLOR": ""]).isColoured)
        #expect(!Style(terminal, environment: ["NO_COLOR": "1"]).isColoured)
        #expect(!Style(terminal, environment: ["TERM": "dumb"]).isColoured)
        #expect(!Style(file, environment: [:]).isColoured)
        #expect(Style(isColoured: true).paint("x", .bad) == "\u{1B}[31mx\u{1B}[0m")
        #expect(Style(isColoured: false).paint("x", .bad) == "x")
    }
}
