import QtQuick
import QtQuick.Layouts
import AgGateway

ColumnLayout {
    id: tab
    required property App app
    readonly property AccountForm form: app.accountForm
    // Enter in a field.
    signal submitAsked()
    readonly property string submitText: qsTr("Test and add")
    readonly property bool ready: provider.value !== "" && clientId.text !== "" && tokens.text !== ""

    function reset() { tokens.text = ""; clientSecret.text = ""; label.text = ""; project.text = ""; location.text = ""; }
    function submit() { form.addTokens(provider.value, label.text, clientId.text, clientSecret.text, tokens.text, project.text, location.text); }
    spacing: Theme.m

    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Provider")
            Layout.preferredWidth: 1
            ProviderBox { id: provider; objectName: "tokenProvider"; model: tab.form.signInProviders; Layout.fillWidth: true }
        }
        FormRow {
            label: qsTr("Name (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: label; objectName: "tokenLabel"; Accessible.name: qsTr("Name"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("OAuth client ID")
            error: tab.form.errorField === "client_id" ? tab.form.error : ""
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: clientId; objectName: "tokenClient"; Accessible.name: qsTr("OAuth client ID"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: qsTr("Client secret")
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: clientSecret; objectName: "tokenSecret"; echoMode: TextInput.Password; Accessible.name: qsTr("Client secret"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Cloud project (optional)")
            help: qsTr("Vertex AI needs one.")
            error: tab.form.errorField === "project" ? tab.form.error : ""
            Layout.preferredWidth: 1
            AgTextField { id: project; objectName: "tokenProject"; Accessible.name: qsTr("Cloud project (optional)"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: qsTr("Region (optional)")
            error: tab.form.errorField === "location" ? tab.form.error : ""
            Layout.preferredWidth: 1
            AgTextField { id: location; objectName: "tokenLocation"; placeholderText: "global"; Accessible.name: qsTr("Region (optional)"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    FormRow {
        label: qsTr("Refresh tokens")
        help: qsTr("One per line; each becomes an account.")
        error: tab.form.errorField === "refresh_token" ? tab.form.error : ""
        AgTextArea { id: tokens; objectName: "tokenLines"; mono: true; name: qsTr("Refresh tokens"); placeholderText: "1//0g…"; implicitHeight: 96; Layout.fillWidth: true }
    }
    FormError { form: tab.form; known: ["client_id", "refresh_token", "project", "location"] }
    Item { Layout.fillHeight: true }
}
