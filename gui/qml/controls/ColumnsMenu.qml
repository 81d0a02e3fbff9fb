import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Which columns the table shows.
Popup {
    id: menu
    required property ColumnSet columns
    required property var choices  // list of {name, text}
    signal changed(string hidden)
    padding: Theme.s
    contentItem: ColumnLayout {
        spacing: 0
        Repeater {
            model: menu.choices
            delegate: AgCheckBox {
                required property var modelData
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
