import ArgumentParser
import HeadgateCLI

@main
enum Main {
    static func main() async {
        await HeadgateCommand.main()
    }
}
