import QtQuick
import QtQuick.Layouts
import AgGateway

// From nothing to a client that works, in the order in which people succeed. Shown by itself until it was closed once.
AgDialog {
    id: guide
    required property App app
    // Something lies over the pages, in which the first account may be added.
    property bool covered: false
    // The person is away from the guide to add the first account.
    property bool away: false
    signal navigate(string page)
    readonly property bool daemonUp: app.backend.connection === Backend.Connected
    readonly property bool hasAccount: app.accounts.count > 0
    // Another machine's own address cannot be tried from here: the daemon's word has to do.
    readonly property bool listening: app.backend.proxyRunning && (app.health.answers || app.health.notice !== "")
    readonly property bool returns: away && hasAccount && !covered
    onReturnsChanged: if (returns) Qt.callLater(open)
    onOpened: away = false

    objectName: "firstRun"
    title: qsTr("Welcome to AG Gateway")
    wanted: 620
    onClosed: if (!away && !app.demo) app.preferences.guideDone = true

    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("One address on this machine for all your AI clients. Four steps, and the first request runs.")
            secondary: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        GuideStep {
            number: 1
            done: guide.daemonUp
            title: qsTr("Start the gateway")
            text: guide.app.daemon.error !== "" ? guide.app.daemon.error
                : guide.daemonUp ? qsTr("gatewayd %1 is running.").arg(guide.app.backend.version)
                : !guide.app.backend.local && guide.app.backend.connectionError !== "" ? guide.app.backend.connectionError : qsTr("It runs in the background and serves your clients.")
            failed: guide.app.daemon.error !== ""
            AgButton {
                objectName: "guideStart"
                text: qsTr("Start gatewayd")
                kind: "primary"
                visible: !guide.daemonUp && guide.app.backend.local
                busy: guide.app.daemon.starting && !guide.app.daemon.sandbox
                onClicked: guide.app.daemon.start()
            }
            AgButton {
                objectName: "guideSandbox"
                text: qsTr("Try the sandbox")
                visible: !guide.daemonUp || !guide.hasAccount
                busy: guide.app.daemon.starting && guide.app.daemon.sandbox
                tip: qsTr("A built-in provider: no key and no network needed")
                onClicked: guide.app.daemon.startSandbox()
            }
        }
        GuideStep {
            number: 2
            done: guide.hasAccount
            active: guide.daemonUp
            title: qsTr("Add an account")
            text: guide.hasAccount ? qsTr("%n account(s)", "", guide.app.accounts.count) : qsTr("An API key, or a sign-in with Google.")
            AgButton {
                objectName: "guideAccount"
                text: qsTr("Add account")
                kind: "primary"
                visible: guide.daemonUp && !guide.hasAccount
                onClicked: { guide.away = true; guide.close(); guide.navigate("accounts"); }
            }
        }
        GuideStep {
            number: 3
            done: guide.listening
            active: guide.hasAccount
            title: qsTr("Start the proxy")
            text: guide.app.health.error !== "" ? guide.app.health.error
                : guide.app.health.notice !== "" ? guide.app.health.notice
                : guide.listening ? qsTr("%1 answers.").arg(guide.app.health.url) : qsTr("Opens the address for your clients.")
            failed: guide.app.health.error !== ""
            AgButton {
                objectName: "guideProxy"
                text: qsTr("Start proxy")
                kind: "primary"
                visible: guide.daemonUp && !guide.app.backend.proxyRunning
                onClicked: guide.app.backend.startProxy()
            }
            AgButton {
                objectName: "guideLetIn"
                text: qsTr("Open API Proxy")
                visible: guide.app.health.notice !== ""
                onClicked: { guide.close(); guide.navigate("proxy"); }
            }
            AgButton {
                objectName: "guideAskAgain"
                text: qsTr("Ask again")
                visible: guide.app.health.error !== ""
                onClicked: guide.app.health.ask(guide.app.backend.baseUrl)
            }
        }
        GuideStep {
            number: 4
            active: guide.listening
            title: qsTr("Connect a client")
            text: guide.app.health.notice !== "" ? qsTr("Copy the lines for a client on that machine and paste them there.")
                : qsTr("Copy the lines for your client and paste them, or see first what comes back.")
            AgButton {
                objectName: "guideTest"
                text: qsTr("Send a test request")
                visible: guide.listening && guide.hasAccount && guide.app.health.notice === ""
                busy: guide.app.testRequest.busy
                enabled: !guide.app.testRequest.busy
                onClicked: guide.app.testRequest.send()
            }
            AgButton {
                objectName: "guideClient"
                text: qsTr("Show me how")
                kind: "primary"
                visible: guide.listening && guide.hasAccount
                onClicked: { guide.close(); guide.navigate("proxy"); }
            }
        }
        TestAnswer {
            app: guide.app
            visible: guide.app.testRequest.answer !== "" || guide.app.testRequest.error !== ""
            Layout.fillWidth: true
            onShown: (id) => {
                guide.close();
                guide.navigate("monitor");
                guide.app.requestDetail.show(id);
            }
        }
    }
    footerButtons: [
        AgButton {
            text: qsTr("Close")
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: guide.close()
        },
        Item { Layout.fillWidth: true }
    ]
}
