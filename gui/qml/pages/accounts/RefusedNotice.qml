import QtQuick
import QtQuick.Layouts
import AgGateway

// The provider said no to what was just added.
ColumnLayout {
    id: notice
    required property AccountForm form
    spacing: Theme.s
    RowLayout {
        spacing: Theme.s
        AgIcon { name: "triangle-alert"; color: Theme.warning }
        AgText { text: qsTr("The test failed"); font.pixelSize: Theme.heading; font.weight: Font.DemiBold; Layout.fillWidth: true }
    }
    AgText {
        objectName: "refusedText"
        text: notice.form.refused
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    AgText {
        text: qsTr("Remove it and correct what you have entered; or keep it, for instance because the network is down: it waits until a test succeeds.")
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    Item { Layout.fillHeight: true }
}
