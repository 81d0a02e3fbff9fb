import QtQuick
import QtQuick.Layouts
import AgGateway

AgDialog {
    id: dialog
    required property App app
    readonly property ClientKeyForm form: app.clientKeyForm
    readonly property var values: form.values
    readonly property var limitFields: [requestsPerMinute, requestsPerDay, requestsPerMonth, tokensPerMinute, tokensPerDay, tokensPerMonth, usdPerMinute, usdPerDay, usdPerMonth]

    function make() { open(); form.start(); keyName.forceActiveFocus(); }
    function edit(id: string) { open(); form.load(id); }
    function fill() {
        keyName.text = values.name;
        expires.text = values.expires;
        models.text = values.models;
        for (const field of limitFields) field.text = values[field.name];
    }
    function save() {
        const values = { name: keyName.text, expires: expires.text, models: models.text };
        for (const field of limitFields) values[field.name] = field.text;
        form.save(values);
    }
    function errorOf(name: string): string { return form.errorField === name ? form.error : ""; }

    component LimitField: AgTextField {
        required property string name
        required property ClientKeyForm form
        objectName: "key-" + name
        invalid: form.errorField === name
        inputMethodHints: Qt.ImhDigitsOnly
        placeholderText: qsTr("no limit")
        Layout.fillWidth: true
        Layout.preferredWidth: 1  // all columns alike
    }

    objectName: "keyDialog"
    title: form.id === "" ? qsTr("New client key") : qsTr("Edit client key")
    wanted: 600
    contentItem: AgScrollView {
        id: scroll
        contentWidth: availableWidth
        clip: true
        implicitHeight: fields.implicitHeight
        ColumnLayout {
            id: fields
            width: scroll.availableWidth
            spacing: Theme.m
            enabled: dialog.form.ready && !dialog.form.busy
            RowLayout {
                spacing: Theme.m
                FormRow {
                    label: qsTr("Name")
                    help: qsTr("Whom or what it is for.")
                    error: dialog.errorOf("name")
                    AgTextField { id: keyName; objectName: "keyName"; placeholderText: qsTr("laptop"); invalid: dialog.form.errorField === "name"; Accessible.name: qsTr("Name"); Layout.fillWidth: true; onAccepted: dialog.save() }
                }
                FormRow {
                    label: qsTr("Expires")
                    help: qsTr("2030-12-31, or 30d from now. Empty = never.")
                    error: dialog.errorOf("expires")
                    AgTextField { id: expires; objectName: "keyExpires"; placeholderText: qsTr("never"); invalid: dialog.form.errorField === "expires"; Accessible.name: qsTr("Expires"); Layout.fillWidth: true; onAccepted: dialog.save() }
                }
            }
            FormRow {
                label: qsTr("Models")
                help: qsTr("Which model names it may ask for, one per line: names, patterns with * and ?, or ~ and a regular expression.")
                error: dialog.errorOf("models")
                AgTextArea { id: models; objectName: "keyModels"; mono: true; name: qsTr("Models"); placeholderText: qsTr("all"); implicitHeight: 72; Layout.fillWidth: true }
            }
            FormRow {
                label: qsTr("Budgets")
                help: qsTr("In calendar minutes, days and months of UTC. Beyond them its requests are refused until the period ends.")
                error: dialog.errorOf("limits") !== "" || dialog.limitFields.some((field) => field.name === dialog.form.errorField) ? dialog.form.error : ""
                GridLayout {
                    columns: 4
                    columnSpacing: Theme.m
                    rowSpacing: Theme.s
                    Item { implicitWidth: 72; implicitHeight: 1 }
                    AgText { text: qsTr("a minute"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("a day"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("a month"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("Requests") }
                    LimitField { id: requestsPerMinute; form: dialog.form; name: "requestsPerMinute"; Accessible.name: qsTr("Requests a minute") }
                    LimitField { id: requestsPerDay; form: dialog.form; name: "requestsPerDay"; Accessible.name: qsTr("Requests a day") }
                    LimitField { id: requestsPerMonth; form: dialog.form; name: "requestsPerMonth"; Accessible.name: qsTr("Requests a month") }
                    AgText { text: qsTr("Tokens") }
                    LimitField { id: tokensPerMinute; form: dialog.form; name: "tokensPerMinute"; Accessible.name: qsTr("Tokens a minute") }
                    LimitField { id: tokensPerDay; form: dialog.form; name: "tokensPerDay"; Accessible.name: qsTr("Tokens a day") }
                    LimitField { id: tokensPerMonth; form: dialog.form; name: "tokensPerMonth"; Accessible.name: qsTr("Tokens a month") }
                    AgText { text: qsTr("US dollars") }
                    LimitField { id: usdPerMinute; form: dialog.form; name: "usdPerMinute"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a minute") }
                    LimitField { id: usdPerDay; form: dialog.form; name: "usdPerDay"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a day") }
                    LimitField { id: usdPerMonth; form: dialog.form; name: "usdPerMonth"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a month") }
                }
            }
            AgText {
                objectName: "keyError"
                visible: dialog.form.error !== "" && dialog.form.errorField === ""
                text: dialog.form.error
                color: Theme.danger
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
    }
    footerButtons: [
        AgButton {
            objectName: "saveKey"
            text: dialog.form.id === "" ? qsTr("Create key") : qsTr("Save")
            kind: "primary"
            busy: dialog.form.busy
            enabled: dialog.form.ready && !dialog.form.busy
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.save()
        },
        AgButton { objectName: "cancelKey"; text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.form
        function onLoaded() { dialog.fill(); }
        function onSaved() { dialog.close(); }
    }
}
