import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

// The list is shown first: nothing is added before the person has seen it.
ColumnLayout {
    id: tab
    required property App app
    readonly property AccountTransfer transfer: app.accountForm.transfer
    readonly property bool seen: transfer.rows.length > 0
    readonly property string submitText: seen ? qsTr("Import %n account(s)", "", transfer.addable) : qsTr("Show what is in it")
    readonly property bool ready: seen ? transfer.addable > 0 : transfer.fileName !== "" && passphrase.text !== ""

    function reset() { passphrase.text = ""; }
    function submit() {
        if (seen) transfer.importAll();
        else transfer.preview(passphrase.text);
    }
    spacing: Theme.m

    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Exported file")
            Layout.preferredWidth: 1
            RowLayout {
                spacing: Theme.s
                AgTextField { readOnly: true; text: tab.transfer.fileName; placeholderText: qsTr("No file chosen"); Accessible.name: qsTr("Exported file"); Layout.fillWidth: true }
                AgButton { objectName: "chooseImport"; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: chooser.open() }
            }
        }
        FormRow {
            label: qsTr("Its passphrase")
            Layout.preferredWidth: 1
            AgTextField { id: passphrase; objectName: "importPassphrase"; echoMode: TextInput.Password; Accessible.name: qsTr("Its passphrase"); Layout.fillWidth: true; onAccepted: if (tab.ready) tab.submit() }
        }
    }
    AgText {
        objectName: "importError"
        visible: text !== ""
        text: tab.transfer.error
        color: Theme.danger
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    ListView {
        objectName: "importRows"
        visible: tab.seen
        clip: true
        model: tab.transfer.rows
        implicitHeight: Math.min(contentHeight, 160)
        Layout.fillWidth: true
        Layout.fillHeight: true
        ScrollBar.vertical: AgScrollBar { policy: ScrollBar.AsNeeded }
        delegate: RowLayout {
            id: entry
            required property var modelData
            width: ListView.view.width
            height: Theme.rowHeight
            spacing: Theme.s
            AgText { text: entry.modelData.label; elide: Text.ElideRight; Layout.fillWidth: true; Layout.preferredWidth: 2 }
            AgText { text: entry.modelData.provider + " " + entry.modelData.hint; secondary: true; elide: Text.ElideRight; Layout.fillWidth: true; Layout.preferredWidth: 2 }
            Pill {
                kind: entry.modelData.outcome === "added" ? "ok" : entry.modelData.outcome === "refused" ? "error" : "neutral"
                text: entry.modelData.text
                Layout.maximumWidth: 240
            }
        }
    }
    AgText {
        visible: !tab.seen
        text: qsTr("A file that this app or \"agctl accounts export\" has written. You see its accounts before anything is added.")
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    Item { visible: !tab.seen; Layout.fillHeight: true }
    FileDialog {
        id: chooser
        objectName: "importChooser"
        title: qsTr("Exported accounts")
        onAccepted: tab.transfer.readFile(selectedFile)
    }
}
