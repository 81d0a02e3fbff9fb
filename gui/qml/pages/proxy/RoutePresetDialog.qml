import QtQuick
import QtQuick.Layouts
import AgGateway

// Routes for all the model names that a client asks for.
AgDialog {
    id: dialog
    required property App app
    property string refusal: ""

    function write(replace: bool) {
        refusal = "";
        app.routes.applyPreset(client.value, by.currentText, replace);
    }

    objectName: "presetDialog"
    title: qsTr("Route preset")
    wanted: 480
    onOpened: refusal = ""
    contentItem: ColumnLayout {
        spacing: Theme.m
        FormRow {
            label: qsTr("The names that this client asks for")
            Segments {
                id: client
                name: qsTr("The names that this client asks for")
                value: "claude-code"
                options: [{ value: "claude-code", text: "Claude Code" }, { value: "codex", text: "Codex" }, { value: "gemini-cli", text: "Gemini CLI" }]
                onPicked: (value) => client.value = value
            }
        }
        FormRow {
            label: qsTr("are served by")
            AgComboBox { id: by; objectName: "presetProvider"; Accessible.name: qsTr("Provider"); model: dialog.app.accounts.providers; Layout.fillWidth: true }
        }
        FaultLine { objectName: "presetRefused"; text: dialog.refusal; Layout.fillWidth: true }
    }
    footerButtons: [
        AgButton {
            objectName: "applyPreset"
            text: qsTr("Write routes")
            kind: "primary"
            enabled: by.count > 0
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.write(false)
        },
        AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.app.routes
        function onPresetWritten() { dialog.accept(); }
        function onPresetRefused(why: string) { dialog.refusal = why; }
        function onPresetTaken(text: string) { replacement.text = text; replacement.open(); }
    }
    ConfirmDialog {
        id: replacement
        objectName: "replaceByPreset"
        title: qsTr("Replace routes?")
        confirmText: qsTr("Replace")
        destructive: true
        onAccepted: dialog.write(true)
    }
}
