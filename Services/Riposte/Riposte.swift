@main
struct Riposte {
    static func main() {}
}
