import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

Item {
    id: page
    required property App app
    objectName: "accountsPage"
    readonly property bool connected: app.backend.connection === Backend.Connected
    // An account is being added, or what follows from that is being chosen.
    readonly property bool adding: addDialog.visible || offer.visible || app.accountForm.busy
    readonly property bool any: app.accounts.loaded && app.accounts.count > 0

    // As MonitorModel.lookUp takes them.
    signal requestsAsked(var filter)

    // All are shown: an account's row is its place. The row may be made anew on its way, so the keyboard is led after it.
    function moveRow(id: string, row: int) {
        if (row < 0 || row >= list.count) return;
        app.accounts.moveTo(id, row);
        list.positionViewAtIndex(row, ListView.Contain);
        list.itemAtIndex(row)?.forceActiveFocus(Qt.OtherFocusReason);
    }
    function edit(id: string) { editDialog.start(id); }
    function signInAgain(id: string) { signInDialog.start(id); }

    Shortcut { sequence: "Ctrl+F"; enabled: page.visible && page.any; onActivated: tools.focusSearch() }
    Shortcut { sequence: "Ctrl+A"; enabled: page.visible && page.any; onActivated: page.app.accountFilter.selectAll(true) }
    Shortcut { sequence: "Escape"; enabled: page.visible && page.app.accounts.selectedCount > 0; onActivated: page.app.accounts.clearSelection() }

    AccountColumns {
        id: columnSet
        hidden: page.app.preferences.value("accounts/hiddenColumns", "")
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.l
        anchors.bottomMargin: 0
        spacing: Theme.m

        PageHeader {
            title: qsTr("Accounts")
            subtitle: page.any
                ? page.app.accounts.summary
                : qsTr("Whose keys and sign-ins your requests run on.")
            Layout.fillWidth: true
            AgButton {
                id: columnsButton
                objectName: "accountColumns"
                iconName: "columns-3"
                tip: qsTr("Columns")
                enabled: page.any
                onClicked: columnsMenu.open()
                ColumnsMenu {
                    id: columnsMenu
                    columns: columnSet
                    y: columnsButton.height + 4
                    x: columnsButton.width - width
                    choices: [
                        { name: "key", text: qsTr("Provider and key") },
                        { name: "limit", text: qsTr("Limit") },
                        { name: "lastUse", text: qsTr("Last used") },
                        { name: "priority", text: qsTr("Priority and weight") }
                    ]
                    onChanged: (hidden) => page.app.preferences.setValue("accounts/hiddenColumns", hidden)
                }
            }
            AgButton {
                objectName: "exportAccounts"
                iconName: "download"
                tip: qsTr("Export accounts…")
                enabled: page.connected && page.any
                onClicked: exportDialog.start()
            }
            AgButton {
                objectName: "addAccount"
                text: qsTr("Add account")
                iconName: "plus"
                kind: "primary"
                enabled: page.connected
                onClicked: addDialog.start()
            }
        }
        AccountTools {
            id: tools
            app: page.app
            shown: list.count
            visible: page.any
            Layout.fillWidth: true
        }
        Item {
            visible: page.any
            Layout.fillWidth: true
            Layout.fillHeight: true
            ListView {
                id: list
                anchors.fill: parent
                objectName: "accountList"
                model: page.app.accountFilter
                spacing: Theme.s
                clip: true
                // The row that is carried holds the mouse: it stays while the list scrolls.
                cacheBuffer: rowCarrier.busy ? 1000000 : 320
                bottomMargin: Theme.l
                boundsBehavior: Flickable.StopAtBounds
                keyNavigationEnabled: true
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Accounts")
                ScrollBar.vertical: AgScrollBar { policy: ScrollBar.AsNeeded }
                moveDisplaced: Transition { NumberAnimation { property: "y"; duration: Theme.calm } }
                delegate: AccountRow {
                    id: entry
                    app: page.app
                    columns: columnSet
                    carrier: rowCarrier
                    width: list.width
                    sortable: page.app.accountFilter.open
                    onOpened: page.app.accountStory.show(entry.accountId)
                    onMenuAsked: (item) => rowMenu.showFor(entry.accountId, entry.signsIn, item)
                    onMoveAsked: (rows) => page.moveRow(entry.accountId, entry.index + rows)
                }
            }
            RowCarrier {
                id: rowCarrier
                list: list
                anchors.fill: parent
                onDropped: (id, row) => page.app.accounts.moveTo(id, row)
            }
            EmptyState {
                visible: list.count === 0
                anchors.centerIn: parent
                width: parent.width
                iconName: "search"
                title: qsTr("No account matches")
                text: qsTr("None has this name, state and provider.")
                actionText: qsTr("Show all")
                onAction: page.app.accountFilter.clear()
            }
        }
        Item { visible: !page.any; Layout.fillHeight: true }
        EmptyState {
            objectName: "noAccounts"
            visible: page.app.accounts.loaded && page.app.accounts.count === 0
            iconName: "user-plus"
            title: qsTr("No accounts yet")
            text: qsTr("Add an API key, sign in with Google, or import the accounts of another machine. Keys are sealed on this machine and never shown again.")
            actionText: qsTr("Add account")
            onAction: addDialog.start()
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignCenter
        }
        EmptyState {
            visible: !page.app.accounts.loaded
            iconName: page.connected ? "loader-circle" : "server-off"
            title: page.connected ? qsTr("Reading the accounts…") : qsTr("The gateway does not answer")
            text: page.connected ? "" : qsTr("The accounts are shown as soon as gatewayd runs.")
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignCenter
        }
        Item { visible: !page.any; Layout.fillHeight: true }
    }

    AccountMenu {
        id: rowMenu
        app: page.app
        onEditAsked: (id) => editDialog.start(id)
        onSignInAsked: (id) => signInDialog.start(id)
    }
    AccountDrawer {
        id: drawer
        app: page.app
        onEditAsked: (id) => editDialog.start(id)
        onSignInAsked: (id) => signInDialog.start(id)
        onTestModelsAsked: (id, label) => testDialog.start(id, label)
        onRequestsAsked: (id, label) => page.requestsAsked({ account: id, accountName: label })
    }
    TestModelsDialog {
        id: testDialog
        app: page.app
    }
    AddAccountDialog {
        id: addDialog
        app: page.app
    }
    EditAccountDialog {
        id: editDialog
        app: page.app
    }
    SignInAgainDialog {
        id: signInDialog
        app: page.app
    }
    ExportDialog {
        id: exportDialog
        app: page.app
    }
    PresetOffer {
        id: offer
        app: page.app
    }
    Connections {
        target: page.app.accountForm
        function onAdded(id: string, label: string, provider: string, presets: var) {
            page.app.accounts.refresh();
            if (presets.length > 0) offer.start(label, provider, presets);
        }
    }
    Connections {
        target: page.app.accountForm.importer
        function onStored() { page.app.accounts.refresh(); page.app.routes.refresh(); }
    }
}
