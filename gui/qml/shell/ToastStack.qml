import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import AgGateway

// Lies above everything, also above what is modal: what they tell of is often done there. F6 brings the keyboard to the
// newest one, and back; so does Esc.
Popup {
    id: stack
    required property App app
    // Where the keyboard was before.
    property Item before: null
    readonly property bool hasFocus: popupFocus.activeFocus

    function goToNewest() {
        before = parent.Window.activeFocusItem;
        goTo(app.toasts.count - 1);
    }
    function goTo(row: int) { (toasts.itemAt(Math.min(row, toasts.count - 1)) as Toast)?.takeFocus(); }
    function leave() {
        if (before) before.forceActiveFocus(Qt.OtherFocusReason);
        before = null;
    }
    parent: T.Overlay.overlay
    x: parent ? parent.width - width - Theme.l : 0
    y: parent ? parent.height - column.implicitHeight - 48 : 0
    z: 100
    width: 380
    visible: app.toasts.count > 0
    closePolicy: Popup.NoAutoClose
    padding: 0
    background: Item {}
    contentItem: FocusScope {
        id: popupFocus
        implicitHeight: column.implicitHeight
        // Also while something modal is open.
        Shortcut { sequence: "F6"; context: Qt.ApplicationShortcut; onActivated: stack.hasFocus ? stack.leave() : stack.goToNewest() }
        // Esc is for the messages then, and not for the dialog below them.
        Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
        Keys.onEscapePressed: stack.leave()
        Column {
            id: column
            width: parent.width
            spacing: Theme.s
            Repeater {
                id: toasts
                model: stack.app.toasts
                delegate: Toast {
                    width: column.width
                    room: stack.parent ? stack.parent.height / 3 : 240
                    onUndone: stack.app.toasts.undo(toastId)
                    onDismissed: stack.app.toasts.dismiss(toastId)
                }
                onItemRemoved: (index, item) => {
                    if (!(item as Toast).hasFocus) return;
                    // The keyboard stays with the messages while there are any.
                    if (toasts.count > 0) Qt.callLater(stack.goTo, index);
                    else stack.leave();
                }
            }
        }
    }
}
