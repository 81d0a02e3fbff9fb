import QtQuick
import QtQuick.Layouts
import AgGateway

Column {
    id: stack
    required property App app
    spacing: Theme.s
    width: 380
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
            width: stack.width
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
