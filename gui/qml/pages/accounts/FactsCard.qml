import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property AccountStory story
    objectName: "factsCard"
    title: qsTr("Facts")
    Repeater {
        model: card.story.facts.length
        delegate: RowLayout {
            id: fact
            required property int index
            readonly property var said: card.story.facts[index] ?? { label: "", value: "" }
            spacing: Theme.m
            Layout.fillWidth: true
            AgText {
                text: fact.said.label
                secondary: true
                wrapMode: Text.Wrap
                verticalAlignment: Text.AlignTop
                Layout.preferredWidth: 136
                Layout.alignment: Qt.AlignTop
            }
            AgText { text: fact.said.value; wrapMode: Text.WrapAnywhere; Layout.fillWidth: true }
        }
    }
}
