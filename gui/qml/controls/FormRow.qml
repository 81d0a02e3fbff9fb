import QtQuick
import QtQuick.Layouts
import AgGateway

// A label above its field, with a word of help below.
ColumnLayout {
    id: row
    property string label: ""
    property string help: ""
    property string error: ""
    default property alias field: holder.data
    spacing: 4
    Layout.fillWidth: true
    Layout.alignment: Qt.AlignTop
    Layout.fillHeight: false
    AgText {
        text: row.label
        font.pixelSize: Theme.small
        font.weight: Font.Medium
        visible: text !== ""
        // Scripts differ in height; fields side by side do not.
        Layout.preferredHeight: Theme.lineHeight(font.pixelSize)
    }
    ColumnLayout {
        id: holder
        Layout.fillWidth: true
        Layout.fillHeight: false
    }
    AgText {
        visible: text !== ""
        text: row.error !== "" ? row.error : row.help
        color: row.error !== "" ? Theme.danger : Theme.textSecondary
        font.pixelSize: Theme.small
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    // Beside a higher row, what is too much stays below and not between.
    Item { Layout.fillHeight: true; Layout.topMargin: -row.spacing }
}
