import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// What can be done to one thing.
Menu {
    id: menu
    implicitWidth: 220
    padding: 4
    delegate: AgMenuItem {}
    background: Rectangle {
        color: Theme.raised
        border.color: Theme.border
        radius: Theme.radius
    }
}
