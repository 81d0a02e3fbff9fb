import QtQuick
import QtQuick.Layouts
import AgGateway

// A new sign-in for an account that is there. It is done with the account's own OAuth client unless another is entered.
AgDialog {
    id: dialog
    required property App app
    readonly property AccountSignIn signIn: app.accountForm.signIn
    property string accountId: ""

    function start(id: string) {
        accountId = id;
        clientId.text = "";
        clientSecret.text = "";
        progress.reset();
        signIn.reset();
        open();
    }

    function begin() { signIn.beginAgain(accountId, clientId.text, clientSecret.text); }

    objectName: "signInAgainDialog"
    title: qsTr("Sign in again")
    wanted: 560
    onOpened: clientId.forceActiveFocus()
    onClosed: if (signIn.running) signIn.cancel()

    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("%1 signs in anew; its history, limits and place stay.").arg(dialog.app.accounts.labelOf(dialog.accountId))
            secondary: true
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
        RowLayout {
            visible: !dialog.signIn.running
            spacing: Theme.m
            FormRow {
                label: qsTr("Another OAuth client (optional)")
                Layout.preferredWidth: 1
                AgTextField { id: clientId; objectName: "againClient"; placeholderText: qsTr("as before"); Accessible.name: qsTr("Another OAuth client (optional)"); Layout.fillWidth: true; onAccepted: dialog.begin() }
            }
            FormRow {
                label: qsTr("Its secret")
                Layout.preferredWidth: 1
                AgTextField { id: clientSecret; objectName: "againSecret"; echoMode: TextInput.Password; Accessible.name: qsTr("Its secret"); Layout.fillWidth: true; onAccepted: dialog.begin() }
            }
        }
        SignInProgress { id: progress; app: dialog.app; Layout.fillWidth: true }
    }
    footerButtons: [
        AgButton {
            objectName: "startSignIn"
            visible: !dialog.signIn.running
            text: dialog.signIn.state === "failed" ? qsTr("Try again") : qsTr("Sign in")
            kind: "primary"
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.begin()
        },
        AgButton {
            objectName: "cancelAgain"
            text: qsTr("Cancel")
            Layout.rightMargin: dialog.signIn.running ? Theme.l : 0
            Layout.bottomMargin: Theme.l
            onClicked: {
                if (dialog.signIn.running) dialog.signIn.cancel();
                else dialog.reject();
            }
        },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.signIn
        function onDone() { dialog.close(); dialog.app.accounts.refresh(); }
    }
}
