import QtQuick
import QtQuick.Templates as T
import AgGateway

// How many accounts are in a state; it leads to them.
T.AbstractButton {
    id: link
    property string kind: "neutral"
    property string tip: ""
    implicitWidth: pill.implicitWidth
    implicitHeight: pill.implicitHeight
    hoverEnabled: true
    Accessible.name: text + ", " + tip
    T.ToolTip.visible: hovered || visualFocus
    T.ToolTip.text: tip
    T.ToolTip.delay: 500
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    contentItem: Pill {
        id: pill
        kind: link.kind
        text: link.text
    }
    background: Item {
        FocusRing { visible: link.visualFocus || link.hovered; radius: 14; border.color: link.visualFocus ? Theme.accent : Theme.border }
    }
}
