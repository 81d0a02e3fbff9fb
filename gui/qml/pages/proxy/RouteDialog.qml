import QtQuick
import QtQuick.Layouts
import AgGateway

// A route, new or changed.
AgDialog {
    id: dialog
    required property App app
    property string refusal: ""

    function save(replace: bool) {
        refusal = "";
        app.routes.save(patternField.text, backgroundBox.checked, providerField.provider, modelField.text, chainField.text, effortField.value, replace);
    }
    function edit(pattern: string, background: bool, provider: string, model: string, chain: string, effort: string) {
        backgroundBox.checked = background;
        effortField.value = effort;
        patternField.text = pattern;
        providerField.provider = provider;
        modelField.text = model;
        chainField.text = chain;
        refusal = "";
        open();
        patternField.forceActiveFocus();
    }

    objectName: "routeEditor"
    title: qsTr("Route")
    wanted: 560
    contentItem: AgScrollView {
        id: scroll
        contentWidth: availableWidth
        clip: true
        implicitHeight: fields.implicitHeight
        ColumnLayout {
            id: fields
            width: scroll.availableWidth
            spacing: Theme.m
            FormRow {
                label: qsTr("Model name asked for")
                help: qsTr("A name, or a pattern with * and ?, or ~ and a regular expression.")
                AgTextField { id: patternField; objectName: "routePattern"; placeholderText: "claude-*"; Accessible.name: qsTr("Model name asked for"); Layout.fillWidth: true; onAccepted: saveButton.clicked() }
            }
            RowLayout {
                spacing: Theme.m
                FormRow {
                    label: qsTr("Provider")
                    Layout.preferredWidth: 1
                    ProviderField { id: providerField; objectName: "routeProvider"; model: dialog.app.accounts.providers; placeholder: qsTr("as the model name says"); Layout.fillWidth: true }
                }
                FormRow {
                    label: qsTr("Model there")
                    Layout.preferredWidth: 1
                    AgTextField { id: modelField; objectName: "routeModel"; placeholderText: qsTr("the name that was asked for"); Accessible.name: qsTr("Model there"); Layout.fillWidth: true; onAccepted: saveButton.clicked() }
                }
            }
            FormRow {
                label: qsTr("Reasoning effort")
                ValueBox {
                    id: effortField
                    objectName: "routeEffort"
                    name: qsTr("Reasoning effort")
                    Layout.fillWidth: true
                    onPicked: (chosen) => value = chosen
                    model: [{ value: "", text: qsTr("as the client asks") },
                        ...Array.from(["none", "minimal", "low", "medium", "high", "xhigh", "max"], (name) => ({ value: name, text: name }))]
                }
            }
            AgCheckBox {
                id: backgroundBox
                objectName: "routeBackground"
                text: qsTr("Only tasks that clients do by themselves (titles, summaries)")
            }
            FormRow {
                label: qsTr("When none of its accounts can serve it, then")
                help: qsTr("provider:model, one per line")
                AgTextArea { id: chainField; mono: true; name: qsTr("When none of its accounts can serve it, then"); Layout.fillWidth: true; implicitHeight: 72 }
            }
            FaultLine { objectName: "routeRefused"; text: dialog.refusal; Layout.fillWidth: true }
        }
    }
    footerButtons: [
        AgButton {
            id: saveButton
            objectName: "saveRoute"
            text: qsTr("Save")
            kind: "primary"
            enabled: patternField.text !== "" && (providerField.provider !== "" || modelField.text !== "" || effortField.value !== "")
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: if (enabled) dialog.save(false)
        },
        AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.app.routes
        function onSaved() { dialog.accept(); }
        function onRefused(why: string) { dialog.refusal = why; }
        function onTaken(text: string) { replacement.text = text; replacement.open(); }
    }
    ConfirmDialog {
        id: replacement
        objectName: "replaceRoute"
        title: qsTr("Replace a route?")
        confirmText: qsTr("Replace")
        destructive: true
        onAccepted: dialog.save(true)
    }
}
