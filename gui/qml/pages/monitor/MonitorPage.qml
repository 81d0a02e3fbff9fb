import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

ColumnLayout {
    id: page
    required property App app
    readonly property MonitorModel monitor: app.monitor
    readonly property bool connected: app.backend.connection === Backend.Connected
    readonly property bool wide: width >= 1000
    // Where the person asks to go: to an account's details, or to another page with what is to be done there.
    signal mendAsked(string action, string id)
    objectName: "monitorPage"
    spacing: Theme.m

    Shortcut { sequence: "Ctrl+F"; enabled: page.visible; onActivated: filters.focusSearch() }
    Shortcut { sequence: "Escape"; enabled: page.visible && page.app.requestDetail.open; onActivated: page.app.requestDetail.close() }

    PageHeader {
        title: qsTr("Monitor")
        subtitle: page.monitor.summary
        Layout.margins: Theme.l
        Layout.bottomMargin: 0
        Layout.fillWidth: true
        AgButton {
            objectName: "monitorPause"
            iconName: page.monitor.paused ? "play" : "pause"
            text: page.monitor.paused ? (page.monitor.pending > 0 ? qsTr("Resume (%1)").arg(page.monitor.pending) : qsTr("Resume")) : qsTr("Pause")
            kind: page.monitor.paused ? "primary" : "normal"
            onClicked: page.monitor.paused = !page.monitor.paused
        }
        AgButton {
            objectName: "monitorClear"
            iconName: "eraser"
            tip: qsTr("Empty the table; the log stays")
            enabled: page.monitor.total > 0
            onClicked: page.monitor.clear()
        }
        AgButton {
            id: columnsButton
            objectName: "monitorColumns"
            iconName: "columns-3"
            tip: qsTr("Columns")
            onClicked: columnsMenu.open()
            ColumnsMenu {
                id: columnsMenu
                columns: table.columns
                choices: [
                    { name: "account", text: qsTr("Account") },
                    { name: "firstByte", text: qsTr("First byte") },
                    { name: "duration", text: qsTr("Duration") },
                    { name: "tokens", text: qsTr("Tokens") },
                    { name: "cost", text: qsTr("Cost") },
                    { name: "attempts", text: qsTr("Tries") }
                ]
                y: columnsButton.height + 4
                x: columnsButton.width - width
                onChanged: (hidden) => page.app.preferences.setValue("monitor/hiddenColumns", hidden)
            }
        }
    }
    MonitorFilters {
        id: filters
        monitor: page.monitor
        wide: page.wide
        Layout.leftMargin: Theme.l
        Layout.rightMargin: Theme.l
        Layout.fillWidth: true
    }
    SplitView {
        id: split
        objectName: "monitorSplit"
        orientation: page.wide ? Qt.Horizontal : Qt.Vertical
        Layout.leftMargin: Theme.l
        Layout.rightMargin: Theme.l
        Layout.bottomMargin: Theme.m
        Layout.fillWidth: true
        Layout.fillHeight: true
        Component.onCompleted: restoreState(page.app.preferences.value("monitor/split", ""))
        onResizingChanged: if (!resizing) page.app.preferences.setValue("monitor/split", saveState())
        handle: Item {
            implicitWidth: Theme.m
            implicitHeight: Theme.s
            Rectangle {
                anchors.centerIn: parent
                width: page.wide ? 4 : 32
                height: page.wide ? 32 : 4
                radius: 2
                color: over.hovered ? Theme.accent : Theme.border
            }
            HoverHandler { id: over }
        }
        Item {
            SplitView.fillWidth: true
            SplitView.fillHeight: true
            SplitView.minimumWidth: 360
            SplitView.minimumHeight: 120
            MonitorTable {
                id: table
                anchors.fill: parent
                monitor: page.monitor
                hiddenColumns: page.app.preferences.value("monitor/hiddenColumns", "")
                selectedId: page.app.requestDetail.requestId
                onPicked: (id) => page.app.requestDetail.show(id)
            }
            Spinner {
                visible: !page.monitor.loaded && page.connected
                anchors.centerIn: parent
            }
            EmptyState {
                visible: !page.monitor.loaded && !page.connected
                iconName: "server-off"
                title: qsTr("gatewayd does not answer")
                text: qsTr("Requests appear here as soon as it does.")
                anchors.centerIn: parent
                width: Math.min(parent.width, 480)
            }
            EmptyState {
                objectName: "monitorEmpty"
                visible: page.monitor.loaded && page.monitor.total === 0 && !page.monitor.filtered
                iconName: "activity"
                title: qsTr("No request yet")
                text: page.app.backend.proxyRunning
                    ? qsTr("Send one to %1 and it appears here when it ends.").arg(page.app.backend.baseUrl)
                    : qsTr("The proxy does not run: start it on the API Proxy page.")
                anchors.centerIn: parent
                width: Math.min(parent.width, 480)
            }
            NoMatch {
                objectName: "monitorNoMatch"
                visible: page.monitor.loaded && page.monitor.filtered && page.monitor.shown === 0
                monitor: page.monitor
                connected: page.connected
                anchors.centerIn: parent
                width: Math.min(parent.width, 480)
            }
        }
        RequestPane {
            app: page.app
            visible: page.app.requestDetail.open
            onMendAsked: (action, id) => page.mendAsked(action, id)
            SplitView.preferredWidth: 400
            SplitView.minimumWidth: 320
            SplitView.preferredHeight: 240
            SplitView.minimumHeight: 120
        }
    }
}
