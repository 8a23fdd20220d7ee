@main
struct Enricher {
    static func main() {}
}
