import QtQuick
import QtQuick.Layouts
import AgGateway

RowLayout {
    id: header
    property string title: ""
    property string subtitle: ""
    default property alias actions: row.data
    spacing: Theme.m
    ColumnLayout {
        spacing: 2
        Layout.fillWidth: true
        AgText {
            text: header.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Layout.fillWidth: true
            elide: Text.ElideRight
            Accessible.role: Accessible.Heading
        }
        AgText {
            visible: text !== ""
            text: header.subtitle
            secondary: true
            font.pixelSize: Theme.small
            Layout.fillWidth: true
            elide: Text.ElideRight
        }
    }
    RowLayout {
        id: row
        spacing: Theme.s
    }
}
