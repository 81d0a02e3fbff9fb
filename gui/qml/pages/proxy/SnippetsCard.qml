import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    property int current: 0
    readonly property var snippet: app.snippets.list[current]
    title: qsTr("Connect a client")
    subtitle: qsTr("With your base URL and key, ready to paste.")
    Flow {
        spacing: Theme.s
        Layout.fillWidth: true
        Repeater {
            model: card.app.snippets.list
            delegate: AgButton {
                required property var modelData
                required property int index
                objectName: "snippet-" + modelData.id
                text: modelData.title
                kind: card.current === index ? "primary" : "normal"
                onClicked: card.current = index
            }
        }
    }
    CodeBlock {
        objectName: "snippetText"
        text: card.snippet ? card.snippet.text : ""
        Layout.fillWidth: true
        onCopied: card.app.copy(text)
    }
}
