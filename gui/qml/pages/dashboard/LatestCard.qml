import QtQuick
import QtQuick.Layouts
import AgGateway

// The latest requests at a glance; each leads to its details.
Card {
    id: card
    required property App app
    signal opened(string id)
    signal allAsked()
    objectName: "latestCard"
    title: qsTr("Latest requests")
    actions: AgButton { objectName: "openMonitor"; text: qsTr("Monitor"); kind: "link"; onClicked: card.allAsked() }
    AgText {
        visible: card.app.latestRequests.loaded && card.app.latestRequests.count === 0
        text: qsTr("None yet: connect a client on the page API Proxy, and each of its requests is listed here.")
        secondary: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    ColumnLayout {
        spacing: 0
        Layout.fillWidth: true
        Repeater {
            model: card.app.latestRequests
            delegate: LatestRow {
                Layout.fillWidth: true
                onOpened: (id) => card.opened(id)
            }
        }
    }
}
