import QtQuick
import QtQuick.Controls.Basic
import AgGateway

MenuItem {
    id: item
    property string iconName: ""
    property bool destructive: false
    readonly property color ink: !enabled ? Theme.textDisabled : destructive ? Theme.danger : Theme.text
    implicitHeight: visible ? Theme.controlHeight : 0
    leftPadding: 12
    rightPadding: 12
    Accessible.name: text
    contentItem: Row {
        spacing: 12
        AgIcon {
            name: item.iconName
            size: 16
            color: item.ink
            anchors.verticalCenter: parent.verticalCenter
        }
        AgText {
            text: item.text
            color: item.ink
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius - 2
        color: item.highlighted ? Theme.hover : "transparent"
    }
}
