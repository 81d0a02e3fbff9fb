import QtQuick
import QtQuick.Layouts
import AgGateway

// A sign-in under way: the address, the way around a browser that is elsewhere, and how far it is.
ColumnLayout {
    id: progress
    required property App app
    readonly property AccountSignIn signIn: app.accountForm.signIn
    function reset() { code.text = ""; }
    spacing: Theme.m
    visible: signIn.state !== ""

    RowLayout {
        spacing: Theme.s
        Spinner { visible: progress.signIn.running }
        AgIcon { visible: progress.signIn.state === "failed"; name: "circle-alert"; color: Theme.danger }
        AgIcon { visible: progress.signIn.state === "done"; name: "circle-check"; color: Theme.success }
        AgText {
            objectName: "signInText"
            text: progress.signIn.text
            wrapMode: Text.Wrap
            color: progress.signIn.state === "failed" ? Theme.danger : Theme.text
            Layout.fillWidth: true
        }
    }
    RowLayout {
        visible: progress.signIn.running && progress.signIn.browserMissing
        spacing: Theme.s
        Layout.fillWidth: true
        AgIcon { name: "triangle-alert"; color: Theme.warning; Layout.alignment: Qt.AlignTop }
        AgText {
            objectName: "browserMissing"
            text: qsTr("No browser could be opened here. Copy the address, and open it in a browser yourself.")
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }
    RowLayout {
        visible: progress.signIn.running && progress.signIn.url !== ""
        spacing: Theme.s
        AgButton { objectName: "openBrowser"; text: progress.signIn.browserMissing ? qsTr("Try again") : qsTr("Open the browser again"); iconName: "external-link"; onClicked: progress.signIn.openBrowser() }
        AgButton { objectName: "copySignInUrl"; text: qsTr("Copy the address"); iconName: "copy"; kind: progress.signIn.browserMissing ? "primary" : "normal"; onClicked: progress.app.copy(progress.signIn.url) }
        Item { Layout.fillWidth: true }
        AgButton { objectName: "cancelSignIn"; kind: "quiet"; text: qsTr("Stop"); onClicked: progress.signIn.cancel() }
    }
    FormRow {
        visible: progress.signIn.running && progress.signIn.url !== ""
        label: qsTr("If the browser is on another machine")
        help: qsTr("Paste the address that it ended at, or the code that it shows.")
        error: progress.signIn.error
        RowLayout {
            spacing: Theme.s
            AgTextField { id: code; objectName: "signInCode"; Accessible.name: qsTr("Address or code"); Layout.fillWidth: true; onAccepted: progress.signIn.complete(text) }
            AgButton { objectName: "completeSignIn"; text: qsTr("Continue"); enabled: code.text !== ""; onClicked: progress.signIn.complete(code.text) }
        }
    }
}
