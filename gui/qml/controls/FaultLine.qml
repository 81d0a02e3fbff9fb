import QtQuick
import QtQuick.Layouts
import AgGateway

// What is wrong with what was entered; takes no room while nothing is.
RowLayout {
    property alias text: label.text
    visible: text !== ""
    spacing: Theme.s
    AgIcon { name: "circle-alert"; color: Theme.danger; Layout.alignment: Qt.AlignTop }
    AgText {
        id: label
        color: Theme.danger
        font.pixelSize: Theme.small
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
}
