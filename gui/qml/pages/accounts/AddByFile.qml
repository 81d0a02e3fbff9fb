import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

ColumnLayout {
    id: tab
    required property App app
    readonly property AccountForm form: app.accountForm
    // Enter in a field.
    signal submitAsked()
    readonly property string submitText: qsTr("Test and add")
    readonly property bool ready: provider.value !== "" && form.fileName !== ""

    function reset() { label.text = ""; project.text = ""; location.text = ""; }
    function submit() { form.addFile(provider.value, label.text, project.text, location.text); }
    spacing: Theme.m

    FormRow {
        label: qsTr("Key file")
        help: tab.form.fileText !== "" ? tab.form.fileText : qsTr("The JSON key of a service account, or an \"authorized_user\" file of gcloud. At most 64 KB.")
        error: tab.form.errorField === "file" ? tab.form.error : ""
        RowLayout {
            spacing: Theme.s
            AgTextField { objectName: "fileName"; readOnly: true; text: tab.form.fileName; placeholderText: qsTr("No file chosen"); Accessible.name: qsTr("Key file"); Layout.fillWidth: true }
            AgButton { objectName: "chooseFile"; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: chooser.open() }
        }
    }
    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Provider")
            Layout.preferredWidth: 1
            ProviderBox { id: provider; objectName: "fileProvider"; model: tab.form.signInProviders; Layout.fillWidth: true }
        }
        FormRow {
            label: qsTr("Name (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: label; objectName: "fileLabel"; Accessible.name: qsTr("Name"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Cloud project (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: project; objectName: "fileProject"; placeholderText: qsTr("as the file says"); Accessible.name: qsTr("Cloud project (optional)"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: qsTr("Region (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: location; objectName: "fileLocation"; placeholderText: "global"; Accessible.name: qsTr("Region (optional)"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    FormError { form: tab.form; known: ["file"] }
    Item { Layout.fillHeight: true }
    FileDialog {
        id: chooser
        objectName: "keyFileChooser"
        title: qsTr("Key file")
        nameFilters: [qsTr("JSON files (*.json)"), qsTr("All files (*)")]
        onAccepted: tab.form.readFile(selectedFile)
    }
}
