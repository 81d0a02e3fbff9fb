import QtQuick
import QtQuick.Layouts
import AgGateway

// Which app talks to which gateway.
Card {
    id: card
    required property App app
    // What the search finds it by.
    readonly property string words: `${title} ${version.text} ${target.text} ${folder.text} ${change.text}`
    signal connectAsked()
    title: qsTr("Connection")
    actions: AgButton { id: change; objectName: "changeConnection"; visible: !card.app.demo; text: qsTr("Connection…"); onClicked: card.connectAsked() }
    GridLayout {
        columns: 2
        columnSpacing: Theme.l
        rowSpacing: Theme.s
        Layout.fillWidth: true
        AgText { id: version; text: qsTr("Version"); secondary: true; font.pixelSize: Theme.small }
        AgText { text: card.app.version; font.pixelSize: Theme.small; Layout.fillWidth: true }
        AgText { id: target; text: qsTr("Control service"); secondary: true; font.pixelSize: Theme.small }
        AgText { objectName: "controlTarget"; text: card.app.backend.target; font.pixelSize: Theme.small; elide: Text.ElideMiddle; Layout.fillWidth: true }
        AgText { id: folder; text: qsTr("Data folder"); secondary: true; font.pixelSize: Theme.small }
        AgText { text: card.app.backend.dataDir; font.pixelSize: Theme.small; elide: Text.ElideMiddle; Layout.fillWidth: true }
    }
}
