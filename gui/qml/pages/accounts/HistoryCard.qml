import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property AccountStory story
    objectName: "historyCard"
    title: qsTr("What happened")
    AgText {
        visible: card.story.events.length === 0
        text: qsTr("Nothing yet: it has been as it is now since the history begins.")
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    Repeater {
        model: card.story.events.length
        delegate: RowLayout {
            id: entry
            required property int index
            readonly property var happened: card.story.events[index] ?? { time: "", text: "", kind: "", error: "" }
            spacing: 12
            Layout.fillWidth: true
            Rectangle {
                implicitWidth: 8
                implicitHeight: 8
                radius: 4
                color: Theme.stateColor(entry.happened.kind)
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: 6
            }
            ColumnLayout {
                spacing: 2
                Layout.fillWidth: true
                AgText { text: entry.happened.text; wrapMode: Text.Wrap; Layout.fillWidth: true }
                AgText {
                    visible: text !== ""
                    text: entry.happened.error
                    color: Theme.danger
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                }
                AgText { text: entry.happened.time; secondary: true; font.pixelSize: Theme.small }
            }
        }
    }
}
