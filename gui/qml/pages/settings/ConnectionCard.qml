import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Which app talks to which gateway, and where that keeps its things.
Card {
    id: card
    required property App app
    readonly property int nameWidth: 132
    // What the search finds it by.
    readonly property string words: `${title} ${version.text} ${target.text} ${change.text} ${app.places.words}`
    signal connectAsked()
    title: qsTr("Connection")
    actions: AgButton { id: change; objectName: "changeConnection"; visible: !card.app.demo; text: qsTr("Connection…"); onClicked: card.connectAsked() }
    GridLayout {
        columns: 2
        columnSpacing: Theme.s
        rowSpacing: Theme.s
        Layout.fillWidth: true
        AgText { id: version; text: qsTr("Version"); secondary: true; font.pixelSize: Theme.small; Layout.preferredWidth: card.nameWidth }
        AgText { text: card.app.version; font.pixelSize: Theme.small; Layout.fillWidth: true }
        AgText { id: target; text: qsTr("Control service"); secondary: true; font.pixelSize: Theme.small }
        AgText { objectName: "controlTarget"; text: card.app.backend.target; font.pixelSize: Theme.small; elide: Text.ElideMiddle; Layout.fillWidth: true }
    }
    Repeater {
        model: card.app.places.list
        delegate: RowLayout {
            id: place
            required property var modelData
            spacing: Theme.s
            Layout.fillWidth: true
            AgText {
                text: place.modelData.name
                secondary: true
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Layout.preferredWidth: card.nameWidth
            }
            AgText {
                objectName: "place-" + place.modelData.key
                text: place.modelData.value
                font.pixelSize: Theme.small
                elide: Text.ElideMiddle
                Layout.fillWidth: true
                HoverHandler { id: hover }
                ToolTip.visible: hover.hovered && truncated
                ToolTip.text: text
                ToolTip.delay: 500
            }
            AgButton {
                objectName: "copy-" + place.modelData.key
                visible: place.modelData.copyable
                kind: "quiet"
                iconName: "copy"
                tip: qsTr("Copy")
                onClicked: card.app.copy(place.modelData.value)
            }
            AgButton {
                objectName: "open-" + place.modelData.key
                visible: place.modelData.folder !== ""
                kind: "quiet"
                iconName: "folder-open"
                tip: qsTr("Open the folder")
                onClicked: card.app.openFolder(place.modelData.folder)
            }
        }
    }
}
