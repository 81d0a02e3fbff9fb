import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Opens and closes what is rarely needed.
AbstractButton {
    id: header
    objectName: "advancedSection"
    text: qsTr("Advanced")
    implicitHeight: Theme.rowHeight
    topPadding: Theme.s
    bottomPadding: Theme.s
    leftPadding: Theme.s
    rightPadding: Theme.s
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.checked: checked
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    contentItem: RowLayout {
        spacing: Theme.s
        AgIcon { name: header.checked ? "chevron-down" : "chevron-right" }
        AgText {
            text: header.text
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
        AgText {
            text: qsTr("Who may call, time limits, resources, control from other machines")
            secondary: true
            font.pixelSize: Theme.small
            elide: Text.ElideRight
            Layout.fillWidth: true
            Layout.leftMargin: Theme.s
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: header.hovered ? Theme.hover : "transparent"
        FocusRing { visible: header.visualFocus }
    }
}
