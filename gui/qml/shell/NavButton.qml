import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One entry of the side navigation.
AbstractButton {
    id: entry
    property string iconName: ""
    property bool active: false
    Layout.fillWidth: true
    implicitHeight: 40
    Accessible.name: text
    contentItem: RowLayout {
        spacing: 12
        AgIcon {
            name: entry.iconName
            color: entry.active ? Theme.accent : Theme.textSecondary
            Layout.leftMargin: 12
        }
        AgText {
            text: entry.text
            color: entry.active ? Theme.accent : Theme.text
            font.weight: entry.active ? Font.DemiBold : Font.Normal
            Layout.fillWidth: true
            elide: Text.ElideRight
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: entry.active ? Theme.accentSoft : entry.hovered ? Theme.hover : "transparent"
        FocusRing { visible: entry.visualFocus }
    }
}
