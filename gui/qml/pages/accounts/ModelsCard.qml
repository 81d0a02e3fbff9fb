import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property AccountStory story
    objectName: "modelsCard"
    title: qsTr("Models")
    subtitle: story.models.length === 0 ? qsTr("Not known yet: a test asks the provider for them.") : ""
    Repeater {
        model: card.story.models.length
        delegate: ColumnLayout {
            id: entry
            required property int index
            readonly property var model: card.story.models[index] ?? { name: "", text: "", known: "" }
            spacing: 2
            Layout.fillWidth: true
            AgText { text: entry.model.name; elide: Text.ElideRight; Layout.fillWidth: true }
            AgText {
                visible: text !== ""
                text: entry.model.text
                color: Theme.warning
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
            AgText {
                visible: text !== ""
                text: entry.model.known
                secondary: true
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
    }
}
