import QtQuick
import QtQuick.Layouts
import AgGateway

// The names above the table's columns.
Rectangle {
    id: header
    required property MonitorColumns columns
    implicitHeight: 32
    color: Theme.sunken
    radius: Theme.radius
    component Title: AgText {
        objectName: "monitorTitle"
        secondary: true
        font.pixelSize: Theme.small
        font.weight: Font.Medium
        elide: Text.ElideRight
    }
    component Figure: Title { horizontalAlignment: Text.AlignRight }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: header.columns.margin
        anchors.rightMargin: header.columns.margin
        spacing: header.columns.gap
        Title { text: qsTr("Ended"); Layout.preferredWidth: header.columns.time }
        Title { text: qsTr("Status"); Layout.preferredWidth: header.columns.status }
        Title { text: qsTr("Model"); Layout.fillWidth: true; Layout.preferredWidth: 1 }
        Title { text: qsTr("Account"); visible: header.columns.accountShown; Layout.preferredWidth: header.columns.account }
        Figure { text: qsTr("First byte"); visible: header.columns.firstByteShown; Layout.preferredWidth: header.columns.firstByte }
        Figure { text: qsTr("Duration"); visible: header.columns.durationShown; Layout.preferredWidth: header.columns.duration }
        Figure { text: qsTr("In"); visible: header.columns.tokensShown; Layout.preferredWidth: header.columns.tokens }
        Figure { text: qsTr("Out"); visible: header.columns.tokensShown; Layout.preferredWidth: header.columns.tokens }
        Figure { text: qsTr("Cost"); visible: header.columns.costShown; Layout.preferredWidth: header.columns.cost }
        Figure { text: qsTr("Tries"); visible: header.columns.attemptsShown; Layout.preferredWidth: header.columns.attempts }
    }
}
