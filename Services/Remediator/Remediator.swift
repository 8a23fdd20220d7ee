@main
struct Remediator {
    static func main() {}
}
