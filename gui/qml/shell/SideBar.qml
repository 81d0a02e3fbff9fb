import QtQuick
import QtQuick.Layouts
import AgGateway

Rectangle {
    id: bar
    required property var pages
    property string current: ""
    signal picked(string name)
    signal guideAsked()

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
            delegate: NavButton {
                required property var modelData
                objectName: "nav-" + modelData.name
                text: modelData.text
                iconName: modelData.icon
                active: bar.current === modelData.name
                Accessible.role: Accessible.PageTab
                Accessible.selected: active
                onClicked: bar.picked(modelData.name)
            }
        }
        Item { Layout.fillHeight: true }
        NavButton {
            objectName: "showGuide"
            text: qsTr("Getting started")
            iconName: "circle-help"
            Accessible.role: Accessible.Button
            onClicked: bar.guideAsked()
        }
    }
}
