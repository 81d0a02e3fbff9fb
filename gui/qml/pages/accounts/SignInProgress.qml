import QtQuick
import AgGateway

// A sign-in under way: the address, the way around a browser that is elsewhere, and how far it is. It comes and goes as a
// whole while its texts change, so it is no layout: each part has its height from its width at once.
Column {
    id: progress
    required property App app
    readonly property AccountSignIn signIn: app.accountForm.signIn
    readonly property bool asks: signIn.running && signIn.url !== ""
    function reset() { code.text = ""; }
    spacing: Theme.m
    visible: signIn.state !== ""

    IconLine {
        width: parent.width
        words.objectName: "signInText"
        text: progress.signIn.text
        busy: progress.signIn.running
        iconName: progress.signIn.state === "failed" ? "circle-alert" : progress.signIn.state === "done" ? "circle-check" : ""
        iconColor: progress.signIn.state === "failed" ? Theme.danger : progress.signIn.state === "done" ? Theme.success : Theme.textSecondary
        color: progress.signIn.state === "failed" ? Theme.danger : Theme.text
    }
    IconLine {
        width: parent.width
        visible: progress.signIn.running && progress.signIn.browserMissing
        words.objectName: "browserMissing"
        text: qsTr("No browser could be opened here. Copy the address, and open it in a browser yourself.")
        iconName: "triangle-alert"
        iconColor: Theme.warning
    }
    Row {
        visible: progress.asks
        height: Theme.controlHeight
        spacing: Theme.s
        AgButton { objectName: "openBrowser"; text: progress.signIn.browserMissing ? qsTr("Try again") : qsTr("Open the browser again"); iconName: "external-link"; onClicked: progress.signIn.openBrowser() }
        AgButton { objectName: "copySignInUrl"; text: qsTr("Copy the address"); iconName: "copy"; kind: progress.signIn.browserMissing ? "primary" : "normal"; onClicked: progress.app.copy(progress.signIn.url) }
    }
    Column {
        visible: progress.asks
        width: parent.width
        spacing: 4
        AgText {
            text: qsTr("If the browser is on another machine")
            font.pixelSize: Theme.small
            font.weight: Font.Medium
            height: Theme.lineHeight(Theme.small)
        }
        Item {
            width: parent.width
            height: Theme.controlHeight
            AgTextField {
                id: code
                objectName: "signInCode"
                Accessible.name: qsTr("Address or code")
                width: go.x - Theme.s
                onAccepted: progress.signIn.complete(text)
            }
            AgButton { id: go; objectName: "completeSignIn"; anchors.right: parent.right; text: qsTr("Continue"); enabled: code.text !== ""; onClicked: progress.signIn.complete(code.text) }
        }
        AgText {
            width: parent.width
            text: progress.signIn.error !== "" ? progress.signIn.error : qsTr("Paste the address that it ended at, or the code that it shows.")
            color: progress.signIn.error !== "" ? Theme.danger : Theme.textSecondary
            font.pixelSize: Theme.small
            wrapMode: Text.WordWrap
        }
    }
}
