import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// A text that may find too little room: then it ends in an ellipsis, and the pointer tells all of it.
AgText {
    id: line
    readonly property bool toldByPointer: true
    elide: Text.ElideRight
    HoverHandler { id: hover }
    ToolTip.visible: hover.hovered && truncated
    ToolTip.text: text
    ToolTip.delay: 500
}
