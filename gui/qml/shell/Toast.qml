import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// One message. It is as high as its text, and what is longer than its room can be scrolled.
Rectangle {
    id: toast
    required property int toastId
    required property string text
    required property string kind
    required property bool undoable
    required property int duration
    property real room: 240
    readonly property bool hasFocus: undo.activeFocus || close.activeFocus || scroll.activeFocus
    signal undone()
    signal dismissed()

    function takeFocus() { (undoable ? undo : close).forceActiveFocus(Qt.ShortcutFocusReason); }
    objectName: "toast"
    implicitHeight: Math.max(scroll.height, buttons.height) + Theme.m
    radius: Theme.radius
    color: Theme.raised
    border.color: kind === "error" ? Theme.danger : Theme.border
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
    // What somebody is at stays.
    Timer {
        running: !hover.hovered && !toast.hasFocus
        interval: toast.duration
        onTriggered: toast.dismissed()
    }
    HoverHandler { id: hover }
    AgIcon {
        id: icon
        x: Theme.m
        anchors.verticalCenter: parent.verticalCenter
        name: toast.kind === "error" ? "circle-alert" : "circle-check"
        color: toast.kind === "error" ? Theme.danger : Theme.success
    }
    // Widths are known before heights here: a text in a layout is given its width too late.
    Flickable {
        id: scroll
        objectName: "toastText"
        readonly property bool scrolls: contentHeight > height
        anchors.verticalCenter: parent.verticalCenter
        x: icon.x + icon.width + Theme.s
        width: buttons.x - x - Theme.s
        height: Math.min(contentHeight, toast.room)
        contentHeight: words.height
        clip: scrolls
        interactive: scrolls
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: scrolls
        Accessible.role: Accessible.StaticText
        Accessible.name: toast.text
        Keys.onUpPressed: contentY = Math.max(0, contentY - 40)
        Keys.onDownPressed: contentY = Math.min(contentHeight - height, contentY + 40)
        ScrollBar.vertical: AgScrollBar { policy: scroll.scrolls ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff }
        AgText {
            id: words
            text: toast.text
            width: scroll.width - Theme.s
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
    }
    FocusRing {
        anchors.fill: scroll
        visible: scroll.activeFocus
    }
    Row {
        id: buttons
        anchors.verticalCenter: parent.verticalCenter
        anchors.right: parent.right
        anchors.rightMargin: Theme.s
        spacing: Theme.s
        AgButton {
            id: undo
            objectName: "undo"
            visible: toast.undoable
            text: qsTr("Undo")
            tip: qsTr("Ctrl+Z")
            kind: "quiet"
            onClicked: toast.undone()
        }
        AgButton {
            id: close
            objectName: "dismiss"
            kind: "quiet"
            iconName: "x"
            tip: qsTr("Close")
            onClicked: toast.dismissed()
        }
    }
}
