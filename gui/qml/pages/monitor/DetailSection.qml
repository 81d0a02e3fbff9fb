import QtQuick
import QtQuick.Layouts
import AgGateway

// A heading and what is under it.
ColumnLayout {
    property alias title: heading.text
    spacing: Theme.s
    Layout.fillWidth: true
    AgText {
        id: heading
        font.weight: Font.DemiBold
        Layout.fillWidth: true
        Accessible.role: Accessible.Heading
    }
}
