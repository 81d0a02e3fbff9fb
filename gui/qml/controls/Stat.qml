import QtQuick
import QtQuick.Layouts
import AgGateway

// One figure with its name and what it was before.
ColumnLayout {
    id: stat
    property string label: ""
    property string value: ""
    property string change: ""
    property string changeKind: "neutral"
    property bool compact: false
    spacing: 2
    AgText { text: stat.label; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; Layout.fillWidth: true; Layout.preferredHeight: Theme.lineHeight(Theme.small) }
    AgText { text: stat.value; font.pixelSize: stat.compact ? Theme.title : Theme.display; font.weight: Font.DemiBold; elide: Text.ElideRight; Layout.fillWidth: true }
    AgText {
        visible: text !== ""
        text: stat.change
        color: Theme.stateColor(stat.changeKind)
        font.pixelSize: Theme.small
        elide: stat.compact ? Text.ElideNone : Text.ElideRight
        wrapMode: stat.compact ? Text.WordWrap : Text.NoWrap
        Layout.fillWidth: true
        Layout.fillHeight: stat.compact
    }
}
