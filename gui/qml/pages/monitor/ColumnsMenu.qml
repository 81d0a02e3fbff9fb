import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Which columns the table shows.
Popup {
    id: menu
    required property MonitorColumns columns
    signal changed(string hidden)
    padding: Theme.s
    contentItem: ColumnLayout {
        spacing: 0
        Repeater {
            model: [
                { name: "account", text: qsTr("Account") },
                { name: "firstByte", text: qsTr("First byte") },
                { name: "duration", text: qsTr("Duration") },
                { name: "tokens", text: qsTr("Tokens") },
                { name: "attempts", text: qsTr("Tries") }
            ]
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
