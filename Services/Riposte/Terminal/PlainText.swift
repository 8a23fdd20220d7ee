/// Text from outside as a terminal may show it.
///
/// Names of files, machines and malops are chosen by whoever attacks, and a terminal obeys escape sequences. What is no
/// visible character is shown as a replacement character.
enum PlainText {
    /// The text on one line, without control characters and without marks that reorder or hide what stands around them.
    static func line(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isHarmless(scalar) ? scalar : "\u{FFFD}") }
        return String(shown)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    /// The text cut to a number of characters, with an ellipsis where something is missing.
    static func fit(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
    }

    /// The text cut or filled up with blanks to a number of characters.
    static func pad(_ text: String, _ width: Int) -> String {
        let cut = fit(text, width)
        return cut + String(repeating: " ", count: max(0, width - cut.count))
    }
}
