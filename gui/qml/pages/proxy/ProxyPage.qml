import QtQuick
import QtQuick.Layouts
import AgGateway

AgScrollView {
    id: page
    required property App app
    readonly property bool connected: app.backend.connection === Backend.Connected
    // What was read stays in sight while the daemon is away.
    readonly property bool known: app.settings.loaded && app.routes.loaded
    objectName: "proxyPage"
    contentWidth: availableWidth
    clip: true

    ColumnLayout {
        x: (page.availableWidth - width) / 2
        width: Math.min(page.availableWidth, Theme.pageWidth)
        spacing: Theme.m

        PageHeader {
            title: qsTr("API Proxy")
            subtitle: qsTr("The address that your clients use.")
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: true
            AgButton {
                objectName: "proxySwitch"
                text: page.app.backend.proxyRunning ? qsTr("Stop proxy") : qsTr("Start proxy")
                iconName: page.app.backend.proxyRunning ? "square" : "play"
                kind: page.app.backend.proxyRunning ? "normal" : "primary"
                busy: page.app.backend.proxyBusy
                enabled: page.app.backend.connection === Backend.Connected && !page.app.backend.proxyBusy
                onClicked: page.app.backend.proxyRunning ? page.app.backend.stopProxy() : page.app.backend.startProxy()
            }
        }

        EmptyState {
            objectName: "proxyUnknown"
            visible: !page.known
            iconName: page.connected ? "loader-circle" : "server-off"
            title: page.connected ? qsTr("Reading how the proxy is set up…") : qsTr("The gateway does not answer")
            text: page.connected ? "" : qsTr("Address, keys and routes are shown as soon as gatewayd runs.")
            Layout.fillWidth: true
            Layout.margins: Theme.xl
        }
        EndpointCard {
            visible: page.known
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        KeysCard {
            visible: page.known
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        RoutesCard {
            visible: page.known
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        RouteTestCard {
            visible: page.known
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        SnippetsCard {
            visible: page.known
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            Layout.fillWidth: true
        }
    }
}
