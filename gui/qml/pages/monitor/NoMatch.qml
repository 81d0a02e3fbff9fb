import QtQuick
import QtQuick.Layouts
import AgGateway

// The filter lets nothing through: of the table, or of all that the log has.
ColumnLayout {
    id: none
    required property MonitorModel monitor
    property bool connected: true
    spacing: Theme.s

    EmptyState {
        iconName: "filter"
        title: qsTr("Nothing matches")
        text: none.monitor.olderLeft
            ? qsTr("None of the newest requests passes the filter. The log reaches further back.")
            : qsTr("No request in the log passes the filter.")
        Layout.fillWidth: true
    }
    AgButton {
        objectName: "searchLog"
        visible: none.monitor.olderLeft
        enabled: none.connected && !busy
        busy: none.monitor.loadingOlder
        text: qsTr("Search the log")
        iconName: "search"
        kind: "primary"
        Layout.alignment: Qt.AlignHCenter
        onClicked: none.monitor.loadOlder()
    }
    AgButton {
        objectName: "clearFilter"
        text: qsTr("Clear filter")
        kind: none.monitor.olderLeft ? "quiet" : "primary"
        Layout.alignment: Qt.AlignHCenter
        onClicked: none.monitor.clearFilter()
    }
}
