import QtQuick
import QtQuick.Layouts
import AgGateway

// A calm surface with a title line; content goes into a column.
Rectangle {
    id: card
    property string title: ""
    property string subtitle: ""
    property int padding: Theme.m
    default property alias content: body.data
    property alias actions: actionRow.data

    color: Theme.surface
    border.color: Theme.border
    border.width: 1
    radius: Theme.radiusLarge
    implicitWidth: column.implicitWidth + 2 * padding
    implicitHeight: column.implicitHeight + 2 * padding

    ColumnLayout {
        id: column
        anchors.fill: parent
        anchors.margins: card.padding
        spacing: Theme.s

        RowLayout {
            visible: card.title !== ""
            Layout.minimumHeight: 24  // as high as a link, so that titles side by side stand on one line
            Layout.fillWidth: true
            spacing: Theme.s
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2
                AgText {
                    text: card.title
                    font.pixelSize: Theme.heading
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                    Accessible.role: Accessible.Heading
                }
                AgText {
                    visible: text !== ""
                    text: card.subtitle
                    secondary: true
                    font.pixelSize: Theme.small
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
            }
            RowLayout {
                id: actionRow
                spacing: Theme.s
            }
        }
        ColumnLayout {
            id: body
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: Theme.s
        }
    }
}
