import QtQuick
import QtQuick.Layouts
import AgGateway

AgScrollView {
    id: page
    required property App app
    objectName: "proxyPage"
    contentWidth: availableWidth
    clip: true

    ColumnLayout {
        width: page.availableWidth
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

        EndpointCard {
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        KeysCard {
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        RoutesCard {
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        RouteTestCard {
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        SnippetsCard {
            app: page.app
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            Layout.fillWidth: true
        }
    }
}
