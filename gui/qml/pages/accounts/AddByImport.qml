import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

// The list is shown first: nothing is added before the person has seen it.
ColumnLayout {
    id: tab
    required property App app
    readonly property AccountImport importer: app.accountForm.importer
    readonly property bool seen: importer.rows.length > 0
    readonly property string submitText: importer.isDone ? qsTr("Done") : seen && importer.addable > 0 ? importer.importText : qsTr("Show what is in it")
    readonly property bool ready: importer.isDone || (seen ? importer.addable > 0 : importer.fileName !== "" && (!importer.isSealed || passphrase.text !== ""))

    function reset() { passphrase.text = ""; }
    function submit() {
        if (importer.isDone) importer.leave();
        else if (seen) importer.importAll();
        else importer.preview(passphrase.text);
    }
    spacing: Theme.m

    RowLayout {
        visible: !tab.importer.isDone
        spacing: Theme.m
        FormRow {
            label: qsTr("File")
            Layout.preferredWidth: 1
            RowLayout {
                spacing: Theme.s
                AgTextField { readOnly: true; text: tab.importer.fileName; placeholderText: qsTr("No file chosen"); Accessible.name: qsTr("File"); Layout.fillWidth: true }
                AgButton { objectName: "chooseImport"; text: qsTr("Choose…"); iconName: "folder-open"; enabled: !tab.importer.busy; onClicked: chooser.open() }
            }
        }
        FormRow {
            visible: tab.importer.isSealed
            label: qsTr("Its passphrase")
            Layout.preferredWidth: 1
            AgTextField { id: passphrase; objectName: "importPassphrase"; echoMode: TextInput.Password; Accessible.name: qsTr("Its passphrase"); Layout.fillWidth: true; onAccepted: if (tab.ready) tab.submit() }
        }
    }
    AgText {
        objectName: "importError"
        visible: text !== ""
        text: tab.importer.error
        color: Theme.danger
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    AgText {
        objectName: "importSummary"
        visible: tab.seen
        text: tab.importer.summary
        font.weight: Font.Medium
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    AgText {
        visible: tab.importer.isDone
        text: qsTr("Nobody has asked the providers yet: choose the new accounts in the list, then Test.")
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    ListView {
        id: list
        objectName: "importRows"
        visible: tab.seen
        clip: true
        model: tab.importer.rows
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: true
        activeFocusOnTab: true
        implicitHeight: Math.min(contentHeight, 200)
        Layout.fillWidth: true
        Layout.fillHeight: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("What is in the file")
        ScrollBar.vertical: AgScrollBar { policy: ScrollBar.AsNeeded }
        delegate: ImportRow { width: list.width - Theme.m }
    }
    AgText {
        visible: !tab.seen
        text: qsTr("A file that this app or \"agctl accounts export\" has written, or the configuration of LiteLLM (config.yaml), CLIProxyAPI (config.yaml) or claude-code-router (config.json). You see what is in it before anything is added.")
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    Item { visible: !tab.seen; Layout.fillHeight: true }
    FileDialog {
        id: chooser
        objectName: "importChooser"
        title: qsTr("File with accounts")
        onAccepted: tab.importer.readFile(selectedFile)
    }
}
