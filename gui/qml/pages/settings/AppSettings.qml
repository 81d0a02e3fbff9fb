import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    signal connectAsked()
    title: qsTr("This app")
    GridLayout {
        columns: 2
        columnSpacing: Theme.l
        rowSpacing: Theme.m
        Layout.fillWidth: true
        FormRow {
            label: qsTr("Language")
            Segments {
                objectName: "language"
                options: [{ value: "", text: qsTr("System") }, { value: "en", text: "English" }, { value: "zh_CN", text: "简体中文" }]
                value: card.app.preferences.language
                onPicked: (value) => card.app.preferences.language = value
            }
        }
        FormRow {
            label: qsTr("Theme")
            Segments {
                objectName: "theme"
                options: [{ value: "system", text: qsTr("System") }, { value: "light", text: qsTr("Light") }, { value: "dark", text: qsTr("Dark") }]
                value: card.app.preferences.theme
                onPicked: (value) => card.app.preferences.theme = value
            }
        }
        FormRow {
            label: qsTr("When the app quits, a gateway that it has started")
            Segments {
                objectName: "onQuit"
                options: [{ value: "ask", text: qsTr("Ask") }, { value: "keep", text: qsTr("Keeps running") }, { value: "stop", text: qsTr("Stops") }]
                value: card.app.preferences.onQuit
                onPicked: (value) => card.app.preferences.onQuit = value
            }
        }
        ColumnLayout {
            spacing: 0
            AgSwitch { objectName: "startAtLogin"; text: qsTr("Start at login"); checked: card.app.preferences.startAtLogin; onToggled: card.app.preferences.startAtLogin = checked }
            AgSwitch { objectName: "startGateway"; text: qsTr("Start the gateway with the app"); checked: card.app.preferences.startGateway; onToggled: card.app.preferences.startGateway = checked }
            AgSwitch { text: qsTr("Close to the tray"); checked: card.app.preferences.closeToTray; onToggled: card.app.preferences.closeToTray = checked }
            AgSwitch { text: qsTr("Tell me when an account needs me"); checked: card.app.preferences.notifications; onToggled: card.app.preferences.notifications = checked }
        }
    }
    GridLayout {
        columns: 3
        columnSpacing: Theme.m
        rowSpacing: Theme.xs
        AgText { text: qsTr("Version"); secondary: true; font.pixelSize: Theme.small }
        AgText { text: card.app.version; font.pixelSize: Theme.small; Layout.columnSpan: 2 }
        AgText { text: qsTr("Control service"); secondary: true; font.pixelSize: Theme.small }
        AgText { objectName: "controlTarget"; text: card.app.backend.target; font.pixelSize: Theme.small; elide: Text.ElideMiddle; Layout.columnSpan: change.visible ? 1 : 2; Layout.fillWidth: true }
        AgButton { id: change; objectName: "changeConnection"; visible: !card.app.demo; text: qsTr("Connection…"); onClicked: card.connectAsked() }
        AgText { text: qsTr("Data folder"); secondary: true; font.pixelSize: Theme.small }
        AgText { text: card.app.backend.dataDir; font.pixelSize: Theme.small; elide: Text.ElideMiddle; Layout.columnSpan: 2; Layout.fillWidth: true }
    }
}
