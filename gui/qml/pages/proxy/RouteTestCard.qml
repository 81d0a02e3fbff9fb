import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    title: qsTr("Where would it go?")
    subtitle: qsTr("Asks the gateway what it would do with a model name now. No request is sent.")
    RowLayout {
        spacing: Theme.s
        Layout.fillWidth: true
        AgTextField {
            id: name
            objectName: "testModel"
            placeholderText: qsTr("Model name, e.g. gpt-5-mini")
            Layout.fillWidth: true
            onAccepted: card.app.routeTest.ask(text, family.value)
        }
        Segments {
            id: family
            value: "openai"
            options: [{ value: "openai", text: "OpenAI" }, { value: "anthropic", text: "Anthropic" }, { value: "gemini", text: "Gemini" }]
            onPicked: (value) => family.value = value
        }
        AgButton {
            objectName: "testRoute"
            text: qsTr("Explain")
            busy: card.app.routeTest.busy
            enabled: name.text !== "" && !card.app.routeTest.busy
            onClicked: card.app.routeTest.ask(name.text, family.value)
        }
    }
    RowLayout {
        visible: card.app.routeTest.asked
        spacing: Theme.s
        Layout.fillWidth: true
        Pill { kind: card.app.routeTest.servable ? "ok" : "error"; text: card.app.routeTest.servable ? qsTr("Served") : qsTr("Not served") }
        AgText { objectName: "testVerdict"; text: card.app.routeTest.verdict; wrapMode: Text.Wrap; Layout.fillWidth: true }
    }
    Repeater {
        model: card.app.routeTest.steps
        delegate: RowLayout {
            id: step
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.s
            AgIcon { name: step.modelData.decided ? "check" : "chevron-right"; color: step.modelData.decided ? Theme.success : Theme.textSecondary }
            AgText { text: step.modelData.text; secondary: !step.modelData.decided; wrapMode: Text.Wrap; Layout.fillWidth: true }
        }
    }
    Repeater {
        model: card.app.routeTest.candidates
        delegate: RowLayout {
            id: candidate
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.s
            Pill { kind: candidate.modelData.eligible ? "ok" : "neutral"; text: candidate.modelData.label }
            AgText { text: candidate.modelData.why; secondary: true; wrapMode: Text.Wrap; Layout.fillWidth: true }
        }
    }
}
