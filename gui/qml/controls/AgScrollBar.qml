import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// Seen while it is of use.
ScrollBar {
    id: bar
    contentItem: Rectangle {
        implicitWidth: 6
        implicitHeight: 6
        radius: 3
        color: bar.pressed ? Theme.textSecondary : Theme.fieldBorder
        opacity: bar.size < 1 && (bar.active || bar.policy === ScrollBar.AlwaysOn) ? 0.75 : 0
        Behavior on opacity { NumberAnimation { duration: Theme.calm } }
    }
}
