import QtQuick
import QtQuick.Layouts
import AgGateway

ColumnLayout {
    id: tab
    required property App app
    readonly property AccountForm form: app.accountForm
    // Enter in a field.
    signal submitAsked()
    readonly property var kind: provider.value === "" ? ({}) : form.provider(provider.value)
    readonly property string submitText: qsTr("Test and add")
    readonly property bool ready: provider.value !== "" && (key.text !== "" || kind.keyRequired === false)

    // Whose the key may be, when that cannot be told.
    readonly property var owners: form.providers.length > 0 ? form.possibleOwners(key.text) : []
    // The person has chosen the provider.
    property bool told: false

    function reset() { provider.value = ""; told = false; key.text = ""; label.text = ""; baseUrl.text = ""; shown = false; }
    function focusFirst() { key.forceActiveFocus(); }
    function submit() { form.addKey(provider.value, label.text, key.text, baseUrl.text); }
    property bool shown: false
    spacing: Theme.m

    FormRow {
        label: qsTr("API key")
        error: tab.form.errorField === "api_key" ? tab.form.error : ""
        help: qsTr("Paste it: the provider is recognised by how it begins. It is sealed on the gateway's machine.")
        RowLayout {
            spacing: Theme.s
            AgTextField {
                id: key
                objectName: "keyField"
                echoMode: tab.shown ? TextInput.Normal : TextInput.Password
                placeholderText: tab.kind.keyHint ? tab.kind.keyHint : "sk-…"
                Accessible.name: qsTr("API key")
                Layout.fillWidth: true
                onTextEdited: {
                    const found = tab.form.detect(text);
                    if (found !== "") provider.value = found;
                    else if (tab.owners.length > 0 && !tab.told) provider.value = "";
                }
                onAccepted: tab.submitAsked()
            }
            AgButton { iconName: tab.shown ? "eye-off" : "eye"; tip: tab.shown ? qsTr("Hide the key") : qsTr("Show the key"); onClicked: tab.shown = !tab.shown }
        }
    }
    FormRow {
        label: qsTr("Provider")
        help: tab.owners.length > 0 ? qsTr("Keys that begin with sk- are handed out by several providers: %1. Choose whose yours is; it is sent to no other.").arg(tab.owners.join(", ")) : ""
        error: tab.form.errorField === "provider" ? tab.form.error : ""
        RowLayout {
            spacing: Theme.s
            ProviderBox { id: provider; objectName: "providerBox"; asks: true; model: tab.form.providers; onActivated: tab.told = true; Layout.fillWidth: true }
            AgButton {
                iconName: "external-link"
                tip: qsTr("Where its keys are made")
                enabled: !!tab.kind.docsUrl
                onClicked: tab.app.openUrl(tab.kind.docsUrl)
            }
        }
    }
    RowLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("Name (optional)")
            error: tab.form.errorField === "label" ? tab.form.error : ""
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: label; objectName: "labelField"; placeholderText: provider.value !== "" ? qsTr("such as %1-2").arg(provider.value) : ""; Accessible.name: qsTr("Name"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
        FormRow {
            label: tab.kind.baseUrlRequired ? qsTr("Base URL") : qsTr("Base URL (optional)")
            error: tab.form.errorField === "base_url" ? tab.form.error : ""
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            AgTextField { id: baseUrl; objectName: "baseUrlField"; placeholderText: tab.kind.baseUrl ? tab.kind.baseUrl : "https://"; Accessible.name: qsTr("Base URL"); Layout.fillWidth: true; onAccepted: tab.submitAsked() }
        }
    }
    FormError { form: tab.form; known: ["api_key", "provider", "label", "base_url"] }
    Item { Layout.fillHeight: true }
}
