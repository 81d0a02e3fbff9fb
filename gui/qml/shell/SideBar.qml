import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

Rectangle {
    id: bar
    required property var pages
    property string current: ""
    signal picked(string name)

    implicitWidth: 208
    color: Theme.surface
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.border
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.s
        spacing: 4
        RowLayout {
            Layout.margins: Theme.s
            Layout.bottomMargin: Theme.m
            spacing: Theme.s
            AgIcon { name: "waypoints"; size: 22; color: Theme.accent }
            AgText { text: "AG Gateway"; font.pixelSize: Theme.heading; font.weight: Font.DemiBold }
        }
        Repeater {
            model: bar.pages
            delegate: AbstractButton {
                id: entry
                required property var modelData
                readonly property bool active: bar.current === modelData.name
                objectName: "nav-" + modelData.name
                Layout.fillWidth: true
                implicitHeight: 40
                text: modelData.text
                Accessible.role: Accessible.PageTab
                Accessible.name: text
                Accessible.selected: active
                onClicked: bar.picked(modelData.name)
                contentItem: RowLayout {
                    spacing: 12
                    AgIcon {
                        name: entry.modelData.icon
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
        }
        Item { Layout.fillHeight: true }
    }
}
