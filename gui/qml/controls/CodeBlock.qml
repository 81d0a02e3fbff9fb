import QtQuick
import AgGateway

// Text to be copied as it is.
Rectangle {
    id: block
    property string text: ""
    signal copied()
    color: Theme.sunken
    border.color: Theme.border
    radius: Theme.radius
    implicitHeight: Math.min(code.implicitHeight + 24, 320)
    AgScrollView {
        anchors.fill: parent
        anchors.margins: 12
        anchors.rightMargin: 44
        clip: true
        TextEdit {
            id: code
            text: block.text
            readOnly: true
            selectByMouse: true
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            font.family: Theme.monoFamily
            font.pixelSize: Theme.small
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    AgButton {
        objectName: "copyCode"
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 6
        kind: "quiet"
        iconName: "copy"
        tip: qsTr("Copy")
        onClicked: block.copied()
    }
}
