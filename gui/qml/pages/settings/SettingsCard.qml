import QtQuick
import QtQuick.Layouts
import AgGateway

// A group of settings, as far as the search has found any.
Card {
    id: card
    required property SettingGroup group
    property bool wanted: true
    title: group.title
    visible: wanted && group.count > 0
    ColumnLayout {
        spacing: 0
        Layout.fillWidth: true
        Repeater {
            model: card.group
            delegate: SettingLine {
                group: card.group
                Layout.fillWidth: true
            }
        }
    }
}
