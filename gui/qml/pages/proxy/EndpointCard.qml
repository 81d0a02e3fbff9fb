import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    readonly property bool keyShown: app.snippets.keyShown
    title: qsTr("Endpoint")
    actions: Pill {
        kind: card.app.backend.proxyRunning ? "ready" : "neutral"
        text: card.app.backend.proxyRunning ? qsTr("Listening on %1").arg(card.app.backend.proxyAddress) : qsTr("Stopped")
    }
    AgText {
        objectName: "proxyError"
        visible: text !== ""
        text: card.app.backend.proxyError
        color: Theme.danger
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    GridLayout {
        columns: 2
        columnSpacing: Theme.l
        rowSpacing: Theme.m
        Layout.fillWidth: true
        FormRow {
            label: qsTr("Base URL")
            help: card.app.backend.proxyElsewhere ? qsTr("Only programs on the gateway's own machine reach it: let other machines use it, below.")
                : qsTr("OpenAI, Anthropic and Gemini clients all use this one.")
            Layout.preferredWidth: 320
            RowLayout {
                AgTextField { objectName: "baseUrl"; text: card.app.backend.baseUrl; readOnly: true; Layout.fillWidth: true; Accessible.name: qsTr("Base URL") }
                AgButton { iconName: "copy"; tip: qsTr("Copy the base URL"); onClicked: card.app.copy(card.app.backend.baseUrl) }
            }
        }
        FormRow {
            label: qsTr("Gateway key")
            help: qsTr("Clients present it when authentication is on.")
            Layout.preferredWidth: 320
            RowLayout {
                AgTextField {
                    objectName: "gatewayKey"
                    text: card.app.snippets.key
                    readOnly: true
                    autoScroll: activeFocus  // else its end is shown, and half a character before it
                    echoMode: card.keyShown ? TextInput.Normal : TextInput.Password
                    Layout.fillWidth: true
                    Accessible.name: qsTr("Gateway key")
                }
                AgButton { iconName: card.keyShown ? "eye-off" : "eye"; tip: card.keyShown ? qsTr("Hide") : qsTr("Show"); onClicked: card.app.snippets.keyShown = !card.keyShown }
                AgButton { iconName: "copy"; tip: qsTr("Copy the key"); onClicked: card.app.copy(card.app.snippets.key) }
                AgButton { objectName: "rotateKey"; iconName: "refresh-cw"; tip: qsTr("New key"); onClicked: rotate.open() }
            }
        }
        FormRow {
            label: qsTr("Port")
            error: card.app.settings.portError
            Layout.preferredWidth: 320
            RowLayout {
                AgTextField {
                    id: port
                    objectName: "port"
                    text: card.app.settings.port
                    inputMethodHints: Qt.ImhDigitsOnly
                    validator: IntValidator { bottom: 0; top: 65535 }
                    Layout.preferredWidth: 120
                    Accessible.name: qsTr("Port")
                    onEditingFinished: if (acceptableInput && Number(text) !== card.app.settings.port) card.app.settings.set("proxy.port", text)
                }
                Item { Layout.fillWidth: true }
            }
            Connections {
                target: card.app.settings
                function onChanged() { port.text = card.app.settings.port; }
            }
        }
        FormRow {
            label: qsTr("Authentication")
            help: card.app.settings.authMode === "off" ? qsTr("Programs on this machine need no key. Web pages are still refused.")
                : card.app.settings.authMode === "auto" ? qsTr("Programs on this machine need no key, others in the network do.")
                : qsTr("Every request needs the key.")
            error: card.app.settings.authModeError
            Layout.preferredWidth: 320
            Segments {
                objectName: "authMode"
                name: qsTr("Authentication")
                options: [
                    { value: "off", text: qsTr("Off") },
                    { value: "auto", text: qsTr("Auto") },
                    { value: "all_except_health", text: qsTr("All except health check") },
                    { value: "strict", text: qsTr("Strict") }
                ]
                value: card.app.settings.authMode
                onPicked: (value) => card.app.settings.set("proxy.auth_mode", value)
            }
        }
    }
    AgSwitch {
        objectName: "lanSwitch"
        text: qsTr("Let other machines in the network use it")
        checked: card.app.settings.lan
        onToggled: {
            if (checked) lanDialog.open();
            else card.app.settings.setLan(false);
            checked = Qt.binding(() => card.app.settings.lan);
        }
    }
    AgText {
        visible: text !== ""
        text: card.app.settings.lanError
        color: Theme.danger
        font.pixelSize: Theme.small
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    ColumnLayout {
        visible: card.app.lan.open
        spacing: Theme.s
        Layout.fillWidth: true
        AgText {
            objectName: "lanHelp"
            text: card.app.lan.list.length > 0 ? qsTr("Other machines enter one of these as the base URL, with the gateway key:")
                : qsTr("This machine has no address in a network now.")
            secondary: true
            font.pixelSize: Theme.small
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        Repeater {
            model: card.app.lan.list
            delegate: RowLayout {
                id: address
                required property int index
                required property var modelData
                spacing: Theme.s
                Layout.fillWidth: true
                AgTextField { objectName: "lanUrl-" + address.index; text: address.modelData.url; readOnly: true; Layout.fillWidth: true; Layout.maximumWidth: 420; Accessible.name: qsTr("Base URL for other machines, by %1").arg(address.modelData.device) }
                AgButton { objectName: "copyLanUrl-" + address.index; iconName: "copy"; tip: qsTr("Copy this base URL"); onClicked: card.app.copy(address.modelData.url) }
                AgText { text: address.modelData.device; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; Layout.fillWidth: true }
            }
        }
    }
    LanQuestion { id: lanDialog; onAccepted: card.app.settings.setLan(true) }
    NewKeyQuestion { id: rotate; onAccepted: card.app.snippets.rotateKey() }
}
