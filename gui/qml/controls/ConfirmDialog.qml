import QtQuick
import QtQuick.Layouts
import AgGateway

AgDialog {
    id: dialog
    property string text: ""
    property string confirmText: qsTr("OK")
    property bool destructive: false
    wanted: 440
    contentItem: AgText {
        text: dialog.text
        wrapMode: Text.WordWrap
    }
    footerButtons: [
        AgButton {
            objectName: "confirm"
            text: dialog.confirmText
            kind: dialog.destructive ? "danger" : "primary"
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.accept()
        },
        AgButton {
            text: qsTr("Cancel")
            Layout.bottomMargin: Theme.l
            onClicked: dialog.reject()
        },
        Item { Layout.fillWidth: true }
    ]
}
