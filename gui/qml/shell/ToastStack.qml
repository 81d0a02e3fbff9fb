import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import QtQuick.Templates as T
import AgGateway

// Lies above everything, also above what is modal: what they tell of is often done there.
Popup {
    id: stack
    required property App app
    parent: T.Overlay.overlay
    x: parent ? parent.width - width - Theme.l : 0
    y: parent ? parent.height - height - 48 : 0
    z: 100
    width: 380
    visible: app.toasts.count > 0
    closePolicy: Popup.NoAutoClose
    padding: 0
    background: Item {}
    contentItem: Column {
        id: column
        spacing: Theme.s
        Repeater {
            model: stack.app.toasts
            delegate: Rectangle {
                id: toast
                required property int toastId
                required property string text
                required property string kind
                required property bool undoable
                required property int duration
                objectName: "toast"
                width: column.width
                implicitHeight: row.implicitHeight + Theme.m
                radius: Theme.radius
                color: Theme.raised
                border.color: kind === "error" ? Theme.danger : Theme.border
                Accessible.role: Accessible.AlertMessage
                Accessible.name: text
                Timer {
                    running: !hover.hovered
                    interval: toast.duration
                    onTriggered: stack.app.toasts.dismiss(toast.toastId)
                }
                HoverHandler { id: hover }
                RowLayout {
                    id: row
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    anchors.leftMargin: Theme.m
                    anchors.rightMargin: Theme.s
                    spacing: Theme.s
                    AgIcon {
                        name: toast.kind === "error" ? "circle-alert" : "circle-check"
                        color: toast.kind === "error" ? Theme.danger : Theme.success
                    }
                    AgText { text: toast.text; wrapMode: Text.Wrap; maximumLineCount: 5; elide: Text.ElideRight; Layout.fillWidth: true }
                    AgButton {
                        objectName: "undo"
                        visible: toast.undoable
                        text: qsTr("Undo")
                        tip: qsTr("Ctrl+Z")
                        kind: "quiet"
                        onClicked: stack.app.toasts.undo(toast.toastId)
                    }
                    AgButton {
                        objectName: "dismiss"
                        kind: "quiet"
                        iconName: "x"
                        tip: qsTr("Close")
                        onClicked: stack.app.toasts.dismiss(toast.toastId)
                    }
                }
            }
        }
    }
}
