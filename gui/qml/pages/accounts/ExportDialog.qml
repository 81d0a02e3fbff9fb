import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

AgDialog {
    id: dialog
    required property App app
    readonly property AccountExport exporter: app.accountForm.exporter
    function start() { exporter.reset(); passphrase.text = ""; again.text = ""; open(); passphrase.forceActiveFocus(); }

    objectName: "exportDialog"
    title: qsTr("Export accounts")
    wanted: 520
    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("All accounts with their keys and sign-ins, in one file. Whoever has the file and the passphrase has the accounts.")
            secondary: true
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
        FormRow {
            label: qsTr("Passphrase")
            help: qsTr("At least eight characters. Nobody can recover it.")
            AgTextField { id: passphrase; objectName: "exportPassphrase"; echoMode: TextInput.Password; Accessible.name: qsTr("Passphrase"); Layout.fillWidth: true }
        }
        FormRow {
            label: qsTr("Once more")
            error: dialog.exporter.error
            AgTextField { id: again; objectName: "exportAgain"; echoMode: TextInput.Password; Accessible.name: qsTr("Passphrase once more"); Layout.fillWidth: true }
        }
    }
    footerButtons: [
        AgButton {
            objectName: "chooseExport"
            text: qsTr("Save as…")
            kind: "primary"
            busy: dialog.exporter.busy
            enabled: !dialog.exporter.busy && passphrase.text !== "" && again.text !== ""
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: chooser.open()
        },
        AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    FileDialog {
        id: chooser
        objectName: "exportChooser"
        title: qsTr("Export accounts")
        fileMode: FileDialog.SaveFile
        defaultSuffix: "agx"
        onAccepted: dialog.exporter.exportTo(selectedFile, passphrase.text, again.text)
    }
    Connections {
        target: dialog.exporter
        function onExported() { dialog.close(); }
    }
}
