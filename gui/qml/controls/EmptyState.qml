import QtQuick
import QtQuick.Layouts
import AgGateway

// Why there is nothing to see, and what to do about it.
ColumnLayout {
    id: state
    property string iconName: "inbox"
    property string title: ""
    property string text: ""
    property alias actionText: action.text
    signal action()
    spacing: Theme.s
    AgIcon {
        visible: !waits.visible
        name: state.iconName
        size: 32
        color: Theme.textSecondary
        Layout.alignment: Qt.AlignHCenter
    }
    Spinner {
        id: waits
        visible: state.iconName === "loader-circle"
        size: 32
        color: Theme.textSecondary
        Layout.alignment: Qt.AlignHCenter
    }
    AgText {
        text: state.title
        font.pixelSize: Theme.heading
        font.weight: Font.DemiBold
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    AgText {
        visible: text !== ""
        text: state.text
        secondary: true
        wrapMode: Text.WordWrap
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: 480
        Layout.alignment: Qt.AlignHCenter
    }
    AgButton {
        id: action
        visible: text !== ""
        kind: "primary"
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.s
        onClicked: state.action()
    }
}
