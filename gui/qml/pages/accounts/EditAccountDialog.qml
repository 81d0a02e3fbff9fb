import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

AgDialog {
    id: dialog
    required property App app
    readonly property AccountEdit edit: app.accountForm.edit
    readonly property var values: edit.values
    readonly property bool hasKey: values.credential === "key"
    readonly property var ownFields: ["key", "file", "label", "priority", "weight", "baseUrl", "proxyUrl", "caFile", "quotaGroup", "project", "location", ""]

    function start(id: string) { edit.load(id); open(); }
    function fill() {
        label.text = values.label;
        priority.text = values.priority;
        weight.text = values.weight;
        baseUrl.text = values.baseUrl;
        key.text = "";
        reserve.text = values.reservePercent;
        quotaGroup.text = values.quotaGroup;
        project.text = values.project;
        region.text = values.location;
        wayOut.fill(values);
        for (const field of [requestsPerMinute, requestsPerDay, requestsPerMonth, tokensPerMinute, tokensPerDay, tokensPerMonth, usdPerMinute, usdPerDay, usdPerMonth]) {
            field.text = values[field.name];
        }
    }
    function save() {
        edit.save({
            label: label.text, priority: priority.text, weight: weight.text, key: key.text, baseUrl: baseUrl.text,
            reservePercent: reserve.text, quotaGroup: quotaGroup.text, project: project.text, location: region.text,
            egress: wayOut.mode, proxyUrl: wayOut.proxyUrl, noProxy: wayOut.noProxy, caFile: wayOut.caFile,
            requestsPerMinute: requestsPerMinute.text, requestsPerDay: requestsPerDay.text, requestsPerMonth: requestsPerMonth.text,
            tokensPerMinute: tokensPerMinute.text, tokensPerDay: tokensPerDay.text, tokensPerMonth: tokensPerMonth.text,
            usdPerMinute: usdPerMinute.text, usdPerDay: usdPerDay.text, usdPerMonth: usdPerMonth.text
        });
    }
    function errorOf(name: string): string { return edit.errorField === name ? edit.error : ""; }

    component LimitField: AgTextField {
        required property string name
        required property AccountEdit edit
        objectName: name
        invalid: edit.errorField === name
        inputMethodHints: Qt.ImhDigitsOnly
        placeholderText: qsTr("no limit")
        Layout.fillWidth: true
        Layout.preferredWidth: 1  // all columns alike
    }

    objectName: "editAccountDialog"
    title: qsTr("Edit account")
    wanted: 640
    contentItem: AgScrollView {
        id: scroll
        contentWidth: availableWidth
        clip: true
        implicitHeight: form.implicitHeight
        ColumnLayout {
            id: form
            width: scroll.availableWidth
            spacing: Theme.m
            enabled: dialog.edit.ready && !dialog.edit.busy
            RowLayout {
                spacing: Theme.m
                FormRow {
                    label: qsTr("Name")
                    error: dialog.errorOf("label")
                    Layout.preferredWidth: 2
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: label; objectName: "editLabel"; Accessible.name: qsTr("Name"); Layout.fillWidth: true }
                }
                FormRow {
                    label: qsTr("Priority")
                    help: qsTr("Higher ones are used first.")
                    error: dialog.errorOf("priority")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: priority; objectName: "editPriority"; Accessible.name: qsTr("Priority"); Layout.fillWidth: true }
                }
                FormRow {
                    label: qsTr("Weight")
                    help: qsTr("Its share among equals.")
                    error: dialog.errorOf("weight")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: weight; objectName: "editWeight"; Accessible.name: qsTr("Weight"); Layout.fillWidth: true }
                }
            }
            RowLayout {
                spacing: Theme.m
                FormRow {
                    visible: dialog.hasKey
                    label: qsTr("New key")
                    error: dialog.errorOf("key")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: key; objectName: "editKey"; echoMode: TextInput.Password; placeholderText: dialog.values.keyHint ? dialog.values.keyHint : qsTr("as it is"); Accessible.name: qsTr("New key"); Layout.fillWidth: true }
                }
                FormRow {
                    visible: dialog.values.credential === "file"
                    label: qsTr("New key file")
                    help: dialog.edit.fileText
                    error: dialog.errorOf("file")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    RowLayout {
                        spacing: Theme.s
                        AgTextField { objectName: "editFileName"; readOnly: true; text: dialog.edit.fileName; placeholderText: qsTr("as it is"); Accessible.name: qsTr("New key file"); Layout.fillWidth: true }
                        AgButton { objectName: "editChooseFile"; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: chooser.open() }
                    }
                }
                FormRow {
                    label: qsTr("Base URL")
                    error: dialog.errorOf("baseUrl")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: baseUrl; objectName: "editBaseUrl"; Accessible.name: qsTr("Base URL"); Layout.fillWidth: true }
                }
            }
            RowLayout {
                spacing: Theme.m
                FormRow {
                    visible: dialog.values.hasProject === true
                    label: qsTr("Cloud project")
                    help: qsTr("Accounts of one project share its limits.")
                    error: dialog.errorOf("project")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: project; objectName: "editProject"; Accessible.name: qsTr("Cloud project"); Layout.fillWidth: true }
                }
                FormRow {
                    visible: dialog.values.hasLocation === true
                    label: qsTr("Region")
                    error: dialog.errorOf("location")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: region; objectName: "editRegion"; placeholderText: "global"; Accessible.name: qsTr("Region"); Layout.fillWidth: true }
                }
                FormRow {
                    label: qsTr("Quota group")
                    help: qsTr("Accounts of one group pause and run out together.")
                    error: dialog.errorOf("quotaGroup")
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    AgTextField { id: quotaGroup; objectName: "editQuotaGroup"; placeholderText: qsTr("none"); Accessible.name: qsTr("Quota group"); Layout.fillWidth: true }
                }
            }
            FormRow {
                label: qsTr("Your own limits")
                help: qsTr("Kept by the gateway, so that one account is never used up. Empty = none.")
                error: dialog.ownFields.indexOf(dialog.edit.errorField) < 0 ? dialog.edit.error : ""
                GridLayout {
                    columns: 4
                    columnSpacing: Theme.m
                    rowSpacing: Theme.s
                    Item { implicitWidth: 72; implicitHeight: 1 }
                    AgText { text: qsTr("a minute"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("a day"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("a month"); secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true; Layout.preferredWidth: 1 }
                    AgText { text: qsTr("Requests") }
                    LimitField { id: requestsPerMinute; edit: dialog.edit; name: "requestsPerMinute"; Accessible.name: qsTr("Requests a minute") }
                    LimitField { id: requestsPerDay; edit: dialog.edit; name: "requestsPerDay"; Accessible.name: qsTr("Requests a day") }
                    LimitField { id: requestsPerMonth; edit: dialog.edit; name: "requestsPerMonth"; Accessible.name: qsTr("Requests a month") }
                    AgText { text: qsTr("Tokens") }
                    LimitField { id: tokensPerMinute; edit: dialog.edit; name: "tokensPerMinute"; Accessible.name: qsTr("Tokens a minute") }
                    LimitField { id: tokensPerDay; edit: dialog.edit; name: "tokensPerDay"; Accessible.name: qsTr("Tokens a day") }
                    LimitField { id: tokensPerMonth; edit: dialog.edit; name: "tokensPerMonth"; Accessible.name: qsTr("Tokens a month") }
                    AgText { text: qsTr("US dollars") }
                    LimitField { id: usdPerMinute; edit: dialog.edit; name: "usdPerMinute"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a minute") }
                    LimitField { id: usdPerDay; edit: dialog.edit; name: "usdPerDay"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a day") }
                    LimitField { id: usdPerMonth; edit: dialog.edit; name: "usdPerMonth"; inputMethodHints: Qt.ImhFormattedNumbersOnly; Accessible.name: qsTr("US dollars a month") }
                    AgText { text: qsTr("Reserve") }
                    LimitField { id: reserve; edit: dialog.edit; name: "reservePercent"; placeholderText: "0"; Accessible.name: qsTr("Reserve in percent") }
                    AgText {
                        text: qsTr("% of each limit is left alone.")
                        secondary: true
                        wrapMode: Text.Wrap
                        Layout.columnSpan: 2
                        Layout.preferredWidth: 2
                        Layout.fillWidth: true
                    }
                }
            }
            EgressFields {
                id: wayOut
                app: dialog.app
                proxyError: dialog.errorOf("proxyUrl")
                caError: dialog.errorOf("caFile")
                Layout.fillWidth: true
            }
            AgText {
                objectName: "editError"
                visible: dialog.edit.error !== "" && dialog.edit.errorField === ""
                text: dialog.edit.error
                color: Theme.danger
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
    }
    footerButtons: [
        AgButton {
            objectName: "saveAccount"
            text: qsTr("Save")
            kind: "primary"
            busy: dialog.edit.busy
            enabled: dialog.edit.ready && !dialog.edit.busy
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.save()
        },
        AgButton { text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    FileDialog {
        id: chooser
        objectName: "editKeyFileChooser"
        title: qsTr("Key file")
        nameFilters: [qsTr("JSON files (*.json)"), qsTr("All files (*)")]
        onAccepted: dialog.edit.readFile(selectedFile)
    }
    Connections {
        target: dialog.edit
        function onLoaded() { dialog.fill(); }
        function onSaved(reach: bool) { dialog.close(); if (reach) dialog.app.accounts.test(dialog.edit.id); dialog.app.accounts.refresh(); dialog.app.accountStory.refresh(); }
    }
}
