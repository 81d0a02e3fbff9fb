import QtQuick
import QtQuick.Layouts
import AgGateway

// After an account came: the clients whose own model names its provider does not know, and what makes them work.
AgDialog {
    id: dialog
    required property App app
    property string label: ""
    property string provider: ""
    property var presets: []

    // By its name for people.
    readonly property var known: app.accountForm.provider(provider)
    readonly property string providerName: known.displayName ?? provider
    property int chosen: 0

    function count() {
        let count = 0;
        for (let i = 0; i < choices.count; ++i) count += choices.itemAt(i)?.checked ? 1 : 0;
        chosen = count;
    }
    function start(label: string, provider: string, presets: var) {
        dialog.label = label;
        dialog.provider = provider;
        dialog.presets = presets;
        open();
    }

    objectName: "presetOffer"
    title: qsTr("%1 is ready").arg(label)
    wanted: 520
    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("These clients ask for models by names that %1 does not serve. Routes make them work with it; you can change them in API Proxy.").arg(dialog.providerName)
            secondary: true
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
        Repeater {
            id: choices
            model: dialog.presets
            onItemAdded: dialog.count()
            onItemRemoved: dialog.count()
            delegate: ColumnLayout {
                id: choice
                required property var modelData
                readonly property alias checked: box.checked
                spacing: 0
                Layout.fillWidth: true
                // What takes nothing away is wanted by nearly everybody.
                AgCheckBox {
                    id: box
                    objectName: "preset-" + choice.modelData.name
                    text: choice.modelData.text
                    checked: choice.modelData.replaces === ""
                    onCheckedChanged: dialog.count()
                }
                AgText {
                    objectName: "replaces-" + choice.modelData.name
                    visible: choice.modelData.replaces !== ""
                    text: qsTr("Replaces your routes for %1").arg(choice.modelData.replaces)
                    secondary: true
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                    Layout.leftMargin: Theme.l + Theme.s
                    Layout.fillWidth: true
                }
            }
        }
    }
    footerButtons: [
        AgButton {
            objectName: "acceptPresets"
            text: qsTr("Set up the chosen ones")
            kind: "primary"
            enabled: dialog.chosen > 0
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: {
                for (let i = 0; i < choices.count; ++i) {
                    const choice = choices.itemAt(i);
                    if (choice.checked) dialog.app.accountForm.applyPreset(choice.modelData.name, dialog.provider, choice.modelData.replaces !== "");
                }
                dialog.accept();
            }
        },
        AgButton { objectName: "skipPresets"; text: qsTr("Not now"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
}
