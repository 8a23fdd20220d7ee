/// A value of a log line's metadata. Literals and interpolated strings convert to it.
public enum LogValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A number; written as null if it is not finite.
    case double(Double)
    /// True or false.
    case bool(Bool)
    /// A list of texts.
    case strings([String])

    /// A whole number of any type; one that does not fit 64 bits is clamped.
    public static func int(_ value: some BinaryInteger) -> LogValue { .integer(Int64(clamping: value)) }

    /// A duration as milliseconds with three decimals, for keys that end in `.ms`.
    public static func milliseconds(_ duration: Duration) -> LogValue {
        .double((duration / .microseconds(1)).rounded() / 1000)
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// The text of a string literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// The number of an integer literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// The number of a floating-point literal.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// The truth of a Boolean literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The texts of an array literal.
    public init(arrayLiteral elements: String...) { self = .strings(elements) }
}
