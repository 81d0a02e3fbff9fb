import QtQuick
import QtQuick.Layouts
import AgGateway

// A new key in full, this once.
AgDialog {
    id: dialog
    required property App app
    readonly property string secret: app.clientKeys.secret
    onSecretChanged: if (secret !== "") open()
    onClosed: app.clientKeys.forgetSecret()
    objectName: "keySecretDialog"
    title: qsTr("Key for %1").arg(app.clientKeys.secretName)
    wanted: 560
    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("Copy it now: the gateway keeps only its hash and cannot show it again.")
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.s
            AgTextField {
                objectName: "keySecret"
                text: dialog.secret
                readOnly: true
                font.family: Theme.monoFamily
                Accessible.name: qsTr("Key")
                Layout.fillWidth: true
            }
            AgButton {
                objectName: "copySecret"
                text: qsTr("Copy")
                iconName: "copy"
                kind: "primary"
                onClicked: dialog.app.copy(dialog.secret)
            }
        }
    }
    footerButtons: [
        AgButton { objectName: "secretDone"; text: qsTr("Done"); Layout.rightMargin: Theme.l; Layout.bottomMargin: Theme.l; onClicked: dialog.close() },
        Item { Layout.fillWidth: true }
    ]
}
