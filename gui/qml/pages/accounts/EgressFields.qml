import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

// How an account's requests leave the gateway's machine.
ColumnLayout {
    id: fields
    required property App app
    property string mode: "inherit"
    readonly property alias proxyUrl: proxy.text
    readonly property alias noProxy: exceptions.text
    readonly property alias caFile: ca.text
    readonly property var values: ({ egress: mode, proxyUrl: proxyUrl, noProxy: noProxy, caFile: caFile })
    property string proxyError: ""
    property string caError: ""
    // Shown in one line until somebody wants it.
    property bool folded: false

    function fill(values: var) {
        mode = values.egress ?? "inherit";
        proxy.text = values.proxyUrl ?? "";
        exceptions.text = values.noProxy ?? "";
        ca.text = values.caFile ?? "";
    }
    spacing: Theme.s

    AgButton {
        objectName: "showEgress"
        visible: fields.folded
        kind: "quiet"
        iconName: "chevron-right"
        text: qsTr("Outgoing proxy and CA file")
        leftPadding: Theme.xs
        onClicked: fields.folded = false
    }
    FormRow {
        visible: !fields.folded
        label: qsTr("Outgoing connection")
        Segments {
            id: modes
            objectName: "egressMode"
            name: qsTr("Outgoing connection")
            value: fields.mode
            options: [
                { value: "inherit", text: qsTr("As all accounts") },
                { value: "direct", text: qsTr("No proxy") },
                { value: "proxy", text: qsTr("Its own proxy") }
            ]
            onPicked: (value) => fields.mode = value
        }
    }
    RowLayout {
        visible: !fields.folded && fields.mode === "proxy"
        spacing: Theme.m
        FormRow {
            label: qsTr("Proxy")
            error: fields.proxyError
            Layout.preferredWidth: 2
            AgTextField { id: proxy; objectName: "proxyUrl"; placeholderText: "http://user:password@host:3128"; invalid: fields.proxyError !== ""; Accessible.name: qsTr("Proxy"); Layout.fillWidth: true }
        }
        FormRow {
            label: qsTr("Not for")
            Layout.preferredWidth: 1
            AgTextField { id: exceptions; objectName: "noProxy"; placeholderText: ".example.com, 10.0.0.0/8"; Accessible.name: qsTr("Not for"); Layout.fillWidth: true }
        }
    }
    FormRow {
        visible: !fields.folded
        label: qsTr("CA file (optional)")
        help: qsTr("PEM file on the gateway's machine, for a company proxy that opens TLS.")
        error: fields.caError
        RowLayout {
            spacing: Theme.s
            AgTextField { id: ca; objectName: "caFile"; placeholderText: qsTr("as all accounts"); invalid: fields.caError !== ""; Accessible.name: qsTr("CA file"); Layout.fillWidth: true }
            AgButton { objectName: "chooseCaFile"; visible: fields.app.backend.local; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: chooser.open() }
        }
    }
    FileDialog {
        id: chooser
        title: qsTr("CA file")
        nameFilters: [qsTr("PEM files (*.pem *.crt *.cer)"), qsTr("All files (*)")]
        onAccepted: ca.text = fields.app.pathOf(selectedFile)
    }
}
