import QtQuick
import AgGateway

// A state in words with its colour. state: see Theme.stateColor.
Rectangle {
    id: pill
    property string kind: "neutral"
    property string text: ""
    property bool dot: true
    implicitHeight: 24
    implicitWidth: Math.ceil(label.implicitWidth) + (dot ? 14 : 0) + 20
    radius: 12
    color: Theme.stateSoft(kind)
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 6
        Rectangle {
            visible: pill.dot
            width: 8
            height: 8
            radius: 4
            color: Theme.stateColor(pill.kind)
            anchors.verticalCenter: parent.verticalCenter
        }
        AgText {
            id: label
            text: pill.text
            color: Theme.stateColor(pill.kind)
            font.pixelSize: Theme.small
            font.weight: Font.Medium
            anchors.verticalCenter: parent.verticalCenter
            elide: Text.ElideRight
            width: Math.max(0, pill.width - 20 - (pill.dot ? 14 : 0))
        }
    }
}
