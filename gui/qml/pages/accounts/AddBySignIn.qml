import QtQuick
import QtQuick.Layouts
import AgGateway

// The fields make room for what is under way. In a column and no layout: see SignInProgress.
Column {
    id: tab
    required property App app
    readonly property AccountForm form: app.accountForm
    // Enter in a field.
    signal submitAsked()
    readonly property AccountSignIn signIn: form.signIn
    readonly property var kind: provider.value === "" ? ({}) : form.provider(provider.value)
    readonly property string submitText: signIn.state === "failed" ? qsTr("Try again") : qsTr("Sign in")
    readonly property bool ready: provider.value !== "" && clientId.text !== "" && !signIn.running

    function reset() { label.text = ""; project.text = ""; location.text = ""; progress.reset(); }
    function submit() { signIn.begin(provider.value, label.text, clientId.text, clientSecret.text, project.text, location.text); }
    spacing: Theme.m

    RowLayout {
        visible: !tab.signIn.running
        width: parent.width
        spacing: Theme.m
        FormRow {
            label: qsTr("Provider")
            Layout.preferredWidth: 1
            ProviderBox { id: provider; objectName: "signInProvider"; model: tab.form.signInProviders; Layout.fillWidth: true }
        }
        FormRow {
            label: qsTr("Name (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: label; objectName: "signInLabel"; Accessible.name: qsTr("Name"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    RowLayout {
        visible: !tab.signIn.running
        width: parent.width
        spacing: Theme.m
        FormRow {
            label: qsTr("OAuth client ID")
            help: qsTr("Of your own client, of the type \"desktop app\".")
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: clientId; objectName: "signInClient"; placeholderText: "….apps.googleusercontent.com"; Accessible.name: qsTr("OAuth client ID"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: qsTr("Client secret")
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: clientSecret; objectName: "signInSecret"; echoMode: TextInput.Password; Accessible.name: qsTr("Client secret"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    AgButton {
        objectName: "oauthHelp"
        visible: !tab.signIn.running && !!tab.kind.signInDocsUrl
        kind: "link"
        iconName: "external-link"
        text: qsTr("How to make an OAuth client")
        onClicked: tab.app.openUrl(tab.kind.signInDocsUrl)
    }
    RowLayout {
        visible: !tab.signIn.running
        width: parent.width
        spacing: Theme.m
        FormRow {
            label: qsTr("Cloud project (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: project; objectName: "signInProject"; Accessible.name: qsTr("Cloud project"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: qsTr("Region (optional)")
            Layout.preferredWidth: 1
            AgTextField { id: location; objectName: "signInLocation"; placeholderText: "global"; Accessible.name: qsTr("Region (optional)"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    SignInProgress { id: progress; app: tab.app; width: parent.width }
    FormError { form: tab.form; known: []; width: parent.width }
}
