import QtQuick
import AgGateway

// One figure with its name and what it was before. No layout, which would not place its lines anew when one of them
// grows by what another one shrinks.
Column {
    id: stat
    property string label: ""
    property string value: ""
    property string change: ""
    property string changeKind: "neutral"
    property bool compact: false
    spacing: 2
    AgText { text: stat.label; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; width: parent.width; height: Theme.lineHeight(font.pixelSize) }
    AgText {
        text: stat.value
        font.pixelSize: stat.compact ? Theme.title : Theme.display
        font.weight: Font.DemiBold
        elide: Text.ElideRight
        width: parent.width
        height: Theme.lineHeight(font.pixelSize)
    }
    AgText {
        visible: text !== ""
        text: stat.change
        color: Theme.stateColor(stat.changeKind)
        font.pixelSize: Theme.small
        elide: stat.compact ? Text.ElideNone : Text.ElideRight
        wrapMode: stat.compact ? Text.WordWrap : Text.NoWrap
        width: parent.width
    }
}
