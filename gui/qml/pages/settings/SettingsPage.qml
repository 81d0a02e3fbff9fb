import QtQuick
import QtQuick.Layouts
import AgGateway

AgScrollView {
    id: page
    required property App app
    property bool advancedWanted: false
    readonly property SettingModel settings: app.settings
    readonly property bool searching: settings.search !== ""
    readonly property bool nothing: settings.count === 0 && !connection.visible
    // Longer lines are hard to follow from a name to its switch.
    readonly property int columnWidth: Math.min(availableWidth - 2 * Theme.l, 920)
    signal connectAsked()
    objectName: "settingsPage"
    contentWidth: availableWidth
    clip: true

    Connections {
        target: page.settings
        function onAsked(key: string) {
            if (key === "proxy.api_key") keyQuestion.open();
            else lanQuestion.open();
        }
    }
    NewKeyQuestion { id: keyQuestion; onAccepted: page.settings.confirm(); onRejected: page.settings.decline() }
    LanQuestion { id: lanQuestion; onAccepted: page.settings.confirm(); onRejected: page.settings.decline() }
    Shortcut { sequence: "Ctrl+F"; enabled: page.visible; onActivated: search.forceActiveFocus() }

    ColumnLayout {
        width: page.availableWidth
        spacing: Theme.m

        PageHeader {
            title: qsTr("Settings")
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: false
            Layout.preferredWidth: page.columnWidth
            Layout.alignment: Qt.AlignHCenter
            AgTextField {
                id: search
                objectName: "settingSearch"
                iconName: "search"
                placeholderText: qsTr("Search settings")
                Layout.preferredWidth: 264
                onTextChanged: page.settings.search = text
                Keys.onEscapePressed: clear()
            }
        }

        Repeater {
            model: page.settings.groups
            delegate: SettingsCard {
                required property SettingGroup modelData
                group: modelData
                Layout.preferredWidth: page.columnWidth
                Layout.alignment: Qt.AlignHCenter
            }
        }

        AgText {
            visible: page.app.backend.connection !== Backend.Connected
            text: qsTr("The gateway's settings appear when it answers.")
            secondary: true
            wrapMode: Text.WordWrap
            Layout.preferredWidth: page.columnWidth
            Layout.alignment: Qt.AlignHCenter
        }

        AdvancedHeader {
            visible: page.settings.advancedCount > 0
            checked: page.advancedWanted || page.searching
            onClicked: if (!page.searching) page.advancedWanted = !page.advancedWanted
            Layout.preferredWidth: page.columnWidth
            Layout.alignment: Qt.AlignHCenter
        }
        Repeater {
            model: page.settings.advancedGroups
            delegate: SettingsCard {
                required property SettingGroup modelData
                group: modelData
                wanted: page.advancedWanted || page.searching
                Layout.preferredWidth: page.columnWidth
                Layout.alignment: Qt.AlignHCenter
            }
        }

        ConnectionCard {
            id: connection
            app: page.app
            visible: page.settings.search === "" || page.settings.matches(words)
            Layout.preferredWidth: page.columnWidth
            Layout.alignment: Qt.AlignHCenter
            onConnectAsked: page.connectAsked()
        }

        EmptyState {
            objectName: "noSetting"
            visible: page.nothing
            iconName: "search"
            title: qsTr("No setting matches “%1”").arg(page.settings.search)
            text: qsTr("Names, keys and descriptions are searched, also those of this app.")
            actionText: qsTr("Clear search")
            onAction: {
                search.clear();
                search.forceActiveFocus();
            }
            Layout.topMargin: Theme.xl
            Layout.preferredWidth: page.columnWidth
            Layout.alignment: Qt.AlignHCenter
        }
        Item { Layout.preferredHeight: Theme.s }
    }
}
