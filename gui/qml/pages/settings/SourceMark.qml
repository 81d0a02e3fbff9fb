import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// Where a value comes from: a word for what is as ever, a pill for what somebody has set. The pointer tells the place.
Item {
    id: mark
    required property string kind  // SettingRow::source_kind
    required property string text
    required property string origin
    readonly property bool plain: kind === "default"
    implicitWidth: plain ? word.implicitWidth : pill.implicitWidth
    implicitHeight: 24
    AgText {
        id: word
        visible: mark.plain
        text: mark.text
        secondary: true
        font.pixelSize: Theme.small
        height: parent.height
    }
    Pill {
        id: pill
        visible: !mark.plain
        kind: mark.kind === "environment" || mark.kind === "flag" ? "info" : "neutral"
        dot: false
        text: mark.text
    }
    HoverHandler { id: hover }
    ToolTip.visible: hover.hovered && origin !== ""
    ToolTip.text: origin
    ToolTip.delay: 500
}
