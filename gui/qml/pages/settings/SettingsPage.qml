import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

ListView {
    id: page
    required property App app
    signal connectAsked()
    objectName: "settingsPage"
    clip: true
    model: app.settings
    spacing: 0
    bottomMargin: Theme.l
    ScrollBar.vertical: AgScrollBar {}

    section.property: "group"
    section.delegate: AgText {
        required property string section
        text: section
        font.pixelSize: Theme.heading
        font.weight: Font.DemiBold
        leftPadding: Theme.l
        topPadding: Theme.l
        bottomPadding: Theme.s
        Accessible.role: Accessible.Heading
    }

    header: ColumnLayout {
        width: page.width
        spacing: Theme.m
        PageHeader {
            title: qsTr("Settings")
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: true
            AgTextField {
                objectName: "settingSearch"
                iconName: "search"
                placeholderText: qsTr("Search settings")
                Layout.preferredWidth: 240
                onTextChanged: page.app.settings.search = text
            }
        }
        AppSettings {
            app: page.app
            onConnectAsked: page.connectAsked()
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        AgText {
            text: qsTr("Gateway")
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Layout.leftMargin: Theme.l
            Accessible.role: Accessible.Heading
        }
        AgText {
            visible: page.app.backend.connection !== Backend.Connected
            text: qsTr("These are the daemon's settings: they appear when it answers.")
            secondary: true
            Layout.leftMargin: Theme.l
        }
        AgText {
            visible: page.app.settings.loaded && page.app.settings.count === 0
            text: qsTr("No setting has that word.")
            secondary: true
            Layout.leftMargin: Theme.l
        }
    }

    delegate: SettingRow {
        app: page.app
        width: page.width
    }
}
