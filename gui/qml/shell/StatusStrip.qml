import QtQuick
import QtQuick.Layouts
import AgGateway

Rectangle {
    id: strip
    required property App app
    signal errorPicked(string id)
    implicitHeight: 32
    color: Theme.surface
    Rectangle { width: parent.width; height: 1; color: Theme.border }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.m
        anchors.rightMargin: Theme.m
        spacing: Theme.m
        RowLayout {
            spacing: 6
            Rectangle {
                width: 8
                height: 8
                radius: 4
                color: strip.app.backend.connection === Backend.Connected ? Theme.success : Theme.danger
            }
            AgText {
                objectName: "statusDaemon"
                font.pixelSize: Theme.small
                text: strip.app.backend.connection === Backend.Connected ? qsTr("gatewayd %1").arg(strip.app.backend.version)
                    : strip.app.backend.connection === Backend.Connecting ? qsTr("Looking for gatewayd…")
                    : strip.app.backend.connection === Backend.Lost ? qsTr("gatewayd is gone") : qsTr("gatewayd of another version")
            }
        }
        SandboxMark { objectName: "statusSandbox"; visible: strip.app.backend.sandbox }
        AgText {
            objectName: "statusProxy"
            font.pixelSize: Theme.small
            secondary: true
            visible: strip.app.backend.connection === Backend.Connected
            text: strip.app.backend.proxyRunning ? qsTr("Listening on %1").arg(strip.app.backend.proxyAddress) : qsTr("Proxy stopped")
        }
        AgText {
            font.pixelSize: Theme.small
            secondary: true
            visible: strip.app.backend.proxyRunning
            text: qsTr("%1 requests/s").arg(strip.app.backend.requestsPerSecond.toFixed(1))
        }
        CutText {
            objectName: "statusError"
            font.pixelSize: Theme.small
            color: Theme.danger
            text: strip.app.backend.proxyError
            horizontalAlignment: Text.AlignRight
            Layout.fillWidth: true
        }
        RowLayout {
            visible: strip.app.backend.proxyError === "" && strip.app.backend.lastError !== ""
            spacing: 2
            CutText {
                objectName: "statusLastError"
                font.pixelSize: Theme.small
                color: Theme.danger
                text: strip.app.backend.lastError
                Layout.maximumWidth: 280
            }
            AgButton {
                objectName: "showLastError"
                kind: "quiet"
                iconName: "chevron-right"
                tip: qsTr("The last request that failed: show it in Monitor")
                implicitHeight: 24
                onClicked: strip.errorPicked(strip.app.backend.lastErrorId)
            }
        }
    }
}
