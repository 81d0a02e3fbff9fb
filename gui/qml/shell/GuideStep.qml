import QtQuick
import QtQuick.Layouts
import AgGateway

RowLayout {
    id: step
    property int number: 1
    property bool done: false
    property bool active: true
    property bool failed: false
    property string title: ""
    property string text: ""
    default property alias actions: row.data
    spacing: Theme.m
    readonly property bool waits: !active && !done
    Layout.fillWidth: true
    Rectangle {
        implicitWidth: 28
        implicitHeight: 28
        radius: 14
        color: step.done ? Theme.successSoft : step.waits ? Theme.neutralSoft : Theme.accentSoft
        Layout.alignment: Qt.AlignTop
        AgIcon { anchors.centerIn: parent; visible: step.done; name: "check"; size: 16; color: Theme.success }
        AgText { anchors.centerIn: parent; visible: !step.done; text: step.number; color: step.waits ? Theme.neutral : Theme.accent; font.weight: Font.DemiBold }
    }
    ColumnLayout {
        spacing: 2
        Layout.fillWidth: true
        AgText { text: step.title; secondary: step.waits; font.weight: Font.DemiBold }
        AgText {
            text: step.text
            secondary: !step.failed
            color: step.failed ? Theme.danger : Theme.textSecondary
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }
    RowLayout { id: row; spacing: Theme.s }
}
