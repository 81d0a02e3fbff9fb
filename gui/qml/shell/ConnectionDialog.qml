import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

// Which gateway the app turns to. Nothing changes until that one has answered.
AgDialog {
    id: dialog
    required property App app
    readonly property Connector connector: app.connector
    property string place: "local"

    function start() {
        connector.reset();
        place = connector.address === "" ? "local" : "remote";
        address.text = connector.address;
        ca.text = connector.caFile;
        token.text = "";
        tokenFile.text = connector.tokenFile;
        open();
    }
    function submit() {
        if (place === "local") connector.useLocal();
        else connector.useRemote(address.text, ca.text, token.text, tokenFile.text);
    }
    function errorOf(name: string): string { return connector.errorField === name ? connector.error : ""; }

    objectName: "connectionDialog"
    title: qsTr("Connection")
    wanted: 560
    onRejected: connector.reset()
    contentItem: AgScrollView {
        id: scroll
        contentWidth: availableWidth
        clip: true
        implicitHeight: fields.implicitHeight
        ColumnLayout {
            id: fields
            width: scroll.availableWidth
            spacing: Theme.m
            enabled: !dialog.connector.busy
            Segments {
                objectName: "connectionPlace"
                value: dialog.place
                options: [{ value: "local", text: qsTr("This machine") }, { value: "remote", text: qsTr("Another machine") }]
                onPicked: (value) => dialog.place = value
            }
            AgText {
                visible: dialog.place === "local"
                text: qsTr("The gatewayd of this machine, on a socket that only you can open. Nothing needs to be set up.")
                secondary: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            FormRow {
                visible: dialog.place === "remote"
                label: qsTr("Address")
                help: qsTr("Where gatewayd --control tcp:… listens there.")
                error: dialog.errorOf("address")
                AgTextField { id: address; objectName: "remoteAddress"; placeholderText: "gateway.lan:8046"; invalid: dialog.connector.errorField === "address"; Accessible.name: qsTr("Address"); Layout.fillWidth: true; onAccepted: dialog.submit() }
            }
            FormRow {
                visible: dialog.place === "remote"
                label: qsTr("CA certificate")
                help: qsTr("A copy of its control.crt. Empty = the authorities that this system trusts.")
                error: dialog.errorOf("caFile")
                RowLayout {
                    spacing: Theme.s
                    AgTextField { id: ca; objectName: "remoteCa"; placeholderText: qsTr("the system's"); invalid: dialog.connector.errorField === "caFile"; Accessible.name: qsTr("CA certificate"); Layout.fillWidth: true }
                    AgButton { objectName: "chooseRemoteCa"; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: caChooser.open() }
                }
            }
            FormRow {
                visible: dialog.place === "remote"
                label: qsTr("Token")
                help: qsTr("What its control.token holds. It is kept in a file that only you can read.")
                error: dialog.errorOf("token")
                AgTextField { id: token; objectName: "remoteToken"; echoMode: TextInput.Password; placeholderText: tokenFile.text !== "" ? qsTr("as in the file below") : ""; invalid: dialog.connector.errorField === "token"; Accessible.name: qsTr("Token"); Layout.fillWidth: true; onAccepted: dialog.submit() }
            }
            FormRow {
                visible: dialog.place === "remote"
                label: qsTr("Or the file with the token")
                error: dialog.errorOf("tokenFile")
                RowLayout {
                    spacing: Theme.s
                    AgTextField { id: tokenFile; objectName: "remoteTokenFile"; placeholderText: "control.token"; invalid: dialog.connector.errorField === "tokenFile"; Accessible.name: qsTr("Token file"); Layout.fillWidth: true }
                    AgButton { objectName: "chooseTokenFile"; text: qsTr("Choose…"); iconName: "folder-open"; onClicked: tokenChooser.open() }
                }
            }
            AgText {
                objectName: "connectionError"
                visible: dialog.connector.error !== "" && dialog.connector.errorField === ""
                text: dialog.connector.error
                color: Theme.danger
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
    }
    footerButtons: [
        AgButton {
            objectName: "connect"
            text: qsTr("Connect")
            kind: "primary"
            busy: dialog.connector.busy
            enabled: !dialog.connector.busy
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.submit()
        },
        AgButton { objectName: "cancelConnect"; text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: dialog.reject() },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.connector
        function onTaken() { dialog.close(); }
    }
    FileDialog {
        id: caChooser
        title: qsTr("CA certificate")
        nameFilters: [qsTr("PEM files (*.pem *.crt *.cer)"), qsTr("All files (*)")]
        onAccepted: ca.text = dialog.app.pathOf(selectedFile)
    }
    FileDialog {
        id: tokenChooser
        title: qsTr("Token file")
        onAccepted: tokenFile.text = dialog.app.pathOf(selectedFile)
    }
}
