import QtQuick
import QtQuick.Layouts
import AgGateway

// What the account is now, and what can be done about it.
Card {
    id: card
    required property App app
    readonly property AccountStory story: app.accountStory
    signal editAsked()
    signal signInAsked()
    signal testModelsAsked()
    signal requestsAsked()
    signal removed()

    AgText {
        objectName: "storySentence"
        text: card.story.sentence
        font.weight: Font.Medium
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    AgText {
        objectName: "storyRemedy"
        visible: text !== ""
        text: card.story.remedy
        secondary: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
    Flow {
        spacing: Theme.s
        Layout.fillWidth: true
        Layout.topMargin: Theme.s
        AgButton { objectName: "storySignIn"; visible: card.story.signsIn && card.story.state === "needs_sign_in"; text: qsTr("Sign in again"); iconName: "log-in"; kind: "primary"; onClicked: card.signInAsked() }
        AgButton { objectName: "storyNewKey"; visible: !card.story.signsIn && card.story.state === "needs_sign_in"; text: qsTr("Enter a new key"); iconName: "key-round"; kind: "primary"; onClicked: card.editAsked() }
        AgButton { objectName: "storyClear"; visible: card.story.pauses; text: qsTr("Clear cooldowns"); iconName: "play"; onClicked: card.app.accounts.clearCooldowns(card.story.id) }
        AgButton { objectName: "storyTest"; text: qsTr("Test"); iconName: "flask-conical"; busy: Array.from(card.app.accounts.testing).includes(card.story.id); enabled: !busy; onClicked: card.app.accounts.test(card.story.id) }
        AgButton { objectName: "storyTestModels"; text: qsTr("Test models…"); iconName: "flask-conical"; onClicked: card.testModelsAsked() }
        AgButton { objectName: "storyRequests"; text: qsTr("Requests of this account"); iconName: "activity"; onClicked: card.requestsAsked() }
        AgButton { objectName: "storyEdit"; text: qsTr("Edit"); iconName: "pencil"; onClicked: card.editAsked() }
        AgButton {
            objectName: "storyEnable"
            text: card.story.enabled ? qsTr("Switch off") : qsTr("Switch on")
            iconName: "power"
            onClicked: card.app.accounts.setEnabled(card.story.id, !card.story.enabled)
        }
        AgButton {
            objectName: "storyRemove"
            text: qsTr("Remove")
            iconName: "trash-2"
            kind: "danger"
            onClicked: { card.app.accounts.remove(card.story.id); card.removed(); }
        }
    }
    Connections {
        target: card.app.accounts
        function onSummaryChanged() { card.story.refresh(); }
    }
}
