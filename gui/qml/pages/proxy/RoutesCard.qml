import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    title: qsTr("Routes")
    subtitle: qsTr("Which model name goes where. Without a route, each name goes to the provider that it belongs to.")
    actions: [
        AgButton { objectName: "addRoute"; text: qsTr("Add route"); iconName: "plus"; onClicked: { card.app.routes.beginAdd(); editor.edit("", false, "", "", "", ""); } },
        AgButton { objectName: "presets"; text: qsTr("Preset…"); onClicked: preset.open() }
    ]
    EmptyState {
        visible: card.app.routes.loaded && card.app.routes.count === 0
        iconName: "route"
        title: qsTr("No routes")
        text: qsTr("Add one to give a model another name, or to let Claude Code, Codex or Gemini CLI run on any provider.")
        Layout.fillWidth: true
        Layout.margins: Theme.m
    }
    ListView {
        id: list
        objectName: "routeList"
        model: card.app.routes
        interactive: false
        // A current row would take the keyboard from the one that is being moved.
        currentIndex: -1
        implicitHeight: contentHeight
        Layout.fillWidth: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Routes")
        delegate: Rectangle {
            id: row
            required property int index
            required property string pattern
            required property string target
            required property string provider
            required property string model
            required property string origin
            required property string chain
            required property bool background
            required property string effort
            objectName: "route-" + pattern
            width: list.width
            height: Theme.rowHeight
            activeFocusOnTab: true
            Accessible.role: Accessible.ListItem
            Accessible.name: qsTr("%1 goes to %2").arg(pattern).arg(target)
            // As dragging does; before the row above, or before the one after the next.
            Keys.onPressed: (event) => {
                if (!(event.modifiers & Qt.ControlModifier)) return;
                if (event.key === Qt.Key_Up && index > 0) card.app.routes.move(index, index - 1);
                else if (event.key === Qt.Key_Down) card.app.routes.move(index, index + 2 < list.count ? index + 2 : -1);
                else return;
                event.accepted = true;
            }
            FocusRing { visible: row.activeFocus }
            color: hover.hovered ? Theme.hover : "transparent"
            radius: Theme.radius
            HoverHandler { id: hover }
            DragHandler {
                id: drag
                xAxis.enabled: false
                onActiveChanged: {
                    if (active) return;
                    const place = Math.max(0, Math.min(list.count - 1, Math.round(row.y / row.height)));
                    const before = place > row.index ? place + 1 : place;
                    card.app.routes.move(row.index, before < list.count ? before : -1);
                    row.y = row.index * row.height;
                }
            }
            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: Theme.s
                spacing: Theme.m
                AgIcon { name: "grip-vertical" }
                AgText { text: row.pattern; font.family: Theme.monoFamily; elide: Text.ElideRight; Layout.preferredWidth: row.width * 0.3 }
                AgIcon { name: "arrow-right" }
                CutText { text: row.target; Layout.fillWidth: true }
                Pill { visible: row.background; kind: "info"; text: qsTr("background tasks"); dot: false }
                Pill { visible: row.origin !== "user"; text: row.origin; dot: false }
                AgButton { objectName: "editRoute-" + row.pattern; kind: "quiet"; iconName: "pencil"; tip: qsTr("Edit %1").arg(row.pattern); onClicked: { card.app.routes.beginEdit(row.index); editor.edit(row.pattern, row.background, row.provider, row.model, row.chain, row.effort); } }
                AgButton { objectName: "removeRoute-" + row.pattern; kind: "quiet"; iconName: "trash-2"; tip: qsTr("Remove %1").arg(row.pattern); onClicked: card.app.routes.remove(row.index) }
            }
        }
    }
    AgDialog {
        id: editor
        objectName: "routeEditor"
        property string refusal: ""
        function save(replace: bool) {
            refusal = "";
            card.app.routes.save(patternField.text, backgroundBox.checked, providerField.editText, modelField.text, chainField.text, effortField.value, replace);
        }
        function edit(pattern: string, background: bool, provider: string, model: string, chain: string, effort: string) {
            backgroundBox.checked = background;
            effortField.value = effort;
            patternField.text = pattern;
            providerField.editText = provider;
            modelField.text = model;
            chainField.text = chain;
            refusal = "";
            open();
            patternField.forceActiveFocus();
        }
        title: qsTr("Route")
        wanted: 560
        contentItem: ColumnLayout {
            spacing: Theme.m
            FormRow {
                label: qsTr("Model name asked for")
                help: qsTr("A name, or a pattern with * and ?, or ~ and a regular expression.")
                AgTextField { id: patternField; objectName: "routePattern"; placeholderText: "claude-*"; Accessible.name: qsTr("Model name asked for"); Layout.fillWidth: true }
            }
            FormRow {
                label: qsTr("Provider")
                AgComboBox { id: providerField; objectName: "routeProvider"; editable: true; Accessible.name: qsTr("Provider"); model: card.app.accounts.providers; Layout.fillWidth: true
                    contentItem: AgTextField { text: providerField.editText; onTextEdited: providerField.editText = text; placeholderText: qsTr("as the model name says"); Accessible.name: qsTr("Provider"); background: Item {} } }
            }
            FormRow {
                label: qsTr("Model there")
                AgTextField { id: modelField; objectName: "routeModel"; placeholderText: qsTr("the name that was asked for"); Accessible.name: qsTr("Model there"); Layout.fillWidth: true }
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
                help: qsTr("provider:model, one a line")
                AgTextArea { id: chainField; mono: true; name: qsTr("When none of its accounts can serve it, then"); Layout.fillWidth: true; implicitHeight: 72 }
            }
            FaultLine { objectName: "routeRefused"; text: editor.refusal; Layout.fillWidth: true }
        }
        Connections {
            target: card.app.routes
            function onSaved() { editor.accept(); }
            function onRefused(why: string) { editor.refusal = why; }
            function onTaken(text: string) { replacement.text = text; replacement.open(); }
            function onPresetWritten() { preset.accept(); }
            function onPresetRefused(why: string) { preset.refusal = why; }
            function onPresetTaken(text: string) { presetReplacement.text = text; presetReplacement.open(); }
        }
        footerButtons: [
            AgButton {
                objectName: "saveRoute"
                text: qsTr("Save")
                kind: "primary"
                enabled: patternField.text !== "" && (providerField.editText !== "" || modelField.text !== "" || effortField.value !== "")
                Layout.rightMargin: Theme.l
                Layout.bottomMargin: Theme.l
                onClicked: editor.save(false)
            },
            AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: editor.reject() },
            Item { Layout.fillWidth: true }
        ]
    }
    ConfirmDialog {
        id: replacement
        objectName: "replaceRoute"
        title: qsTr("Replace a route?")
        confirmText: qsTr("Replace")
        destructive: true
        onAccepted: editor.save(true)
    }
    ConfirmDialog {
        id: presetReplacement
        objectName: "replaceByPreset"
        title: qsTr("Replace routes?")
        confirmText: qsTr("Replace")
        destructive: true
        onAccepted: preset.write(true)
    }
    AgDialog {
        id: preset
        objectName: "presetDialog"
        property string refusal: ""
        function write(replace: bool) {
            refusal = "";
            card.app.routes.applyPreset(client.value, by.currentText, replace);
        }
        onOpened: refusal = ""
        title: qsTr("Route preset")
        wanted: 480
        contentItem: ColumnLayout {
            spacing: Theme.m
            FormRow {
                label: qsTr("The names that this client asks for")
                Segments {
                    id: client
                    value: "claude-code"
                    options: [{ value: "claude-code", text: "Claude Code" }, { value: "codex", text: "Codex" }, { value: "gemini-cli", text: "Gemini CLI" }]
                    onPicked: (value) => client.value = value
                }
            }
            FormRow {
                label: qsTr("are served by")
                AgComboBox { id: by; objectName: "presetProvider"; Accessible.name: qsTr("Provider"); model: card.app.accounts.providers; Layout.fillWidth: true }
            }
            FaultLine { objectName: "presetRefused"; text: preset.refusal; Layout.fillWidth: true }
        }
        footerButtons: [
            AgButton {
                objectName: "applyPreset"
                text: qsTr("Write routes")
                kind: "primary"
                enabled: by.count > 0
                Layout.rightMargin: Theme.l
                Layout.bottomMargin: Theme.l
                onClicked: preset.write(false)
            },
            AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: preset.reject() },
            Item { Layout.fillWidth: true }
        ]
    }
}
