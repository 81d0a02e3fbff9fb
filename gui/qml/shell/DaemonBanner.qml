import QtQuick
import QtQuick.Layouts
import AgGateway

// Says when no daemon answers and what can be done; takes no room while all is well.
Rectangle {
    id: banner
    required property App app
    signal connectAsked()
    readonly property bool gone: app.backend.connection !== Backend.Connected
    // A start of the app or of the daemon is no news.
    property bool late: false
    objectName: "daemonBanner"
    visible: gone && (late || app.backend.connection === Backend.Lost || app.backend.connection === Backend.Refused)
    implicitHeight: visible ? row.implicitHeight + Theme.m : 0
    color: Theme.warningSoft
    Timer { running: banner.gone; interval: 800; onTriggered: banner.late = true }
    onGoneChanged: if (!gone) late = false
    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.m
        anchors.rightMargin: Theme.m
        spacing: Theme.m
        AgIcon { name: "unplug"; color: Theme.warning }
        AgText {
            color: Theme.warning
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            text: banner.app.connector.error !== "" ? banner.app.connector.error
                : banner.app.daemon.error !== "" ? banner.app.daemon.error
                : banner.app.daemon.starting ? qsTr("Starting gatewayd…")
                : banner.app.backend.connection === Backend.Refused ? banner.app.backend.connectionError
                : banner.app.backend.connection === Backend.Lost && banner.app.backend.local ? qsTr("The connection to gatewayd is lost. It is taken up again as soon as it answers.")
                : banner.app.backend.local ? qsTr("gatewayd is not running.") : banner.app.backend.connectionError
        }
        AgButton {
            objectName: "connectElsewhere"
            visible: !banner.app.demo
            text: qsTr("Connection…")
            onClicked: banner.connectAsked()
        }
        AgButton {
            objectName: "startDaemon"
            visible: banner.app.backend.local && banner.app.backend.connection !== Backend.Refused
            text: qsTr("Start gatewayd")
            busy: banner.app.daemon.starting
            enabled: !banner.app.daemon.starting
            onClicked: banner.app.daemon.start()
        }
    }
}
