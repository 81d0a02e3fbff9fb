import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    property string current: "curl"
    readonly property var snippets: app.snippets.list
    readonly property var snippet: snippets.find((each) => each.id === current)
    title: qsTr("Connect a client")
    subtitle: qsTr("With your base URL and key, ready to paste. The copied text has the whole key.")
    Segments {
        objectName: "snippets"
        name: card.title
        options: card.snippets.map((snippet) => ({ value: snippet.id, text: snippet.title }))
        value: card.current
        onPicked: (value) => card.current = value
    }
    CodeBlock {
        objectName: "snippetText"
        text: card.snippet ? card.snippet.shown : ""
        Layout.fillWidth: true
        onCopied: card.app.copy(card.snippet.text)
    }
}
