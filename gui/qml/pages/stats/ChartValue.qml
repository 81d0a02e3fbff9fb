import QtQuick
import QtQuick.Layouts
import AgGateway

// A colour, its name and its value in one line.
RowLayout {
    id: line
    property color ink: "transparent"
    property string name: ""
    property string value: ""
    property bool strong: false
    spacing: Theme.s
    Rectangle {
        visible: line.ink.a > 0
        implicitWidth: 10
        implicitHeight: 10
        radius: 2
        color: line.ink
    }
    AgText {
        text: line.name
        font.pixelSize: Theme.small
        font.weight: line.strong ? Font.DemiBold : Font.Normal
        elide: Text.ElideRight
        Layout.fillWidth: true
    }
    AgText {
        visible: text !== ""
        text: line.value
        font.pixelSize: Theme.small
        font.weight: line.strong ? Font.DemiBold : Font.Normal
    }
}
