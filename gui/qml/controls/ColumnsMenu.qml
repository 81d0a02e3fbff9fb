import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Which columns the table shows. The keyboard is in it while it is open: Tab or the arrows go through it, Esc goes back.
Popup {
    id: menu
    required property ColumnSet columns
    required property var choices  // list of {name, text}
    signal changed(string hidden)
    property bool byKeyboard: false

    function step(from: int, by: int) {
        const next = boxes.itemAt((from + by + boxes.count) % boxes.count);
        next.forceActiveFocus(by > 0 ? Qt.TabFocusReason : Qt.BacktabFocusReason);
    }
    padding: Theme.s
    focus: true
    onAboutToShow: byKeyboard = (parent as AgButton)?.visualFocus ?? false
    onOpened: boxes.itemAt(0)?.forceActiveFocus(byKeyboard ? Qt.TabFocusReason : Qt.PopupFocusReason)
    contentItem: ColumnLayout {
        spacing: 0
        Repeater {
            id: boxes
            model: menu.choices
            delegate: AgCheckBox {
                required property var modelData
                required property int index
                Keys.onDownPressed: menu.step(index, 1)
                Keys.onUpPressed: menu.step(index, -1)
                objectName: "column-" + modelData.name
                text: modelData.text
                checked: !menu.columns.isHidden(modelData.name)
                onToggled: {
                    menu.columns.toggle(modelData.name);
                    menu.changed(menu.columns.hidden);
                }
            }
        }
    }
    background: Rectangle {
        color: Theme.raised
        border.color: Theme.border
        radius: Theme.radius
    }
}
