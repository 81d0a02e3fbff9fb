import QtQuick
import AgGateway

// A sentence with a sign before it. Its height follows from its width at once: whatever shows it has never the height of
// before.
Item {
    id: line
    property alias text: words.text
    property alias color: words.color
    property string iconName: ""
    property color iconColor: words.color
    property bool busy: false
    readonly property alias words: words

    implicitWidth: words.x + words.implicitWidth
    implicitHeight: Math.max(Theme.icon, words.height)
    Spinner { visible: line.busy; color: line.iconColor }
    AgIcon {
        visible: !line.busy && line.iconName !== ""
        name: line.iconName
        color: line.iconColor
    }
    AgText {
        id: words
        x: line.busy || line.iconName !== "" ? Theme.icon + Theme.s : 0
        width: line.width - x
        wrapMode: Text.Wrap
    }
}
